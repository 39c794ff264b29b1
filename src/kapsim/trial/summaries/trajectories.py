"""Inner signals over time: mean and quantiles over some patients of each arm.

Patients with a signal that is not a finite number at any moment are left out: their
simulation failed, and `n_failed` of summary.csv counts such patients of all.
"""

import json

import numpy as np
import pyarrow as pa
from jaxtyping import Float

from kapsim.trial.arms.simulation import prepare, signals
from kapsim.trial.request import RunRequest

_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def trajectories(request: RunRequest) -> pa.Table:
    """Tidy table: arm, time_h [h since the first dose], signal, mean and quantiles.

    Mean and quantiles [unit of the signal] are not a number where all patients failed.
    """
    text = json.dumps(request.protocol.model_dump(mode="json"), sort_keys=True)
    return pa.concat_tables(
        _arm(request, text, arm.name) for arm in request.protocol.arms
    )


def _arm(request: RunRequest, protocol: str, arm: str) -> pa.Table:
    prepared = prepare(protocol, arm, request.seed, request.precision, request.refine)
    times, shown = signals(prepared, request.patients[arm])
    sound = np.all([np.isfinite(one).all(axis=0) for one in shown.values()], axis=0)
    return pa.concat_tables(
        pa.table(
            {
                "arm": pa.array([arm] * len(times)),
                "time_h": times.astype(np.float64),
                "signal": pa.array([name] * len(times)),
                **_over_patients(values[:, sound]),
            }
        )
        for name, values in shown.items()
    )


def _over_patients(
    values: Float[np.ndarray, "moments n"],
) -> dict[str, Float[np.ndarray, " moments"]]:
    """Mean and quantiles at each moment."""
    if values.shape[1] == 0:
        nothing = np.full(len(values), np.nan)
        return dict.fromkeys(("mean", *_QUANTILES), nothing)
    levels = np.quantile(values, list(_QUANTILES.values()), axis=1)
    found = {"mean": values.mean(axis=1), **dict(zip(_QUANTILES, levels, strict=True))}
    return {name: one.astype(np.float64) for name, one in found.items()}
