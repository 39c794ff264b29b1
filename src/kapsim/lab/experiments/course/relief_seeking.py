"""Relief that serves therapy, and relief that is used to do without."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.course.curves import curve
from kapsim.lab.experiments.course.infusions import RESISTANT, ketamine
from kapsim.lab.statistics import mean
from kapsim.lab.trials import Course, Design, course

INFUSIONS = (1, 3, 5, 8, 10, 12)
SESSIONS = (2, 6, 9, 13, 16, 20, 23, 27, *range(34, 90, 7))
"""Sixteen sessions, begun the day after the first dose: twice weekly, then weekly."""

MONTHS = {3: 92, 6: 184, 12: 366}
"""Day of each month at which the outcome is read."""

END_OF_DOSING = 13
DAYS = (1, END_OF_DOSING, 29, 57, *MONTHS.values())

ALONE: Mapping[str, Any] = {"treatments": [ketamine(INFUSIONS)]}
WITH_THERAPY: Mapping[str, Any] = {
    **ALONE,
    "sessions": [
        {
            "modality": "restructuring",
            "minutes": 50,
            "homework": True,
            "days": list(SESSIONS),
        }
    ],
}

ON: Mapping[str, bool] = {"relief_seeking": True}
OFF: Mapping[str, bool] = {"relief_seeking": False}
BY_DEFAULT: Mapping[str, bool] = {}


def seen(
    arm: Mapping[str, Any], hypotheses: Mapping[str, bool], setting: Setting
) -> Course:
    """An arm over a year, with the hypothesis on or off."""
    visits = [f"day {day}" for day in DAYS]
    return course(Design(RESISTANT, visits, {}, hypotheses), arm, setting)


def scores_apart(one: Course, other: Course) -> float:
    """Greatest difference of any score of any person at any visit [points]."""
    pairs = ((one.totals[scale], other.totals[scale]) for scale in one.totals)
    return float(max(np.abs(a - b).max() for a, b in pairs))


def signals_apart(one: Course, other: Course) -> float:
    """Greatest difference of any inner signal of any person [units of the signal]."""
    pairs = ((one.signals[name], other.signals[name]) for name in one.signals)
    return float(max(np.abs(a - b).max() for a, b in pairs))


def engagement(one: Course) -> np.ndarray:
    """Share of what sessions ask for that each person does [visits, n]."""
    taken = float(np.asarray(library().parameter("therapy.reliance.lowers").value))
    return 1 - taken * one.signals["reliance"]


def costs(engaged: Course, seeking: Course) -> dict[int, float]:
    """MADRS with relief-seeking less that without, at each month [points]."""
    means = [one.totals["MADRS"].mean(axis=1) for one in (engaged, seeking)]
    apart = means[1] - means[0]
    return {month: float(apart[DAYS.index(day)]) for month, day in MONTHS.items()}


def run(setting: Setting) -> Outcome:
    """Six infusions, with and without sixteen sessions, the hypothesis off and on."""
    engaged = seen(WITH_THERAPY, BY_DEFAULT, setting)
    seeking = seen(WITH_THERAPY, ON, setting)
    switched_off = seen(WITH_THERAPY, OFF, setting)
    alone, alone_seeking = (seen(ALONE, how, setting) for how in (BY_DEFAULT, ON))
    end = DAYS.index(END_OF_DOSING)
    with_therapy = engaged.totals["MADRS"].mean(axis=1)
    without = alone.totals["MADRS"].mean(axis=1)
    gain = without - with_therapy
    cost = costs(engaged, seeking)
    numbers = {
        "reliance_end": seeking.signals["reliance"][end].mean(),
        "engagement_end": engagement(seeking)[end].mean(),
        **{f"cost_{month}": value for month, value in cost.items()},
        **{f"gain_{month}": gain[DAYS.index(day)] for month, day in MONTHS.items()},
        "skill_lost": (seeking.signals["skill"] - engaged.signals["skill"])[
            DAYS.index(MONTHS[3])
        ].mean(),
        "alone_scores": scores_apart(alone, alone_seeking),
        "off_scores": scores_apart(engaged, switched_off),
        "off_signals": signals_apart(engaged, switched_off),
        "off_reliance": engaged.signals["reliance"].max(),
    }
    plain = {name: float(value) for name, value in numbers.items()}
    courses = {"engaged": engaged, "relief-seeking": seeking, "infusions alone": alone}
    return Outcome(plain, _figure(courses))


def _figure(courses: Mapping[str, Course]) -> Figure:
    days = [float(day) for day in DAYS]
    seeking = courses["relief-seeking"]
    reliance = seeking.signals["reliance"].mean(axis=1).tolist()
    return Figure(
        caption="A theory: whoever comes to rely on the dose does less of what "
        "sessions ask for, and keeps less of what they bring.",
        panels=(
            Panel(
                "Severity",
                "day",
                "MADRS (points)",
                tuple(
                    curve(name, days, [mean(row) for row in one.totals["MADRS"]])
                    for name, one in courses.items()
                ),
            ),
            Panel(
                "Relief-seeking",
                "day",
                "reliance and engagement (1)",
                (
                    Series("reliance on the dose", days, reliance),
                    Series(
                        "engagement", days, engagement(seeking).mean(axis=1).tolist()
                    ),
                ),
            ),
            Panel(
                "Skill",
                "day",
                "skill (1)",
                tuple(
                    Series(name, days, one.signals["skill"].mean(axis=1).tolist())
                    for name, one in courses.items()
                ),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=1024)
