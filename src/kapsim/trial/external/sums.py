"""What the figures of a study, and of all studies, come to."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kapsim.trial.external.kinds import family
from kapsim.trial.protocol import Metric

ALL = "all"

_NAMED: dict[Metric, str] = {
    Metric.MEAN: "score",
    Metric.CHANGE_MEAN: "mean change",
    Metric.PERCENT_CHANGE_MEAN: "mean percent change",
    Metric.RESPONSE_PERCENT: "share",
    Metric.REMISSION_PERCENT: "share",
    Metric.RELAPSE_PERCENT: "share",
    Metric.MEAN_DIFFERENCE: "difference of changes",
    Metric.RESPONSE_DIFFERENCE_PERCENT: "difference of shares",
    Metric.REMISSION_DIFFERENCE_PERCENT: "difference of shares",
    Metric.COHENS_D: "Cohen's d",
    Metric.RESPONSE_ODDS_RATIO: "log odds ratio",
    Metric.RELAPSE_HAZARD_RATIO: "log hazard ratio",
    Metric.MEDIAN_DAYS_TO_RELAPSE: "median time to relapse",
}
_IN_POINTS = ("score", "mean change", "difference of changes")


def sums(table: pd.DataFrame) -> list[dict[str, Any]]:
    """One entry per study, and one over all if there are several.

    Parameters
    ----------
    table
        From `table.table_of`, of one study or of several.

    Returns
    -------
    list
        Of mappings: study, figures, scored, inside, coverage [1], log_score (mean);
        of figures that the naive predictor foretells too: common, common_log_score and
        naive_log_score (means), common_inside, naive_inside; and errors, a list of
        what (kind of figure, with its scale), unit, scored (those with an error, which
        a median that is not reached has not), mean_absolute_error, and of the common
        figures common, common_error, naive_error. None if not known.
    """
    studies = list(dict.fromkeys(table["study"]))
    parts = [(name, table[table["study"] == name]) for name in studies]
    if len(parts) > 1:
        parts.append((ALL, table))
    return [_sum(name, own) for name, own in parts]


def _sum(name: str, own: pd.DataFrame) -> dict[str, Any]:
    scored = own[own["scored"]]
    common = scored[np.isfinite(scored["naive"].to_numpy(float))]
    return {
        "study": name,
        "figures": len(own),
        "scored": len(scored),
        "inside": int(scored["inside"].sum()),
        "coverage": _mean(scored["inside"]),
        "log_score": _mean(scored["log_score"]),
        "common": len(common),
        "common_log_score": _mean(common["log_score"]),
        "naive_log_score": _mean(common["naive_log_score"]),
        "common_inside": int(common["inside"].sum()),
        "naive_inside": int(common["naive_inside"].sum()),
        "errors": list(_errors(scored)),
    }


def _errors(scored: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Mean absolute errors by kind of figure, and by scale where they are in points."""
    named = [_group(row) for row in scored.to_dict("records")]
    for what, unit in dict.fromkeys(named):
        own = scored[[one == (what, unit) for one in named]]
        own = own[np.isfinite(own["error"].to_numpy(float))]
        if own.empty:
            continue
        common = own[np.isfinite(own["naive"].to_numpy(float))]
        yield {
            "what": what,
            "unit": unit,
            "scored": len(own),
            "mean_absolute_error": _mean(own["error"].abs()),
            "common": len(common),
            "common_error": _mean(common["error"].abs()),
            "naive_error": _mean(common["naive_error"].abs()),
        }


def _group(row: dict[Any, Any]) -> tuple[str, str]:
    named = _NAMED[family(Metric(row["metric"]))]
    scale = f", {row['measure']}" if named in _IN_POINTS else ""
    return named + scale, str(row["unit"])


def _mean(values: pd.Series) -> float | None:
    """Mean of the known ones; none of nothing."""
    known = values.to_numpy(float)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else None
