"""The course of depression that nobody treats."""

from collections.abc import Mapping

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.course.curves import curve
from kapsim.lab.published import published
from kapsim.lab.statistics import Estimate, share
from kapsim.lab.trials import Course, Design, course

PRIMARY_CARE = Design(
    population={
        "entry": {"scale": "MADRS", "at_least": 15},
        "baseline": {"scale": "MADRS", "mean": 23, "sd": 5},
        "failures": {"mean": 0},
    },
    visits=("day 1", "day 92", "day 184", "day 366"),
    parameters={"measures.rater.site_inflation": 0.0},
)
"""Mild to moderate depression, seen at 3, 6 and 12 months; no trial admitted it."""

MONTHS = (3, 6, 12)

WAIT_LIST = Design(
    population={
        "entry": {"scale": "MADRS", "at_least": 20},
        "baseline": {"scale": "MADRS", "mean": 28, "sd": 5},
        "failures": {"mean": 0},
    },
    visits=("day 1", "day 71"),
)
"""People of a trial of psychotherapy who wait ten weeks."""

REMISSION = 12
"""Highest MADRS of remission [points]."""

UNTREATED: Mapping[str, object] = {}


def remitted(seen: Course) -> list[Estimate]:
    """Share of people in remission at each visit after the first [1]."""
    return [share(total <= REMISSION) for total in seen.totals["MADRS"][1:]]


def run(setting: Setting) -> Outcome:
    """A year without treatment, and ten weeks on a wait list."""
    year = course(PRIMARY_CARE, UNTREATED, setting)
    found = remitted(year)
    waited = course(WAIT_LIST, UNTREATED, setting).totals["MADRS"]
    first, last = waited.mean(axis=1)
    numbers = {
        f"remitted_{months}": one.value
        for months, one in zip(MONTHS, found, strict=True)
    }
    numbers["wait_list_fall"] = float((first - last) / first)
    numbers["wait_list_remitted"] = float((waited[-1] <= REMISSION).mean())
    return Outcome(numbers, _figure(year, found))


def _figure(year: Course, found: list[Estimate]) -> Figure:
    months = [0.0, *map(float, MONTHS)]
    known = published("natural-course")
    told = [known.value(f"remitted_{month}") for month in MONTHS]
    spread = np.percentile(year.totals["MADRS"], (25, 50, 75), axis=1).tolist()
    return Figure(
        caption="Some recover without treatment; others stay as they are.",
        panels=(
            Panel(
                "In remission",
                "months",
                "share of people",
                (
                    curve("untreated", months[1:], found),
                    Series("published", months[1:], told, kind="points"),
                ),
            ),
            Panel(
                "Severity",
                "months",
                "MADRS (points)",
                (
                    Series(
                        "median, with the middle half",
                        months,
                        spread[1],
                        spread[0],
                        spread[2],
                    ),
                ),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=4096)
