"""The goals of prediction that were set before it was tried, and what came out.

Coverage of the 95 % intervals has two limits, since intervals that hold everything are
too wide. Widths are compared with those of the naive predictor figure by figure: of a
ratio of the two (of logarithms for ratios) the geometric mean is taken, so that figures
in different units count alike. Errors are means of absolute values, of means over the
scale that the goal was set for.
"""

import enum
import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kapsim.lab.verdict import Word
from kapsim.report.calibration.goals import goals
from kapsim.report.calibration.record import CalibrationRecord
from kapsim.report.validation_words import number
from kapsim.trial.external.kinds import family
from kapsim.trial.external.widths import beside_naive
from kapsim.trial.protocol import Measure, Metric

COVERAGE = (0.90, 0.97)
"""Share of outcomes inside their 95 % interval."""

CHANGE_ERROR, CONTRAST_ERROR = 3.0, 2.0
"""Largest mean absolute error of mean changes and of contrasts [MADRS points]."""

FEW = 5
"""Figures below which a goal that is met is said to be met on few figures."""

CHANGE, CONTRAST = "is_change", "is_contrast"
"""Columns of the figures that the goals of errors are set for."""

_BOUNDS = ("low", "high", "naive_low", "naive_high")
_NUMBERS = (
    *_BOUNDS,
    "observed",
    "predicted",
    "error",
    "log_score",
    "naive",
    "naive_error",
    "naive_log_score",
)


class Verdict(enum.StrEnum):
    """Whether a limit is kept."""

    MET = "met"
    FEW = "met, on few figures"
    NOT_MET = "not met"
    NOT_AVAILABLE = "not available"

    @property
    def shown(self) -> str:
        """In Markdown; what is not met stands out."""
        return "**not met**" if self is Verdict.NOT_MET else self.value


_WORDS = {
    Word.MET: Verdict.MET,
    Word.MISSED: Verdict.NOT_MET,
    Word.NOT_COMPARABLE: Verdict.NOT_AVAILABLE,
}


class Goal(NamedTuple):
    """One goal.

    Attributes
    ----------
    id
        Short name.
    said
        What is asked for, with its limit.
    obtained
        The number, in words.
    verdict
        Whether it is met.
    """

    id: str
    said: str
    obtained: str
    verdict: Verdict


def judged(met: bool, figures: int = FEW) -> Verdict:
    """Verdict on a limit that is kept or not, over so many figures."""
    if not met:
        return Verdict.NOT_MET
    return Verdict.MET if figures >= FEW else Verdict.FEW


def figures_of(external: dict[str, Any]) -> pd.DataFrame:
    """Figures of a validation report, of which JSON cannot hold what is infinite.

    Parameters
    ----------
    external
        As `kapsim validate` writes it.

    Returns
    -------
    DataFrame
        As from `trial.external.table.table_of`; an end that is not reached is infinite.
        `CHANGE` and `CONTRAST` say which figures the goals of these names are for.
    """
    found = with_unknown(pd.DataFrame(external["figures"]))
    reached = np.isfinite(found["low"].to_numpy())
    for name in ("predicted", "high"):
        found.loc[reached & found[name].isna().to_numpy(), name] = math.inf
    metrics = [family(Metric(one)) for one in found["metric"]]
    points = found["measure"] == Measure.MADRS.value
    for name, metric in (
        (CHANGE, Metric.CHANGE_MEAN),
        (CONTRAST, Metric.MEAN_DIFFERENCE),
    ):
        found[name] = points & np.array([one is metric for one in metrics])
    return found


def with_unknown(found: pd.DataFrame) -> pd.DataFrame:
    """The table with not a number for what is not known."""
    return found.astype(dict.fromkeys(_NUMBERS, float))


def prediction_goals(figures: pd.DataFrame) -> tuple[Goal, ...]:
    """What the figures of some studies come to, goal by goal.

    Parameters
    ----------
    figures
        From `figures_of`; those that are not scored are left out.
    """
    scored = figures[figures["scored"].astype(bool)]
    return (
        _coverage(scored),
        _width(scored),
        _error("changes", "mean changes", CHANGE_ERROR, scored[CHANGE], scored),
        _error("contrasts", "contrasts", CONTRAST_ERROR, scored[CONTRAST], scored),
        _log_score(scored),
    )


def _coverage(scored: pd.DataFrame) -> Goal:
    low, high = COVERAGE
    said = f"{100 * low:.0f} to {100 * high:.0f} % of outcomes in their 95 % interval"
    count, inside = len(scored), int(scored["inside"].astype(bool).sum())
    if not count:
        return Goal("coverage", said, "", Verdict.NOT_AVAILABLE)
    share = inside / count
    obtained = f"{number(100 * share, 0)} % ({inside} of {count})"
    return Goal("coverage", said, obtained, judged(low <= share <= high, count))


def _width(scored: pd.DataFrame) -> Goal:
    said = "intervals no wider on average than the naive ones"
    ratios = beside_naive(scored)
    if not len(ratios):
        return Goal("width", said, "", Verdict.NOT_AVAILABLE)
    mean = float(np.exp(np.log(ratios).mean()))
    obtained = f"{number(mean, 2)} times as wide ({len(ratios)} figures)"
    return Goal("width", said, obtained, judged(mean <= 1.0, len(ratios)))


def _error(
    name: str, what: str, limit: float, of: pd.Series, scored: pd.DataFrame
) -> Goal:
    said = f"mean absolute error of {what} at most {limit:g} MADRS points"
    errors = scored["error"].to_numpy(float)[of.to_numpy(bool)]
    own = [abs(error) for error in errors if math.isfinite(error)]
    if not own:
        return Goal(name, said, "", Verdict.NOT_AVAILABLE)
    mean = float(np.mean(own))
    obtained = f"{number(mean, 1)} points ({len(own)} figures)"
    return Goal(name, said, obtained, judged(mean <= limit, len(own)))


def _log_score(scored: pd.DataFrame) -> Goal:
    said = "log score better than the naive one"
    both = scored[["log_score", "naive_log_score"]].to_numpy(float)
    both = both[np.isfinite(both).all(axis=1)]
    if not len(both):
        return Goal("log_score", said, "", Verdict.NOT_AVAILABLE)
    ours, naive = map(float, both.mean(axis=0))
    obtained = f"{number(ours, 2)} against {number(naive, 2)} ({len(both)} figures)"
    return Goal("log_score", said, obtained, judged(ours > naive, len(both)))


def fit_goals(calibration: dict[str, Any] | None) -> tuple[Goal, ...]:
    """Whether the calibration fits what it was fitted to, and has converged.

    Parameters
    ----------
    calibration
        The calibration report; without one there is no goal.
    """
    if calibration is None:
        return ()
    return tuple(
        Goal(f"fit_{number}", f"{one.name}: {one.asked}", one.found, _WORDS[one.word])
        for number, one in enumerate(goals(CalibrationRecord({}, {}, calibration)))
    )
