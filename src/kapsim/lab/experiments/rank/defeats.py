"""Defeats one after the other: what they do to standing, and what is left of them."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine.random import normals, patient_indices, stream_key
from kapsim.lab.experiment import Setting
from kapsim.mind.rank import (
    Defeat,
    DefeatInputs,
    Elo,
    Ending,
    Interaction,
    InteractionInputs,
    Kind,
)

CONTEST_H = 1 / 6
"""Length of a contest: ten minutes."""


class Suffered(NamedTuple):
    """Ratings of the two who meet [2], and defeat of the first [1]."""

    rating: Float[Array, "2"]
    defeat: Float[Array, ""]


class Contested(NamedTuple):
    """Contests in turn: whether the first wins [0 or 1], and the time until the next.

    `rest_h` is in hours; `yielding` [1] says how far yielding is open meanwhile.
    """

    won: Float[Array, "contests"]
    rest_h: Float[Array, "contests"]
    yielding: Float[Array, "contests"]


def contests(count: int, won: float, rest_h: float, yielding: float) -> Contested:
    """The same contest several times."""
    same = lambda value: jnp.full(count, value, jnp.float64)
    return Contested(same(won), same(rest_h), same(yielding))


def one_contest(
    start: Suffered, inputs: Contested, elo: Elo, defeat: Defeat
) -> Suffered:
    """Standing and defeat after a contest and the time that follows it."""
    won = inputs.won > 0.5
    first, second = jnp.where(won, 0, 1), jnp.where(won, 1, 0)
    told = Ending(first, second, jnp.asarray(Kind.FIGHT.value))
    rating, surprise = elo.trial(start.rating, told)
    rate = surprise.size / CONTEST_H
    loss, win = rate * (1 - inputs.won), rate * inputs.won
    after = defeat.step(
        start.defeat, DefeatInputs(loss, win, inputs.yielding), jnp.asarray(CONTEST_H)
    )
    none = jnp.zeros_like(rate)
    left = defeat.step(after, DefeatInputs(none, none, inputs.yielding), inputs.rest_h)
    return Suffered(rating, left)


@eqx.filter_jit
def same_opponent(
    start: Suffered, inputs: Contested, elo: Elo, defeat: Defeat
) -> Suffered:
    """Standing and defeat after each contest [contests] with one opponent."""

    def step(state: Suffered, one: Contested) -> tuple[Suffered, Suffered]:
        state = one_contest(state, one, elo, defeat)
        return state, state

    return jax.lax.scan(step, start, inputs)[1]


@eqx.filter_jit
def novel_opponents(
    start: Suffered, inputs: Contested, elo: Elo, defeat: Defeat
) -> Suffered:
    """As `same_opponent`, each contest with a stranger of mean rating."""

    def step(state: Suffered, one: Contested) -> tuple[Suffered, Suffered]:
        own = state.rating.at[1].set(0.0)
        state = one_contest(Suffered(own, state.defeat), one, elo, defeat)
        return state, state

    return jax.lax.scan(step, start, inputs)[1]


def fresh(rating: float = 0.0, other: float = 0.0) -> Suffered:
    """Nobody has been defeated yet."""
    return Suffered(jnp.asarray((rating, other), jnp.float64), jnp.zeros(()))


def last(course: Suffered) -> Suffered:
    """State after the last contest."""
    return jax.tree.map(lambda leaf: leaf[-1], course)


def interaction(
    setting: Setting,
    animals: Interaction,
    defeat: float,
    *,
    opposed: float = 0.0,
    rating: float = 0.0,
    occasion: int = 0,
) -> Float[Array, "animals"]:
    """Social interaction ratio [1] of a group of animals that were all treated alike.

    Parameters
    ----------
    setting
        Seed, and the number of animals.
    animals
        How defeat shows.
    defeat, opposed, rating
        See `Interaction`; the same for all.
    occasion
        Which test it is: the scatter of another test is drawn anew, the sensitivity of
        an animal stays.
    """
    index = patient_indices(0, setting.patients)
    draw = lambda name, node: normals(
        stream_key(setting.seed, name), index, node, 1, dtype=jnp.float64
    )[0]
    all_of = lambda value: jnp.full(setting.patients, value, jnp.float64)
    return animals.read(
        InteractionInputs(
            defeat=all_of(defeat),
            opposed=all_of(opposed),
            rating=all_of(rating),
            test=draw("lab.rank.interaction.test", occasion),
            animal=draw("lab.rank.interaction.animal", 0),
        )
    )


def susceptible(ratio: Float[Array, "animals"]) -> float:
    """Share of animals that avoid: interaction below 1 [1]."""
    return float((ratio < 1).mean(dtype=ratio.dtype))
