"""Boxes in which animals get shocks or food, with control over them or without."""

import dataclasses
import functools
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.evidence import library
from kapsim.lab.experiments.control.animals import ACTIONS, Animal, Met

LONG, SHORT = 1.0, 0.2
"""Adversity of a shock that runs to its limit, and of one that is ended."""


class Box(NamedTuple):
    """What is special about a session.

    Attributes
    ----------
    imposed
        1 where a trial ends and 0 where it goes on whatever is done [trials, animals];
        None where the right response ends it.
    compelled
        Whether the animal is made to give the right response in every other trial.
    food
        Whether success brings food, instead of ending a shock.
    window
        Window of plasticity W [1].
    pause_h
        Before the first trial [h]; without a pause the box is the same as before.
    """

    imposed: Float[Array, "trials animals"] | None = None
    compelled: bool = False
    food: bool = False
    window: float = 0.0
    pause_h: float = 24.0


class Course(NamedTuple):
    """What happened in each trial: ended and tried, 1 or 0; control [1]."""

    ended: Float[Array, "trials animals"]
    tried: Float[Array, "trials animals"]
    control: Float[Array, "trials animals"]

    @property
    def failures(self) -> Float[np.ndarray, "animals"]:
        """Share of the trials [1] that each animal did not end."""
        return 1 - np.asarray(self.ended).mean(axis=0)


class _Trial(NamedTuple):
    """One trial; `imposed` is -1 where nothing is."""

    imposed: Float[Array, "*animals"]
    compelled: Float[Array, "*animals"]
    adverse: Float[Array, "*animals"]
    window: Float[Array, "*animals"]
    pause: Float[Array, "*animals"]
    tries: Float[Array, "*animals"]
    chooses: Float[Array, "*animals"]


@functools.cache
def _choice() -> float:
    """Steepness of the choice of a response [1]."""
    return float(library().parameter("mind.control.beta_v").internal_value)


def _turn(animal: Animal, state: Any, trial: _Trial) -> tuple[Any, Course]:
    """One trial of one animal."""
    state = animal.begun(state, trial.pause)
    tried = trial.tries < animal.trying(state)
    odds = jax.nn.softmax(_choice() * animal.success(state)[1:])
    response = 1 + (trial.chooses > jnp.cumsum(odds)[:-1]).sum()
    which = jnp.where(trial.compelled > 0, 1, jnp.where(tried, response, 0))
    action = jax.nn.one_hot(which, ACTIONS, dtype=odds.dtype)
    ended = jnp.where(trial.imposed < 0, action[1], trial.imposed)
    adversity = trial.adverse * (SHORT * ended + LONG * (1 - ended))
    shown = Course(ended, tried.astype(odds.dtype), animal.control(state))
    return animal.learned(state, Met(action, ended, adversity, trial.window)), shown


@eqx.filter_jit
def _run(animal: Animal, states: Any, trials: _Trial) -> tuple[Any, Course]:
    each = jax.vmap(lambda state, trial: _turn(animal, state, trial))
    return jax.lax.scan(lambda states, trial: each(states, trial), states, trials)


@dataclasses.dataclass(frozen=True)
class Cohort:
    """Animals of one kind, and the draws that are theirs.

    A session has draws of its own name, so that yoked animals do not move as their
    partners do.
    """

    animal: Animal
    animals: int
    seed: int
    name: str

    def fresh(self) -> Any:
        """States of animals that met nothing [animals ...]."""
        return jax.tree.map(
            lambda leaf: jnp.broadcast_to(leaf, (self.animals, *leaf.shape)),
            self.animal.start(),
        )

    def session(
        self, states: Any, name: str, trials: int, box: Box | None = None
    ) -> tuple[Any, Course]:
        """States after a session of some trials in a box, and what happened."""
        return _run(self.animal, states, self._trials(name, trials, box or Box()))

    def _trials(self, name: str, count: int, box: Box) -> _Trial:
        each = lambda value: jnp.full((count, self.animals), float(value))
        key = stream_key(self.seed, f"lab.control.{self.name}.{name}")
        who = patient_indices(0, self.animals)
        draws = uniforms(key, who, 0, 2 * count, dtype=jnp.float64)
        every_other = (jnp.arange(count, dtype=float) % 2)[:, None]
        return _Trial(
            imposed=each(-1.0) if box.imposed is None else box.imposed,
            compelled=each(box.compelled) * every_other,
            adverse=each(not box.food),
            window=each(box.window),
            pause=each(0.0).at[0].set(box.pause_h),
            tries=draws[:count],
            chooses=draws[count:],
        )
