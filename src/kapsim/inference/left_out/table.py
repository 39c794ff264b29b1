"""The endpoints of studies that were left out: rows, and what they come to.

Errors and the ends of intervals are on the natural scale; errors and widths of ratios
are of the logarithm. The naive predictor is that of the external validation; it may not
learn from protocols of the study itself. For the log score both predictors count as
normal on the working scale, endpoint by endpoint, so that they can be compared.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.special import logit

from kapsim.inference.left_out.forecast import LeftOut
from kapsim.inference.targets import endpoints
from kapsim.inference.targets.problem import Problem, Target
from kapsim.trial.external.forecast import Forecast, log_normal
from kapsim.trial.external.naive import naive
from kapsim.trial.external.sizes import sizes
from kapsim.trial.external.studies import may_be_learnt_from
from kapsim.trial.external.table import POINTS, RATIO
from kapsim.trial.external.widths import beside_naive, widths
from kapsim.trial.protocol import Metric

_EDGE = 1e-3  # of a share, nearer to which no logit is taken


class Beside(NamedTuple):
    """Naive forecast of an endpoint.

    Attributes
    ----------
    value, low, high
        Mean (median of ratios and times) and ends of the 95 % interval [unit].
    log_score
        Log density of what was observed, as a normal law on the working scale.
    """

    value: float
    low: float
    high: float
    log_score: float


def natural(target: Target, value: float) -> float:
    """A value of an endpoint from its working scale [its unit]."""
    if target.kind in set(Metric):
        return float(endpoints.natural(target.kind, np.array([value]))[0])
    return math.exp(value) if target.unit == RATIO else value


def beside(problem: Problem) -> dict[str, Beside]:
    """Naive forecast of each endpoint that has one, by the id of the endpoint."""
    library = {one.name: one for one in may_be_learnt_from()}
    found = {}
    for target in problem.targets:
        protocol = library.get(target.protocol)
        if protocol is None:
            continue
        figure = endpoints.figures(protocol)[int(target.id.rpartition("/")[2])]
        own = {one.protocol for one in problem.targets if one.study == target.study}
        others = [one for name, one in library.items() if name not in own]
        made = naive(protocol, figure, others, sizes(protocol), target.n)
        if made is not None:
            found[target.id] = _beside(target, made.forecast)
    return found


def _beside(target: Target, made: Forecast) -> Beside:
    metric = Metric(target.metric)
    mean, sd = made.value, made.sd
    if metric.is_share:
        share = min(max(mean / 100.0, _EDGE), 1 - _EDGE)
        mean, sd = float(logit(share)), sd / 100.0 / (share * (1 - share))
    elif metric.is_ratio or metric is Metric.MEDIAN_DAYS_TO_RELAPSE:
        mean = math.log(mean)
    score = log_normal(target.observed, mean, sd)
    return Beside(made.value, made.low, made.high, score)


def table(
    problem: Problem, found: LeftOut, plain: Mapping[str, Beside]
) -> pd.DataFrame:
    """A row for each endpoint, in the order of the problem.

    Parameters
    ----------
    problem, found
        Endpoints, and how they were foretold.
    plain
        Naive forecasts by the id of the endpoint.

    Returns
    -------
    DataFrame
        Columns: id, study, protocol, kind, measure, label, unit, contrast, n, day;
        observed, predicted, low, high, inside and error (predicted less observed) on
        the natural scale; observed_working, mean, sd and log_score on the working
        scale; naive, naive_low, naive_high, naive_inside, naive_error and
        naive_log_score.
    """
    forecast = found.forecast
    inside = forecast.inside(problem.observed)
    rows = []
    for k, target in enumerate(problem.targets):
        ends = {
            "observed": natural(target, target.observed),
            "predicted": natural(target, float(forecast.mean[k])),
            "low": natural(target, float(forecast.low[k])),
            "high": natural(target, float(forecast.high[k])),
        }
        rows.append(
            {
                **{name: getattr(target, name) for name in _OF_TARGET},
                **ends,
                "inside": bool(inside[k]),
                "error": _error(target, ends["predicted"]),
                "observed_working": target.observed,
                "mean": float(forecast.mean[k]),
                "sd": float(forecast.sd[k]),
                "log_score": float(forecast.log_score[k]),
                **_naive(target, plain.get(target.id)),
            }
        )
    return pd.DataFrame(rows)


_OF_TARGET = (
    "id",
    "study",
    "protocol",
    "kind",
    "measure",
    "label",
    "unit",
    "contrast",
    "n",
    "day",
)


def _error(target: Target, predicted: float) -> float:
    """Predicted less observed; of the logarithms for ratios."""
    observed = natural(target, target.observed)
    if target.unit == RATIO:
        return math.log(predicted) - math.log(observed)
    return predicted - observed


def _naive(target: Target, made: Beside | None) -> dict[str, Any]:
    if made is None:
        made = Beside(*(math.nan,) * 4)
    observed = natural(target, target.observed)
    known = math.isfinite(made.value)
    return {
        "naive": made.value,
        "naive_low": made.low,
        "naive_high": made.high,
        "naive_inside": made.low <= observed <= made.high,
        "naive_error": _error(target, made.value) if known else math.nan,
        "naive_log_score": made.log_score,
    }


def sums(rows: pd.DataFrame, found: LeftOut) -> dict[str, Any]:
    """What all endpoints, and those of each kind, come to.

    Returns
    -------
    dict
        endpoints, studies, log_score and contrast_score (joint, summed over studies),
        inside, coverage [1]; of endpoints with a naive forecast common, common_inside,
        naive_inside, common_log_score and naive_log_score (sums over endpoints, each
        alone) and width_ratio (geometric mean of our width over the naive one); and
        kinds, with their scale where they are in points, mean absolute errors and mean
        widths. None where not known.
    """
    common = rows[np.isfinite(rows["naive_log_score"].to_numpy(float))]
    ratios = beside_naive(common)
    return {
        "endpoints": len(rows),
        "studies": len(found.studies),
        "log_score": found.log_score,
        "contrast_score": found.contrast_score,
        "inside": int(rows["inside"].sum()),
        "coverage": _mean(rows["inside"]),
        "common": len(common),
        "common_inside": int(common["inside"].sum()),
        "naive_inside": int(common["naive_inside"].sum()),
        "common_log_score": float(common["log_score"].sum()),
        "naive_log_score": float(common["naive_log_score"].sum()),
        "width_ratio": float(np.exp(np.log(ratios).mean())) if len(ratios) else None,
        "kinds": list(_kinds(rows)),
    }


def _kinds(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    scale = rows["measure"].where(rows["unit"] == POINTS, "")
    groups = rows.groupby([rows["kind"], scale, rows["unit"]], sort=False)
    for (kind, measure, unit), own in groups:
        common = own[np.isfinite(own["naive_log_score"].to_numpy(float))]
        yield {
            "kind": _words(str(kind), str(measure)),
            "unit": str(unit),
            "n": len(own),
            "inside": int(own["inside"].sum()),
            "coverage": _mean(own["inside"]),
            "mae": _mean(own["error"].abs()),
            "width": _mean(widths(own)),
            "common": len(common),
            "common_mae": _mean(common["error"].abs()),
            "naive_mae": _mean(common["naive_error"].abs()),
            "common_width": _mean(widths(common)),
            "naive_width": _mean(widths(common, "naive_")),
        }


def _words(kind: str, measure: str) -> str:
    said = kind.replace("_", " ")
    return f"{said}, {measure}" if measure else said


def _mean(values: Float[np.ndarray, " n"] | pd.Series) -> float | None:
    """Mean of the finite ones; none of nothing."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else None
