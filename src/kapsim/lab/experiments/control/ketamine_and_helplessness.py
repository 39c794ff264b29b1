"""Ketamine and helplessness: escape before shocks without control, and after."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.control.animals import READINGS, WORDS
from kapsim.lab.experiments.control.box import Box, Cohort, Course
from kapsim.lab.influence import influence

INDUCTION = 120
"""Shocks in the session without control (a choice: not read)."""

TEST = 30
"""Trials of a test (from memory)."""

HELPED = 4
"""Trials, every other one compelled, that a little help consists of."""

DOSE = "ketamine racemate 0.5 mg/kg iv over 40 min"
"""A person's dose in place of the mouse's 10 mg/kg."""

AFTER_H, BEFORE_H = 4.0, 24.0
"""From the dose to the test; from a dose given before to the shocks (not read)."""

NO_DRUG, KETAMINE = "again, no drug", "again, ketamine"


def courses(cohort: Cohort, windows: Mapping[str, float]) -> dict[str, Course]:
    """Tests of every step; `windows` [1] by the name of the second test."""
    start, baseline = cohort.session(cohort.fresh(), "baseline", TEST)
    shocked, helpless = _made_helpless(cohort, start, 0.0)
    found = {"baseline": baseline, "helpless": helpless}
    for name, window in windows.items():
        same = Box(window=window, pause_h=0.0)
        found[name] = cohort.session(shocked, "again", TEST, same)[1]
        help_ = Box(window=window, pause_h=0.0, compelled=True)
        helped, _ = cohort.session(shocked, "help", HELPED, help_)
        found[f"{name}, helped"] = cohort.session(helped, "again", TEST, same)[1]
    before = influence(f"{DOSE}@-{BEFORE_H:g}h").at(0.0).window
    found["ketamine before"] = _made_helpless(cohort, start, before)[1]
    return found


def _made_helpless(cohort: Cohort, start: Any, window: float) -> tuple[Any, Course]:
    """States after the shocks without control and a test, and that test."""
    imposed = jnp.zeros((INDUCTION, cohort.animals))
    box = Box(imposed=imposed, window=window)
    states, _ = cohort.session(start, "induction", INDUCTION, box)
    return cohort.session(states, "helpless", TEST)


def run(setting: Setting) -> Outcome:
    """All steps under both readings of helplessness."""
    ketamine = influence(f"{DOSE}@-{AFTER_H:g}h").at(0.0).window
    windows = {NO_DRUG: 0.0, KETAMINE: ketamine}
    if setting.drug is not None:
        windows[setting.drug.text] = setting.drug.at(0.0).window
    found, numbers = {}, {}
    for reading, kind in READINGS.items():
        cohort = Cohort(kind(), setting.patients, setting.seed, f"drug.{reading}")
        found[reading] = courses(cohort, windows)
        for name, value in _numbers(found[reading]).items():
            numbers[f"{name}_{reading}"] = value
        if setting.drug is not None:
            share = found[reading][setting.drug.text].failures.mean()
            numbers[f"failures, drug, {reading}"] = float(share)
    return Outcome(numbers, _figure(found))


def _numbers(found: Mapping[str, Course]) -> dict[str, float]:
    mean = {step: float(course.failures.mean()) for step, course in found.items()}
    return {
        "helpless_gap": mean["helpless"] - mean["baseline"],
        "ketamine_gap": mean["helpless"] - mean[KETAMINE],
        "drug_gap": mean[NO_DRUG] - mean[KETAMINE],
        "prevention_gap": mean["helpless"] - mean["ketamine before"],
    }


def _figure(found: Mapping[str, Mapping[str, Course]]) -> Figure:
    steps = tuple(next(iter(found.values())))
    bars = tuple(
        Series(
            WORDS[reading],
            np.arange(float(len(steps))),
            [float(found[reading][step].failures.mean()) for step in steps],
            kind="bars",
        )
        for reading in found
    )
    lines = tuple(
        Series(
            f"{step}, {reading}",
            np.arange(1.0, TEST + 1),
            1 - np.asarray(found[reading][step].ended).mean(axis=1),
        )
        for reading in found
        for step in (NO_DRUG, KETAMINE)
    )
    return Figure(
        caption="Failures to escape before shocks without control, after them, and in "
        "a second test four hours after a dose of ketamine, or without one.",
        panels=(
            Panel("Tests", "step", "share of trials failed", bars, steps),
            Panel("Second test", "trial", "share that failed", lines),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
