"""Published figures beside simulated ones."""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from kapsim.trial.protocol import Metric, Protocol, Published
from kapsim.trial.summaries.intervals import (
    normal_interval,
    t_interval,
    wilson_interval,
)

Rows = Mapping[tuple[str, str, str], Mapping[Hashable, Any]]

_SUMMARY: dict[Metric, str] = {
    Metric.MEAN: "mean",
    Metric.CHANGE_MEAN: "change_mean",
    Metric.CHANGE_LS_MEAN: "change_mean",
    Metric.RESPONSE_PERCENT: "response_pct",
    Metric.RESPONSE_COUNT: "response_pct",
    Metric.REMISSION_PERCENT: "remission_pct",
    Metric.REMISSION_COUNT: "remission_pct",
}
_BOUNDS = {"mean": "mean", "change_mean": "change"}


_COLUMNS = (
    "arm",
    "visit",
    "measure",
    "metric",
    "published",
    "published_n",
    "published_low",
    "published_high",
    "simulated",
    "simulated_low",
    "simulated_high",
    "difference",
    "source",
    "grade",
)


def compare_published(summary: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Every published figure that a summary can hold, with the simulated one.

    Contrasts, relapse and percentages of change are not in a summary: `kapsim validate`
    computes them in trials of the published size. Counts are compared as percentages of
    their n. The bounds are those of the simulated figure, which shrink with the number
    of virtual patients: they say how well the simulation is known, not how well it
    agrees.

    Parameters
    ----------
    summary
        From `summarise`.
    protocol
        The protocol of that run.

    Returns
    -------
    DataFrame
        One row per figure: arm, visit, measure, metric, published, published_n,
        published_low, published_high, simulated, simulated_low, simulated_high,
        difference (simulated minus published) [point or percent], source, grade.

    Raises
    ------
    KeyError
        If the summary lacks an arm, visit or measure of the protocol.
    """
    rows = {
        (row["arm"], row["visit"], row["measure"]): row
        for row in summary.to_dict(orient="records")
    }
    names = {visit.time_h: visit.name for visit in protocol.visits}
    return pd.DataFrame(
        [_row(rows, names[figure.time_h], figure) for figure in comparable(protocol)],
        columns=list(_COLUMNS),
    )


def comparable(protocol: Protocol) -> list[Published]:
    """Published figures that the summary of a run has a column for, in their order."""
    return [figure for figure in protocol.published if figure.metric in _SUMMARY]


def _row(rows: Rows, visit: str, figure: Published) -> dict[str, Any]:
    found = rows[figure.arm, visit, figure.measure.value]
    column = _SUMMARY[figure.metric]
    bound = _BOUNDS.get(column, column.removesuffix("_pct"))
    published, simulated = figure.comparable_value, float(found[column])
    low, high = published_bounds(figure)
    return {
        "arm": figure.arm,
        "visit": visit,
        "measure": figure.measure.value,
        "metric": column,
        "published": published,
        "published_n": figure.n,
        "published_low": low,
        "published_high": high,
        "simulated": simulated,
        "simulated_low": float(found[f"{bound}_low"]),
        "simulated_high": float(found[f"{bound}_high"]),
        "difference": simulated - published,
        "source": figure.source,
        "grade": figure.grade.value,
    }


def published_bounds(figure: Published) -> tuple[float, float]:
    """95 % bounds of a published figure [point or percent].

    The published interval; else by t from SE or SD, or by Wilson for shares, where n
    is known; for contrasts and times to relapse by the normal law from the SE (of the
    logarithm, for ratios); else not a number.
    """
    metric = figure.metric
    if figure.interval is not None:
        return figure.interval
    if metric.is_contrast or metric is Metric.MEDIAN_DAYS_TO_RELAPSE:
        return _normal_bounds(figure)
    if figure.n is None:
        return math.nan, math.nan
    if metric.is_share:
        count = round(figure.comparable_value / 100.0 * figure.n)
        low, high = wilson_interval(count, figure.n)
        return 100.0 * low, 100.0 * high
    sd = figure.sd if figure.se is None else figure.se * math.sqrt(figure.n)
    return t_interval(figure.value, math.nan if sd is None else sd, figure.n)


def _normal_bounds(figure: Published) -> tuple[float, float]:
    if figure.se is None:
        return math.nan, math.nan
    if not figure.metric.is_ratio:
        return normal_interval(figure.value, figure.se)
    low, high = normal_interval(math.log(figure.value), figure.se)
    return math.exp(low), math.exp(high)
