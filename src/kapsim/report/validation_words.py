"""How published figures and their predictions are written."""

import math
from collections.abc import Mapping
from typing import Any

from kapsim.report.axes import minus
from kapsim.trial.external.table import DAYS, POINTS, RATIO, SHARES, SPREADS
from kapsim.trial.protocol import Metric
from kapsim.trial.protocol.terms import Among

Row = Mapping[Any, Any]

NONE = "\N{EN DASH}"

UNITS = {
    POINTS: "points of the scale",
    SHARES: "percent, or percent points",
    RATIO: "ratios",
    SPREADS: "standard deviations",
    DAYS: "days",
}
"""Units in words."""

_DECIMALS = {POINTS: 1, SHARES: 0, RATIO: 2, SPREADS: 2, DAYS: 0}

_METRICS = {
    Metric.MEAN: "score",
    Metric.CHANGE_MEAN: "change",
    Metric.CHANGE_LS_MEAN: "change (LS)",
    Metric.PERCENT_CHANGE_MEAN: "percent change",
    Metric.RESPONSE_PERCENT: "response",
    Metric.RESPONSE_COUNT: "response",
    Metric.REMISSION_PERCENT: "remission",
    Metric.REMISSION_COUNT: "remission",
    Metric.RELAPSE_PERCENT: "relapse",
    Metric.MEDIAN_DAYS_TO_RELAPSE: "median to relapse",
    Metric.MEAN_DIFFERENCE: "difference",
    Metric.LS_MEAN_DIFFERENCE: "difference (LS)",
    Metric.COHENS_D: "Cohen's d",
    Metric.RESPONSE_DIFFERENCE_PERCENT: "response, difference",
    Metric.REMISSION_DIFFERENCE_PERCENT: "remission, difference",
    Metric.RESPONSE_ODDS_RATIO: "response, odds ratio",
    Metric.RELAPSE_HAZARD_RATIO: "relapse, hazard ratio",
}


_AMONG = {
    Among.RESPONSE: "responders",
    Among.REMISSION: "remitters",
    Among.ALL: "all",
}


def arms(row: Row) -> str:
    """Arm of a figure, and what it is held against."""
    return f"{row['arm']} against {row['versus']}" if row["versus"] else str(row["arm"])


def figure(row: Row) -> str:
    """Visit, scale and metric of a figure; for relapse, of whom."""
    said = f"{row['visit']}, {row['measure']} {_METRICS[Metric(row['metric'])]}"
    return f"{said}, {_AMONG[row['among']]}" if row["among"] else said


def value(row: Row, column: str) -> str:
    """A number in the unit of the figure, as text."""
    return number(row[column], _DECIMALS[row["unit"]])


def interval(row: Row, before: str = "") -> str:
    """Ends of an interval, as text."""
    low, high = f"{before}low", f"{before}high"
    if math.isnan(row[low]):
        return ""
    return f"{value(row, low)} to {value(row, high)}"


def error(row: Row, column: str) -> str:
    """An error in the unit of the figure; errors of ratios are logarithms."""
    return number(row[column], max(_DECIMALS[row["unit"]], 1), sign=True)


def number(found: float | None, decimals: int, *, sign: bool = False) -> str:
    """A number with so many decimals; a dash for none."""
    if found is None or math.isnan(found):
        return NONE
    if math.isinf(found):
        return "not reached"
    return minus(f"{found:{'+' if sign else ''}.{decimals}f}")


def percent(share: float | None) -> str:
    """A share in percent."""
    return number(None if share is None else 100.0 * share, 0)
