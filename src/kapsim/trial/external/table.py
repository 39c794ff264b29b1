"""A row for every published figure: observed, predicted, and the naive predictor."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from kapsim.trial.external.drawn import Drawn, forecast
from kapsim.trial.external.forecast import Forecast
from kapsim.trial.external.kinds import at_baseline
from kapsim.trial.external.naive import Naive, naive
from kapsim.trial.external.precedents import followed
from kapsim.trial.external.replicates import Replicated
from kapsim.trial.external.shares import Counted
from kapsim.trial.external.sizes import Size, patients
from kapsim.trial.external.studies import Study
from kapsim.trial.protocol import Metric, Protocol, Published
from kapsim.trial.summaries.comparison import published_bounds
from kapsim.units import DAY_H

POINTS, SHARES, RATIO, SPREADS, DAYS = (
    "points",
    "percent points",
    "ratio",
    "SD",
    "days",
)

COLUMNS = (
    "study",
    "role",
    "arm",
    "versus",
    "visit",
    "day",
    "since",
    "among",
    "measure",
    "metric",
    "unit",
    "observed",
    "observed_low",
    "observed_high",
    "n",
    "predicted",
    "sd",
    "low",
    "high",
    "inside",
    "error",
    "log_score",
    "naive",
    "naive_low",
    "naive_high",
    "naive_inside",
    "naive_error",
    "naive_log_score",
    "naive_from",
    "scored",
    "note",
    "source",
    "grade",
)

_STATED = "of the baseline visit: stated by the protocol, not predicted"
_UNTOLD = "too few replicates can tell it"


def unit(metric: Metric) -> str:
    """Unit of a figure and of its error; errors of ratios are of their logarithms."""
    if metric.is_ratio:
        return RATIO
    if metric is Metric.COHENS_D:
        return SPREADS
    if metric is Metric.MEDIAN_DAYS_TO_RELAPSE:
        return DAYS
    share = metric.is_share or metric.value.endswith("_percent")
    return SHARES if share or metric is Metric.PERCENT_CHANGE_MEAN else POINTS


def table_of(
    study: Study,
    known: Mapping[str, Size],
    made: Replicated,
    library: Sequence[Protocol],
) -> pd.DataFrame:
    """Rows of one study.

    Parameters
    ----------
    study
        The trial.
    known
        Size of each arm.
    made
        Its figures in every replicate.
    library
        Trials that the naive predictor may learn from.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. What is not known is not a number, or an empty text.
    """
    return pd.DataFrame(_rows(study, known, made, library), columns=list(COLUMNS))


def _rows(
    study: Study,
    known: Mapping[str, Size],
    made: Replicated,
    library: Sequence[Protocol],
) -> Iterator[dict[str, Any]]:
    protocol = study.protocol
    for figure, drawn in zip(protocol.published, made.drawn, strict=True):
        row = {"study": study.name, **_published(protocol, figure)}
        stated, own, plain = at_baseline(protocol, figure), None, None
        row["n"] = n = patients_behind(figure, drawn, known)
        if not isinstance(drawn, str):
            own = forecast(figure, drawn, n)
        if not stated:
            plain = naive(protocol, figure, library, known, n)
        row["scored"] = own is not None and not stated
        row["note"] = _note(figure, stated, None if own else drawn)
        yield row | _ours(figure, own) | _theirs(figure, plain)


def patients_behind(
    figure: Published, drawn: Drawn | str, known: Mapping[str, Size]
) -> int:
    """Patients behind a figure: for relapse without an n, as many as can relapse."""
    unknown = figure.n is None and figure.metric is Metric.RELAPSE_PERCENT
    if unknown and isinstance(drawn, Counted):
        return max(round(float(drawn.of.mean())), 1)
    return patients(figure, known)


def _published(protocol: Protocol, figure: Published) -> dict[str, Any]:
    """What was published."""
    visits = {visit.time_h: visit.name for visit in protocol.visits}
    low, high = published_bounds(figure)
    return {
        "role": "" if protocol.role is None else protocol.role.value,
        "arm": figure.arm,
        "versus": figure.versus or "",
        "visit": visits[figure.time_h],
        "day": figure.time_h / DAY_H,
        "since": figure.since or "",
        "among": getattr(followed(figure), "value", ""),
        "measure": figure.measure.value,
        "metric": figure.metric.value,
        "unit": unit(figure.metric),
        "observed": figure.comparable_value,
        "observed_low": low,
        "observed_high": high,
        "source": figure.source,
        "grade": figure.grade.value,
    }


def _note(figure: Published, stated: bool, untold: object) -> str:
    parts = [_STATED] if stated else []
    if untold is not None:
        parts.append(untold if isinstance(untold, str) else _UNTOLD)
    return "; ".join([*parts, *([figure.note] if figure.note else [])])


def _ours(figure: Published, made: Forecast | None) -> dict[str, Any]:
    observed = figure.comparable_value
    return {
        "predicted": math.nan if made is None else made.value,
        "sd": math.nan if made is None else made.sd,
        "low": math.nan if made is None else made.low,
        "high": math.nan if made is None else made.high,
        "inside": made is not None and made.holds(observed),
        "error": _error(figure, made),
        "log_score": math.nan if made is None else made.log_score,
    }


def _theirs(figure: Published, plain: Naive | None) -> dict[str, Any]:
    made = None if plain is None else plain.forecast
    found = _ours(figure, made)
    names = ("low", "high", "inside", "error", "log_score")
    return {
        "naive": found["predicted"],
        **{f"naive_{name}": found[name] for name in names},
        "naive_from": "" if plain is None else plain.said,
    }


def _error(figure: Published, made: Forecast | None) -> float:
    """Predicted less observed; of the logarithms for ratios."""
    if made is None:
        return math.nan
    if not figure.metric.is_ratio:
        return made.value - figure.comparable_value
    return math.log(made.value) - math.log(figure.comparable_value)
