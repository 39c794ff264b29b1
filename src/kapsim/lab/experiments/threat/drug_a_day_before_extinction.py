"""A drug a day before extinction: the first session as ever, the later ones lower."""

from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.doses import (
    SESSION,
    Arm,
    Gain,
    conditioning,
    dosed,
    extinction,
    influenced,
    no_drug,
    responses,
)
from kapsim.mind.threat import DrugTiming
from kapsim.units import DAY_H

CONDITIONING_H, DOSE_H = -2 * DAY_H, -DAY_H
"""Conditioning, and the dose a day after it and a day before extinction [h]."""

SESSIONS_H = (0.0, DAY_H, 2 * DAY_H)
"""Three daily sessions of extinction."""

TEST_H = SESSIONS_H[-1] + 8 * DAY_H
"""Eight days after the last session."""

DAYS = ("day 1", "day 2", "day 3", "test")
SALINE, DRUG, BLOCKED = "saline", "ketamine", "ketamine and rapamycin"


def arm(gain: Gain) -> Arm:
    """Conditioning, three sessions and the test, under some drug."""
    sessions = (extinction(hour) for hour in (*SESSIONS_H, TEST_H))
    return Arm((conditioning(CONDITIONING_H), *sessions), gain)


def run(setting: Setting) -> Outcome:
    """Response on each trial of each session; nothing is drawn."""
    timing = DrugTiming()
    gains: dict[str, Gain] = {
        SALINE: no_drug,
        DRUG: dosed(DOSE_H, timing),
        BLOCKED: dosed(DOSE_H, DrugTiming(kappa_p=jnp.asarray(0.0))),
    }
    if setting.drug is not None:
        gains[setting.drug.text] = influenced(setting.drug, timing)
    found = responses([arm(gain) for gain in gains.values()])
    courses = {name: np.stack(one[1:]) for name, one in zip(gains, found, strict=True)}
    numbers = {
        **_changes("ketamine", courses[DRUG] - courses[SALINE]),
        **_changes("rapamycin", courses[BLOCKED] - courses[SALINE]),
    }
    if setting.drug is not None:
        change = courses[setting.drug.text] - courses[SALINE]
        numbers |= _changes("added drug", change)
    return Outcome(numbers, _figure(courses))


def _changes(
    name: str, change: Float[np.ndarray, "sessions trials"]
) -> dict[str, float]:
    """Mean change over the first session; change on the first trial of the others."""
    later = {
        f"{name}_{DAYS[k].replace(' ', '_')}": float(change[k, 0]) for k in (1, 2, 3)
    }
    return {f"{name}_day_1": float(change[0].mean()), **later}


def _figure(courses: Mapping[str, Float[np.ndarray, "sessions trials"]]) -> Figure:
    trials = np.arange(1.0, len(SESSIONS_H) * SESSION + 1).tolist()
    lines = tuple(
        Series(name, trials, course[:-1].ravel().tolist())
        for name, course in courses.items()
    )
    bars = tuple(
        Series(name, np.arange(float(len(DAYS))), course[:, 0].tolist(), kind="bars")
        for name, course in courses.items()
    )
    return Figure(
        caption="A dose a day before the first of three daily sessions of extinction, "
        "tested eight days after the last. What the drug adds is learned, and shows "
        "when fear comes back.",
        panels=(
            Panel("Extinction over three days", "trial", "response", lines),
            Panel(
                "First trial of each session",
                "session",
                "response",
                bars,
                categories=DAYS,
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, drug=True)
