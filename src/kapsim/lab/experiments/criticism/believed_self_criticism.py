"""Believed self-criticism: the same words, taken for true or only heard."""

from collections.abc import Mapping
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import normals, patient_indices, stream_key
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.mind import BeliefInputs, BeliefLearner, BeliefState, Evidence, SelfEvidence
from kapsim.mind.criticism import (
    Credibility,
    CredibilityInputs,
    Rumination,
    SelfCriticism,
    SelfCriticismInputs,
)
from kapsim.units import DAY_H

DAYS = 60
"""One outcome a day (a choice)."""

SPREAD = 0.5
"""Of the daily outcomes around what the belief expects at first (a choice)."""

HEARD, BELIEVED = 0.2, 3.0
"""Credibility of who hears the criticism, and of who takes it for true: the range."""

RANK = 1
"""Place of rank among the domains."""


class Person(NamedTuple):
    """What works on the belief about one's rank."""

    learner: BeliefLearner
    critic: SelfCriticism
    rumination: Rumination
    credibility: Credibility


class Day(NamedTuple):
    """Rank belief after the day, and the criticism of the day [1]."""

    rank: Float[Array, "people"]
    criticism: Float[Array, "people"]


def person(credibility: float, critical: bool = True) -> Person:
    """Someone whose self-criticism has this credibility, or who makes none."""
    critic = SelfCriticism()
    silent = eqx.tree_at(lambda one: one.c_s, critic, jnp.zeros_like(critic.c_s))
    return Person(
        BeliefLearner(),
        critic if critical else silent,
        Rumination(),
        Credibility(usual=jnp.asarray(credibility)),
    )


def outcomes(setting: Setting) -> Float[Array, "days people"]:
    """What each day brought, the same for every kind of person [1]."""
    key = stream_key(setting.seed, "lab.criticism.outcomes")
    who = patient_indices(0, setting.patients)
    return SPREAD * normals(key, who, 0, DAYS, dtype=jnp.float64)


@eqx.filter_jit
def follow(someone: Person, daily: Float[Array, "days people"]) -> Day:
    """Belief and criticism over the days [days, people]."""
    people = daily.shape[1]
    empty = jnp.zeros((3, people))
    rank = lambda value: empty.at[RANK].set(value)
    learner, rate = someone.learner, rank(1 / DAY_H)
    life = jnp.broadcast_to(learner.pi_life, (people,))
    settled = jnp.sqrt(life / DAY_H / learner.process_noise(jnp.zeros(people)))
    blank = jax.tree.map(lambda one: one[:, None] + empty, learner.init())
    start = blank._replace(pi=blank.pi.at[RANK].set(settled))
    precision = jnp.broadcast_to(someone.rumination.precision[RANK], (people,))

    def live(state: BeliefState, outcome: Float[Array, "people"]) -> tuple:
        trust = someone.credibility.read(CredibilityInputs(state.mu[RANK]))
        said = someone.critic.read(SelfCriticismInputs(outcome, precision, trust))
        shift = someone.rumination.bounded(rank(said.shift), state.mu)
        inputs = BeliefInputs(
            world=(Evidence(rate, rank(outcome), rank(life)),),
            own=(SelfEvidence(rate, shift, rank(said.precision)),),
            relaxation=empty[0],
            window=empty[0],
            induced=empty[0],
            profile=empty,
            pull_kept=empty[0],
            certainty_loss=empty,
            usual=empty,
        )
        after = learner.step(state, inputs, jnp.asarray(DAY_H))
        return after, Day(after.mu[RANK], said.shift)

    return jax.lax.scan(live, start, daily)[1]


def run(setting: Setting) -> Outcome:
    """The same days for people who believe their criticism or do not."""
    daily = outcomes(setting)
    people = {
        "no criticism": person(1.0, critical=False),
        "heard": person(HEARD),
        "usual": person(1.0),
        "believed": person(BELIEVED),
    }
    found = {name: follow(someone, daily) for name, someone in people.items()}
    return Outcome(_numbers(found), _figure(found))


def _numbers(found: Mapping[str, Day]) -> dict[str, float]:
    last = {name: np.asarray(day.rank)[-1] for name, day in found.items()}
    said = {name: np.asarray(day.criticism) for name, day in found.items()}
    return {
        "criticism_gap": float(np.abs(said["believed"] - said["heard"]).max()),
        "believed_gap": float((last["heard"] - last["believed"]).mean()),
    }


def _figure(found: Mapping[str, Day]) -> Figure:
    times = np.arange(1.0, DAYS + 1)
    rank = tuple(
        Series(name, times, np.asarray(day.rank).mean(axis=1))
        for name, day in found.items()
    )
    said = tuple(
        Series(name, times, np.asarray(day.criticism).mean(axis=1))
        for name, day in found.items()
    )
    return Figure(
        caption="The same outcomes and the same self-criticism: the belief about one's "
        "rank falls as far as the criticism is believed.",
        panels=(
            Panel("Belief", "day", "rank belief", rank),
            Panel("What the person tells himself", "day", "criticism", said),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=500)
