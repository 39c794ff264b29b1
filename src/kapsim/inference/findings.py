"""What a calibration found, as data: for its report, and as the posterior file."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from kapsim.evidence import library
from kapsim.inference.calibration import Calibrated
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.request import SHIPPED
from kapsim.inference.targets.endpoints import natural
from kapsim.inference.targets.problem import Problem
from kapsim.trial.protocol import Metric
from kapsim.trial.summaries.intervals import ENDS, Z

_WELL, _PARTLY = 0.5, 0.2  # of the prior variance that is gone
_STRONGEST = 30  # correlations
_DIGITS = 6  # of a number in the posterior file
_PER_DRAW = 200  # of the predictive of an endpoint


def findings(
    problem: Problem,
    made: Calibrated,
    fresh: Float[np.ndarray, "m K"],
    chosen: Sequence[int],
    seed: int,
) -> dict[str, Any]:
    """Parameters, correlations, endpoints and convergence, for calibration.json."""
    posterior = made.posterior
    correlation = np.corrcoef(posterior.u.T)
    gain = np.linalg.inv(np.cov(posterior.u.T)) - np.eye(len(problem.freed))
    spectrum = np.sort(np.linalg.eigvalsh(gain))[::-1]
    rows = list(_targets(problem, made, fresh, chosen, seed))
    known = [row for row in rows if row["inside"] is not None]
    return {
        "evaluations": int(made.ensemble.done.sum()),
        "rounds": [_round(one) for one in made.rounds],
        "parameters": list(_parameters(problem, posterior)),
        **{name: _spread(drawn) for name, drawn in posterior.by_effect.items()},
        "divergences": posterior.divergences,
        "correlations": _strongest(problem, correlation),
        "correlation_matrix": np.round(correlation, 3).tolist(),
        "targets": rows,
        "kinds": list(_kinds(known)),
        "coverage": float(np.mean([row["inside"] for row in known])),
        "worst_z": max(abs(row["z"]) for row in known),
        "spectrum": np.round(spectrum, 4).tolist(),
        "directions": int((spectrum > 1.0).sum()),
        "agreement": None,
    }


def shipped(
    problem: Problem, posterior: Posterior, provenance: Mapping[str, Any], version: str
) -> dict[str, Any]:
    """The posterior file."""
    rows = np.linspace(0, len(posterior.u) - 1, SHIPPED).astype(int)
    spreads = posterior.by_effect
    columns = [one.value(posterior.u[rows, k]) for k, one in enumerate(problem.freed)]
    parameters = [
        {
            "id": one.id,
            "unit": library().parameter(one.id).unit,
            "scale": one.scale,
            "low": one.low,
            "high": one.high,
            "prior_mean": one.mean,
            "prior_sd": one.sd,
            "mean": _short(float(one.value(posterior.u[:, k].mean()))),
            "sd": _short(one.sd * float(posterior.u[:, k].std())),
        }
        for k, one in enumerate(problem.freed)
    ]
    return {
        "version": version,
        "provenance": dict(provenance),
        "studies": list(problem.studies),
        "parameters": parameters,
        **{name: _short(float(drawn.mean())) for name, drawn in spreads.items()},
        "draws": {
            "values": [[_short(x) for x in row] for row in np.stack(columns, 1)],
            **{name: [*map(_short, drawn[rows])] for name, drawn in spreads.items()},
        },
    }


def _short(value: float) -> float:
    return float(f"{float(value):.{_DIGITS}g}")


def _round(one: Any) -> dict[str, Any]:
    return {
        "round": one.number,
        "points": one.points,
        "temperature": one.power,
        "misfit_mean": one.misfit_mean,
        "misfit_best": one.misfit_best,
        "emulator_r2_median": one.emulator_r2,
    }


def _parameters(problem: Problem, posterior: Posterior) -> Iterator[dict[str, Any]]:
    for k, one in enumerate(problem.freed):
        record, u = library().parameter(one.id), posterior.u[:, k]
        gone = 1 - float(u.var())
        low, high = (float(end) for end in one.value(np.quantile(u, ENDS)))
        prior = one.value(np.array([-Z, Z]))
        yield {
            "id": one.id,
            "meaning": record.meaning,
            "unit": record.unit,
            "scale": one.scale,
            "prior_mean": float(one.value(np.array(0.0))),
            "prior_low": float(prior[0]),
            "prior_high": float(prior[1]),
            "mean": float(one.value(u.mean())),
            "low": low,
            "high": high,
            "prior_sd": one.sd,
            "sd": one.sd * float(u.std()),
            "shrinkage": gone,
            "identified": "well"
            if gone > _WELL
            else "partly"
            if gone > _PARTLY
            else "not",
            "r_hat": float(posterior.r_hat[k]),
            "ess": float(posterior.ess[k]),
            "moved": float(u.mean()),
        }


def _spread(values: Float[np.ndarray, " D"]) -> dict[str, float]:
    low, high = (float(end) for end in np.quantile(values, ENDS))
    return {"mean": float(values.mean()), "low": low, "high": high}


def _strongest(
    problem: Problem, correlation: Float[np.ndarray, "P P"]
) -> list[dict[str, Any]]:
    above = np.argwhere(np.triu(np.ones_like(correlation, bool), 1))
    order = sorted(above.tolist(), key=lambda ab: -abs(correlation[ab[0], ab[1]]))
    names = [one.id for one in problem.freed]
    return [
        {"a": names[a], "b": names[b], "r": float(correlation[a, b])}
        for a, b in order[:_STRONGEST]
    ]


def _targets(
    problem: Problem,
    made: Calibrated,
    fresh: Float[np.ndarray, "m K"],
    chosen: Sequence[int],
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Each endpoint against the predictive of fresh simulations of draws."""
    rng = np.random.default_rng(seed)
    posterior = made.posterior
    error = np.zeros(len(problem.targets))
    parts = []
    for row, draw in zip(fresh, chosen, strict=True):
        whole = problem.covariance(posterior.spreads[draw], error)
        root = np.linalg.cholesky(whole)
        noise = root @ rng.standard_normal((len(row), _PER_DRAW))
        parts.append(row[:, None] + noise)
    drawn = np.concatenate(parts, axis=1)
    for k, target in enumerate(problem.targets):
        own = drawn[k][np.isfinite(drawn[k])]
        told = len(own) > _PER_DRAW
        middle, sd = (own.mean(), own.std()) if told else (math.nan, math.nan)
        low, high = np.quantile(own, ENDS) if told else (math.nan, math.nan)
        back = lambda x, target=target: _published(target.kind, x)
        yield {
            "id": target.id,
            "label": target.label,
            "study": target.study,
            "kind": target.kind,
            "unit": target.unit,
            "contrast": target.contrast,
            "observed": back(target.observed),
            "predicted": back(middle),
            "low": back(low),
            "high": back(high),
            "se": _known(sd),
            "z": _known((target.observed - middle) / sd),
            "inside": bool(low <= target.observed <= high) if told else None,
            "emulator_error": float(made.emulator.error[k]),
        }


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _published(kind: str, value: float) -> float | None:
    """On the scale of publication; laboratory ratios are logarithms."""
    known = _known(value)
    if known is None:
        return None
    if kind not in {one.value for one in Metric}:
        return math.exp(known)
    return float(natural(kind, np.asarray(known)))


def _kinds(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for kind, unit in dict.fromkeys((row["kind"], row["unit"]) for row in rows):
        own = [row for row in rows if row["kind"] == kind and row["unit"] == unit]
        inside = sum(row["inside"] for row in own)
        yield {
            "kind": kind,
            "n": len(own),
            "inside": inside,
            "coverage": inside / len(own),
            "mae": float(np.mean([abs(r["observed"] - r["predicted"]) for r in own])),
            "unit": unit,
        }
