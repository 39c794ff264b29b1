"""Partial reinforcement: fear of an uncertain danger, its surprise and its extinction.

Persistence of a course of extinction is the mean expectation over its first trials, as
a share of the expectation at its first trial: a slow extinction is a persistent one,
whatever level it starts from.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import run_trials
from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.mind.threat import BetaBernoulli, PearceHall

ACQUISITION, EXTINCTION = 20, 40
COUNTED = 20
"""Extinction trials over which persistence is taken."""

AFTER_REVERSAL = 5
"""Trials after a reversal within which the associability should have risen."""

CUES = ("safe", "shocked")
"""What a cue is before the reversal."""

LEARNERS = {"Pearce-Hall": PearceHall, "Counting": BetaBernoulli}


def schedules(seed: int, subjects: int) -> Float[Array, "subjects trials"]:
    """Acquisition with a shock on half of the trials, in random order, then none."""
    key, who = stream_key(seed, "lab.threat.schedule"), patient_indices(0, subjects)
    order = jnp.argsort(uniforms(key, who, 0, ACQUISITION, dtype=float), axis=0)
    shocked = (order < ACQUISITION // 2).astype(float).T
    return jnp.concatenate([shocked, jnp.zeros((subjects, EXTINCTION))], axis=1)


@eqx.filter_jit
def _courses(learner: Any, outcomes: Float[Array, "subjects trials"]) -> Any:
    return jax.vmap(lambda us: run_trials(learner, us)[1])(outcomes)


def persistence(extinction: np.ndarray) -> float:
    """Expectation left over the first trials of extinction, mean of subjects [1]."""
    return float((extinction[:, :COUNTED] / extinction[:, :1]).mean())


def associability(first: int) -> np.ndarray:
    """Associability of a cue that foretells `first` and then, reversed, 1 - `first`."""
    outcomes = jnp.full((1, 2 * ACQUISITION), float(first))
    outcomes = outcomes.at[:, ACQUISITION:].set(1.0 - first)
    return np.asarray(_courses(PearceHall(), outcomes).associability)[0]


def rise(course: np.ndarray) -> float:
    """Greatest associability soon after the reversal, above that before it [1]."""
    soon = course[ACQUISITION + 1 :][:AFTER_REVERSAL]
    return float(soon.max() - course[ACQUISITION])


def run(setting: Setting) -> Outcome:
    """Reversal of two cues, and extinction after shocks on half or on all trials."""
    half = schedules(setting.seed, setting.patients)
    full = jnp.concatenate(
        [jnp.ones_like(half[:, :ACQUISITION]), half[:, ACQUISITION:]], axis=1
    )
    reversal = {f"first {word}": associability(us) for us, word in enumerate(CUES)}
    numbers = {"associability_rise": min(map(rise, reversal.values()))}
    courses = {}
    for name, kind in LEARNERS.items():
        course = {
            share: np.asarray(_courses(kind(), outcomes).expected)
            for share, outcomes in (("50 %", half), ("100 %", full))
        }
        left = {share: persistence(v[:, ACQUISITION:]) for share, v in course.items()}
        key = name.lower().replace("-", "_")
        numbers[f"persistence_gain_{key}"] = left["50 %"] - left["100 %"]
        courses[name] = {share: v.mean(axis=0) for share, v in course.items()}
    return Outcome(numbers, _figure(reversal, courses))


def _figure(reversal: dict[str, np.ndarray], courses: dict[str, dict]) -> Figure:
    def panel(title: str, y_label: str, lines: dict[str, np.ndarray]) -> Panel:
        series = tuple(
            Series(name, np.arange(1.0, len(line) + 1).tolist(), line.tolist())
            for name, line in lines.items()
        )
        return Panel(title, "trial", y_label, series)

    return Figure(
        caption="Associability after a reversal, and extinction after shocks on half "
        "or on all trials of acquisition.",
        panels=(
            panel("Reversal", "associability", reversal),
            *(
                panel(name, "expectation of shock", lines)
                for name, lines in courses.items()
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=200)
