"""Escapable, yoked, none: the same shocks, with and without control over them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.control.animals import READINGS, WORDS
from kapsim.lab.experiments.control.box import Box, Cohort, Course

HARNESS, SHUTTLE = 64, 10
"""Shocks in the first box, trials in the second (from memory)."""

COMPELLED = 2
"""Sessions in which helpless animals are made to cross in every other trial."""


class Arm(NamedTuple):
    """What a group met in the end: its test, and the harness before it."""

    test: Course
    before: Course | None = None


def arms(cohort: Cohort, setting: Setting) -> dict[str, Arm]:
    """Every group of the design, by its name."""
    fresh = cohort.fresh()
    had, escapable = cohort.session(fresh, "escapable", HARNESS)
    same = Box(imposed=escapable.ended)
    lacked, yoked = cohort.session(fresh, "yoked", HARNESS, same)
    taught, _ = cohort.session(fresh, "taught", SHUTTLE)
    immune, later = cohort.session(taught, "immunised", HARNESS, same)
    groups = {
        "naive": (fresh, None),
        "escapable": (had, escapable),
        "yoked": (lacked, yoked),
        "immunised": (immune, later),
    }
    found = {
        name: Arm(_tested(cohort, group[0]), group[1]) for name, group in groups.items()
    }
    found["compelled"] = Arm(_compelled(cohort, lacked))
    for name in ("naive", "escapable", "yoked"):
        found[f"{name}, food"] = Arm(_tested(cohort, groups[name][0], food=True))
    if setting.drug is not None:
        window = setting.drug.at(0.0).window
        drug = setting.drug.text
        found[drug] = Arm(_tested(cohort, lacked, window=window))
        found[f"compelled, {drug}"] = Arm(_compelled(cohort, lacked, window))
    return found


def _tested(cohort: Cohort, states: Any, **box: Any) -> Course:
    """The test in the second box."""
    return cohort.session(states, "test", SHUTTLE, Box(**box))[1]


def _compelled(cohort: Cohort, states: Any, window: float = 0.0) -> Course:
    """The test, after being made to cross there."""
    for part in range(COMPELLED):
        pause_h = 0.0 if part else Box().pause_h
        box = Box(compelled=True, window=window, pause_h=pause_h)
        states, _ = cohort.session(states, f"compelled.{part}", SHUTTLE, box)
    return _tested(cohort, states, window=window, pause_h=0.0)


def _numbers(found: Mapping[str, Arm]) -> dict[str, float]:
    mean = {group: float(arm.test.failures.mean()) for group, arm in found.items()}
    before = {group: arm.before for group, arm in found.items() if arm.before}
    tried = {group: float(np.mean(course.tried)) for group, course in before.items()}
    ended = {group: np.asarray(course.ended) for group, course in before.items()}
    numbers = {
        "exposure_gap": float(np.abs(ended["escapable"] - ended["yoked"]).max()),
        "escapable_gap": mean["escapable"] - mean["naive"],
        "yoked_gap": mean["yoked"] - mean["naive"],
        "food_gap": mean["yoked, food"] - mean["escapable, food"],
        "immunised_gap": mean["yoked"] - mean["immunised"],
        "immunised_tried": tried["immunised"] - tried["yoked"],
        "compelled_gap": mean["yoked"] - mean["compelled"],
    }
    for group in ("naive", "escapable", "yoked"):
        numbers[f"failures_{group}"] = SHUTTLE * mean[group]
    return numbers


def run(setting: Setting) -> Outcome:
    """All groups under both readings of helplessness."""
    found, numbers = {}, {}
    for reading, kind in READINGS.items():
        cohort = Cohort(kind(), setting.patients, setting.seed, reading)
        found[reading] = groups = arms(cohort, setting)
        for name, value in _numbers(groups).items():
            numbers[f"{name}_{reading}"] = value
        if setting.drug is not None:
            for prefix in ("", "compelled, "):
                share = groups[f"{prefix}{setting.drug.text}"].test.failures.mean()
                numbers[f"failures, {prefix}drug, {reading}"] = SHUTTLE * float(share)
    return Outcome(numbers, _figure(found))


def _figure(found: Mapping[str, Mapping[str, Arm]]) -> Figure:
    groups = tuple(next(iter(found.values())))
    places = np.arange(float(len(groups)))
    bars = tuple(
        Series(
            WORDS[reading],
            places,
            [float(arm.test.failures.mean()) for arm in arms_.values()],
            kind="bars",
        )
        for reading, arms_ in found.items()
    )
    lines = tuple(
        Series(
            f"{group}, {reading}",
            np.arange(1.0, SHUTTLE + 1),
            1 - np.asarray(arms_[group].test.ended).mean(axis=1),
        )
        for reading, arms_ in found.items()
        for group in ("naive", "escapable", "yoked")
    )
    return Figure(
        caption="Animals that could end their shocks escape in a new box like animals "
        "without experience. Those that got the same shocks without control fail, "
        "unless they had control before, or are made to escape.",
        panels=(
            Panel("Test", "group", "share of trials failed", bars, groups),
            Panel("Over the test", "trial", "share that failed", lines),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
