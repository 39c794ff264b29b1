"""Sessions twice a week against weekly ones, as many of them; and fewer of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.therapy.weekly import ROUTINE, weekly
from kapsim.lab.statistics import Followed, hazard_ratio, hedges_g
from kapsim.lab.trials import Course, Design, course

SESSIONS, FEWER = 20, 10
"""Most sessions of the trial; half as many."""

WEEKS, APART_WEEKS = 26, 2
"""Weeks in all, and between visits."""

SHORT, LONG = 10 // APART_WEEKS, 20 // APART_WEEKS
"""Visits at the end of ten weeks and of twenty."""

SCALE = "QIDS-SR"

DESIGN = Design(
    {}, [f"day {1 + 7 * week}" for week in range(0, WEEKS + 1, APART_WEEKS)]
)

TWICE = [
    *weekly(SESSIONS // 2),
    *weekly(SESSIONS // 2, ROUTINE[::-1], first=4),
]

ARMS: Mapping[str, Mapping[str, Any]] = {
    "twice weekly": {"sessions": TWICE},
    "weekly": {"sessions": weekly(SESSIONS)},
    "weekly, half as many": {"sessions": weekly(FEWER)},
    "no therapy": {},
}


def responses(seen: Course) -> Followed:
    """When the score was first at most half of that at entry [weeks]."""
    scores = seen.totals[SCALE]
    half = scores[1:] <= scores[0] / 2
    responded = half.any(axis=0)
    visit = np.where(responded, half.argmax(axis=0) + 1, len(half))
    return Followed(APART_WEEKS * visit.astype(float), responded)


def attrition(seen: Course) -> float:
    """Share that stopped coming before the last session [1]."""
    return float(1 - seen.signals["in_therapy"][-1].mean())


def against_none(seen: Course, none: Course, visit: int) -> float:
    """How much lower scores are than without therapy, standardised [1]."""
    return hedges_g(none.totals[SCALE][visit], seen.totals[SCALE][visit]).value


def run(setting: Setting) -> Outcome:
    """Four arms over half a year."""
    seen = {name: course(DESIGN, arm, setting) for name, arm in ARMS.items()}
    often, seldom, fewer, none = seen.values()
    scores = {name: one.totals[SCALE] for name, one in seen.items()}
    ended = {
        "often": against_none(often, none, SHORT),
        "seldom": against_none(seldom, none, LONG),
        "fewer": against_none(fewer, none, SHORT),
    }
    last = scores["weekly"][-1], scores["twice weekly"][-1]
    frequency = ended["often"] - ended["seldom"]
    numbers = {
        "difference_d": hedges_g(*last).value,
        "difference_points": float(last[0].mean() - last[1].mean()),
        "response_hazard": hazard_ratio(responses(often), responses(seldom)).value,
        "attrition_twice": attrition(often),
        "attrition_weekly": attrition(seldom),
        "attrition_ratio": attrition(often) / attrition(seldom),
        "frequency_g": frequency,
        "per_extra_week": -frequency / (APART_WEEKS * (LONG - SHORT)),
        "more_sessions_g": ended["seldom"] - ended["fewer"],
    }
    return Outcome(numbers, _figure(seen))


def _figure(seen: Mapping[str, Course]) -> Figure:
    weeks = np.arange(0.0, WEEKS + 1, APART_WEEKS)
    falls = [
        Series(name, weeks, (one.totals[SCALE] - one.totals[SCALE][0]).mean(axis=1))
        for name, one in seen.items()
    ]
    shares = [
        Series(
            name,
            weeks,
            [found.within(week) for week in weeks],
        )
        for name, found in ((name, responses(one)) for name, one in seen.items())
    ]
    return Figure(
        caption="Twenty sessions in ten weeks or in twenty, ten in ten, and none.",
        panels=(
            Panel("Self-report", "weeks", "change of QIDS-SR (points)", tuple(falls)),
            Panel("Responded so far", "weeks", "share", tuple(shares)),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=4096)
