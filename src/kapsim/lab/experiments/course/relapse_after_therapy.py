"""Relapse of those who got well: after therapy, and with and without medicine."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.published import published
from kapsim.lab.statistics import Followed, hazard_ratio, odds_ratio
from kapsim.lab.trials import Course, Design, course

ACUTE_WEEKS, YEAR_WEEKS, HALF_YEAR_WEEKS = 16, 52, 26
APART_WEEKS = 2
"""Weeks between visits, and thus the least length of a relapse."""

RESPONSE, REMISSION, RELAPSE = 15, 10, 18
"""Highest MADRS of response (HDRS-17 of 12) and of remission, lowest MADRS of relapse
(HDRS-17 of 14) [points]; a point of HDRS-17 is 1.3 of MADRS."""

OUTPATIENTS: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 26},
    "baseline": {"scale": "MADRS", "mean": 30, "sd": 4},
    "failures": {"mean": 0},
}
"""Moderate to severe depression: HDRS-17 of 20 or more."""

DESIGN = Design(
    OUTPATIENTS,
    [
        f"day {1 + 7 * week}"
        for week in range(0, ACUTE_WEEKS + YEAR_WEEKS + 1, APART_WEEKS)
    ],
)

_TWICE = [day for week in range(4) for day in (1 + 7 * week, 4 + 7 * week)]
_WEEKLY = [1 + 7 * week for week in range(4, ACUTE_WEEKS)]
END = 1 + 7 * ACUTE_WEEKS
PREVENTIVE_DAYS = [END + 1 + 7 * week for week in range(8)]
"""Eight weekly sessions after the medicine has worked."""


def sessions(days: list[int]) -> list[dict[str, Any]]:
    """Cognitive therapy with homework."""
    one = {"modality": "restructuring", "minutes": 50, "homework": True, "days": days}
    return [one]


_TAKEN: dict[str, Any] = {"use": "started", "since": "day 1"}
_WITHDRAWN = {**_TAKEN, "until": f"day {END}"}

ARMS: Mapping[str, Mapping[str, Any]] = {
    "therapy": {"sessions": sessions(_TWICE + _WEEKLY)},
    "continued": {"antidepressant": _TAKEN},
    "withdrawn": {"antidepressant": _WITHDRAWN},
    "continued and prevention": {
        "antidepressant": _TAKEN,
        "sessions": sessions(PREVENTIVE_DAYS),
    },
    "withdrawn and prevention": {
        "antidepressant": _WITHDRAWN,
        "sessions": sessions(PREVENTIVE_DAYS),
    },
}


def well(seen: Course, at_most: int = RESPONSE) -> Bool[np.ndarray, " n"]:
    """Who is at most so depressed at the end of treatment."""
    return seen.totals["MADRS"][ACUTE_WEEKS // APART_WEEKS] <= at_most


def followed(seen: Course, at_most: int = RESPONSE) -> Followed:
    """When those who were well relapse [weeks since the end of treatment].

    A relapse needs scores of relapse at two visits in a row, and counts from the
    second.
    """
    end = ACUTE_WEEKS // APART_WEEKS
    bad = seen.totals["MADRS"][end + 1 :, well(seen, at_most)] >= RELAPSE
    twice = bad[1:] & bad[:-1]
    happened = np.asarray(twice.any(axis=0))
    first = np.where(happened, twice.argmax(axis=0) + 2, len(bad))
    return Followed(APART_WEEKS * first.astype(float), happened)


def run(setting: Setting) -> Outcome:
    """Five arms, and the year after treatment."""
    seen = {name: course(DESIGN, arm, setting) for name, arm in ARMS.items()}
    after = {name: followed(one) for name, one in seen.items()}
    remitted = {name: followed(one, REMISSION) for name, one in seen.items()}
    year = {name: one.within(YEAR_WEEKS) for name, one in after.items()}
    kept = {name: one.within(YEAR_WEEKS) for name, one in remitted.items()}
    therapy, continued, withdrawn = (
        after[name] for name in ("therapy", "continued", "withdrawn")
    )
    numbers = {
        "responded_therapy": float(well(seen["therapy"]).mean()),
        "responded_drug": float(well(seen["continued"]).mean()),
        "relapse_therapy": year["therapy"],
        "relapse_continued": year["continued"],
        "relapse_withdrawn": year["withdrawn"],
        "hazard_therapy": hazard_ratio(therapy, withdrawn).value,
        "hazard_continued": hazard_ratio(continued, withdrawn).value,
        "hazard_drug_to_therapy": hazard_ratio(continued, therapy).value,
        "odds_no_relapse": odds_ratio(~therapy.happened, ~withdrawn.happened).value,
        "risk_prevention": kept["continued and prevention"] / kept["continued"],
        "risk_prevention_taper": kept["withdrawn and prevention"] / kept["continued"],
        "relapse_half_year": remitted["withdrawn"].within(HALF_YEAR_WEEKS),
    }
    return Outcome(numbers, _figure(after))


def _figure(after: Mapping[str, Followed]) -> Figure:
    weeks = np.arange(0.0, YEAR_WEEKS + 1, APART_WEEKS)
    known = published("relapse-after-therapy")
    shown = ("therapy", "continued", "withdrawn")
    lines = [
        Series(name, weeks, [after[name].within(week) for week in weeks])
        for name in shown
    ]
    told = [known.value(f"relapse_{name}") for name in shown]
    points = Series("published", [float(YEAR_WEEKS)] * len(told), told, kind="points")
    return Figure(
        caption="Relapse in the year after sixteen weeks of treatment, among those who "
        "responded.",
        panels=(Panel("Relapse", "weeks", "share of responders", (*lines, points)),),
    )


EXPERIMENT = Experiment(run=run, patients=4096)
