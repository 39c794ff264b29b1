"""Alliance and homework: who gains from therapy, and what continues it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.therapy.dose_response import AT_SESSIONS
from kapsim.lab.experiments.therapy.weekly import weekly
from kapsim.lab.statistics import correlation, hedges_g
from kapsim.lab.trials import Course, Design, course

SESSIONS = 16
ASKED_AFTER = 4
"""Session after which the alliance is asked for: the third to the fifth as a rule."""

SCALE = "QIDS-SR"
QUARTERS = 4

DESIGN = Design(
    {}, [f"day {1 + 7 * week}" for week in range(SESSIONS + 1)], AT_SESSIONS
)
"""Visits before each session and a week after the last."""

ARMS: Mapping[str, Mapping[str, Any]] = {
    "with homework": {"sessions": weekly(SESSIONS)},
    "without homework": {
        "sessions": [{**one, "homework": False} for one in weekly(SESSIONS)]
    },
}


def improvement(seen: Course) -> Float[np.ndarray, " n"]:
    """Fall of the score from entry to the end [points]."""
    scores = seen.totals[SCALE].astype(float)
    return scores[0] - scores[-1]


def early_alliance(seen: Course) -> Float[np.ndarray, " n"]:
    """Alliance when it is asked for [1]."""
    return seen.signals["alliance"][ASKED_AFTER]


def ruptured(seen: Course) -> Bool[np.ndarray, " n"]:
    """Who had a rupture: nothing else makes an alliance smaller."""
    return np.any(np.diff(seen.signals["alliance"], axis=0) < 0, axis=0)


def run(setting: Setting) -> Outcome:
    """The same therapy with homework and without."""
    seen = {name: course(DESIGN, arm, setting) for name, arm in ARMS.items()}
    done, left = seen["with homework"], seen["without homework"]
    gained = improvement(done)
    numbers = {
        "alliance_outcome": correlation(early_alliance(done), gained).value,
        "attendance_outcome": correlation(
            done.signals["sessions_attended"][-1], gained
        ).value,
        "homework_d": hedges_g(left.totals[SCALE][-1], done.totals[SCALE][-1]).value,
        "rupture_share": float(ruptured(done).mean()),
    }
    return Outcome(numbers, _figure(seen))


def _figure(seen: Mapping[str, Course]) -> Figure:
    weeks = np.arange(0.0, SESSIONS + 1)
    falls = [
        Series(name, weeks, (one.totals[SCALE] - one.totals[SCALE][0]).mean(axis=1))
        for name, one in seen.items()
    ]
    done = seen["with homework"]
    parts = np.array_split(np.argsort(early_alliance(done)), QUARTERS)
    gained = [float(improvement(done)[part].mean()) for part in parts]
    places = [float(k) for k in range(QUARTERS)]
    return Figure(
        caption="Sixteen weekly sessions. Left: the same therapy with homework and "
        "without. Right: improvement by quarters of the early alliance.",
        panels=(
            Panel("Self-report", "weeks", "change of QIDS-SR (points)", tuple(falls)),
            Panel(
                "Early alliance",
                "quarter of the alliance after session four",
                "improvement (points of QIDS-SR)",
                (Series("with homework", places, gained, kind="bars"),),
                categories=("lowest", "second", "third", "highest"),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=8192)
