"""Exposures on disk: every person as netCDF, or quantiles over people as a table."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from kapsim.drug.exposure.summary import LEVELS, present
from kapsim.engine.atomic import atomic_path


def write_netcdf(data: xr.Dataset, path: Path) -> None:
    """Write a dataset of `exposure`, whole, as netCDF 3.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    # The format has no 64-bit integers: a seed may need them.
    plain = data.assign_attrs(seed=str(data.attrs["seed"]))
    with atomic_path(path) as place:
        plain.to_netcdf(place, engine="scipy", format="NETCDF3_64BIT")


def quantile_table(regimens: Mapping[str, xr.Dataset]) -> pd.DataFrame:
    """Columns regimen, signal, unit, time_h, median, low, high, typical.

    Low and high are the 5th and 95th percentile over people.
    """
    return pd.concat(
        [
            _signal(name, data, signal)
            for name, data in regimens.items()
            for signal in present(data)
        ],
        ignore_index=True,
    )


def _signal(name: str, data: xr.Dataset, signal: str) -> pd.DataFrame:
    low, median, high = np.quantile(data[signal].to_numpy(), LEVELS, axis=0)
    return pd.DataFrame(
        {
            "regimen": name,
            "signal": signal,
            "unit": data[signal].units,
            "time_h": data["time"].to_numpy(),
            "median": median,
            "low": low,
            "high": high,
            "typical": data[f"{signal}_typical"].to_numpy(),
        }
    )
