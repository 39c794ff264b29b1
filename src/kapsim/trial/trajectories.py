"""Inner signals over time: mean and quantiles over some patients of each arm."""

import json

import numpy as np
import pyarrow as pa

from kapsim.trial.request import RunRequest
from kapsim.trial.simulation import prepare, signals

_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def trajectories(request: RunRequest) -> pa.Table:
    """Tidy table: arm, time_h, signal, mean and quantiles."""
    text = json.dumps(request.protocol.model_dump(mode="json"), sort_keys=True)
    return pa.concat_tables(
        _arm(request, text, arm.name) for arm in request.protocol.arms
    )


def _arm(request: RunRequest, protocol: str, arm: str) -> pa.Table:
    prepared = prepare(protocol, arm, request.seed, request.precision, request.refine)
    times, shown = signals(prepared, request.patients[arm])
    tables = []
    for name, values in shown.items():
        levels = np.quantile(values, list(_QUANTILES.values()), axis=1)
        tables.append(
            pa.table(
                {
                    "arm": pa.array([arm] * len(times)),
                    "time_h": times.astype(np.float64),
                    "signal": pa.array([name] * len(times)),
                    "mean": values.mean(axis=1).astype(np.float64),
                    **dict(zip(_QUANTILES, levels.astype(np.float64), strict=True)),
                }
            )
        )
    return pa.concat_tables(tables)
