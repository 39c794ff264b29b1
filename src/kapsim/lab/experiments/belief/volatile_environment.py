"""Learning while the world stands still and while it turns, with and without a drug."""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import run_trials
from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.influence import Effect, influence
from kapsim.mind.belief import (
    BeliefLearner,
    BinaryFilter,
    FilterSignals,
    Volatility,
    binary_trials,
)

PHASE = 120
"""Trials of each phase: our choice."""

STABLE, TURNING = 0.75, 0.8
"""Odds of the likelier outcome in either phase: our choice."""

TURN = 20
"""Trials after which the odds turn in the volatile phase: our choice."""

LATE = 40
"""Trials at the end of each phase that are read: two turns of the odds."""

EARLY = 10
"""Trials at the start, for how learning settles."""

KETAMINE = "ketamine racemate 0.5 mg/kg iv over 40 min@-40min"
"""The task begins as the infusion ends."""


class Course(NamedTuple):
    """What a group thought: people by trials.

    Attributes
    ----------
    rate
        Learning rate: share of a surprise by which the expected probability moves [1].
    volatility
        Volatility expected before the trial [1].
    high
        Size of the weighted prediction error that moves volatility [1].
    """

    rate: Float[np.ndarray, "n trials"]
    volatility: Float[np.ndarray, "n trials"]
    high: Float[np.ndarray, "n trials"]

    def late(self, values: Float[np.ndarray, "n trials"], phase: int) -> float:
        """Mean over the end of the first (0) or the second phase (1)."""
        end = (phase + 1) * PHASE
        return float(values[:, end - LATE : end].mean())


class Both(NamedTuple):
    """The same learner where the stable phase comes first, and where it comes last."""

    stable_first: Course
    stable_last: Course

    def stable(self, name: str) -> float:
        """Mean of a quantity late in the stable phase, over both orders."""
        first, last = (getattr(course, name) for course in self)
        return (self[0].late(first, 0) + self[1].late(last, 1)) / 2

    def volatile(self, name: str) -> float:
        """Mean of a quantity late in the volatile phase, over both orders."""
        first, last = (getattr(course, name) for course in self)
        return (self[0].late(first, 1) + self[1].late(last, 0)) / 2

    def settled(self) -> float:
        """Share of the first learning rate that a stable world takes away [1]."""
        rate = self.stable_first.rate
        return 1 - self.stable_first.late(rate, 0) / float(rate[:, :EARLY].mean())


def odds() -> Float[np.ndarray, " trials"]:
    """Probability of a yes in the stable phase, then in the volatile one."""
    turned = np.arange(PHASE) // TURN % 2
    volatile = np.where(turned, TURNING, 1 - TURNING)
    return np.concatenate([np.full(PHASE, STABLE), volatile])


def outcomes(setting: Setting, *, stable_last: bool) -> Float[Array, "n trials"]:
    """Outcomes of each person, the same under a drug and without."""
    people = patient_indices(0, setting.patients)
    key = stream_key(setting.seed, "lab.volatile-environment")
    course = np.roll(odds(), PHASE) if stable_last else odds()
    drawn = uniforms(key, people, 0, len(course), dtype=jnp.float64).T
    return (drawn < jnp.asarray(course)[None]).astype(float)


@jax.jit
@functools.partial(jax.vmap, in_axes=(None, 0, None))
def followed(
    learner: BinaryFilter, outcome: Float[Array, " trials"], relaxed: Float[Array, ""]
) -> FilterSignals:
    """What one person thought of every trial."""
    return run_trials(learner, binary_trials(outcome, relaxed=relaxed))[1]


def learned(
    setting: Setting, acting: Effect | None = None, learner: BinaryFilter | None = None
) -> Both:
    """A group in both orders; beliefs about cues relax as the least abstract do."""
    weight = float(BeliefLearner().w.min())
    relaxed = jnp.asarray(acting.relaxation * weight if acting else 0.0)

    def course(*, stable_last: bool) -> Course:
        given = outcomes(setting, stable_last=stable_last)
        seen = followed(learner or BinaryFilter(), given, relaxed)
        volatility = np.asarray(seen.predicted.mu_v)
        spread = np.asarray(seen.expected * (1 - seen.expected))
        return Course(
            rate=np.asarray(seen.rate) * spread,
            volatility=volatility,
            high=np.abs(np.diff(volatility, axis=1, append=volatility[:, -1:])),
        )

    return Both(course(stable_last=False), course(stable_last=True))


def run(setting: Setting) -> Outcome:
    """Learning rates of both phases, at fixed volatility, and under ketamine."""
    fixed = BinaryFilter(Volatility(kappa=jnp.asarray(0.0)))
    found = {
        "no drug": learned(setting),
        "volatility not learned": learned(setting, learner=fixed),
        "during ketamine": learned(setting, influence(KETAMINE).at(0.0)),
    }
    if setting.drug is not None:
        found[setting.drug.text] = learned(setting, setting.drug.at(0.0))
    plain, drugged = found["no drug"], found["during ketamine"]
    ratio = {
        name: both.volatile("rate") / both.stable("rate")
        for name, both in found.items()
    }
    high = {
        name: np.mean([course.high.mean() for course in both])
        for name, both in found.items()
    }
    numbers = {
        "rate_ratio": ratio["no drug"],
        "rate_ratio_learned": ratio["no drug"] - ratio["volatility not learned"],
        "volatility_rise": plain.volatile("volatility") - plain.stable("volatility"),
        "rate_under_ketamine": drugged.stable("rate") / plain.stable("rate"),
        "settling_lost": plain.settled() - drugged.settled(),
        "high_error_under_ketamine": float(high["during ketamine"] / high["no drug"]),
    }
    for name, both in found.items() if setting.drug else ():
        numbers[f"learning rate, stable, {name}"] = both.stable("rate")
        numbers[f"learning rate, volatile, {name}"] = both.volatile("rate")
        numbers[f"settled, {name}"] = both.settled()
    caption = (
        "Learning rate where the odds stand still, then turn every twenty trials. It "
        "settles while nothing changes and rises when the world does. Relaxed beliefs "
        "learn faster throughout and settle less."
    )
    panels = (_lines(found, "rate", "learning rate"), _volatility(found))
    return Outcome(numbers, Figure(caption, panels))


def _lines(found: dict[str, Both], name: str, label: str) -> Panel:
    trials = np.arange(1.0, 2 * PHASE + 1).tolist()
    series = tuple(
        Series(which, trials, getattr(both.stable_first, name).mean(axis=0).tolist())
        for which, both in found.items()
    )
    title = f"{label.capitalize()}, mean of all"
    return Panel(title, "trial, stable phase first", label, series)


def _volatility(found: dict[str, Both]) -> Panel:
    learning = {k: v for k, v in found.items() if k != "volatility not learned"}
    return _lines(learning, "volatility", "expected volatility")


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
