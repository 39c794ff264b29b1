"""The numbers of an exposure: per person, then over people.

Peaks are the highest values at the grid's times, areas and half-lives those of the
modes. Shares count people by the label's thresholds. The MOAA/S is read to the nearest
whole number from the greatest depth of sedation; the CADSS is the expected total, with
no noise of a rating and nothing taken off for what is there before a dose.
"""

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Bool, Float

from kapsim.drug.effects.sedation import Sedation
from kapsim.drug.exposure.area import ANALYTES
from kapsim.drug.exposure.dataset import SIGNALS, SPANS
from kapsim.engine import build
from kapsim.evidence import library

LEVELS = (0.05, 0.5, 0.95)
"""Quantiles that are told: low, median, high."""


class Measure(NamedTuple):
    """One number of each person.

    Attributes
    ----------
    name, unit, of
        Such as ``peak``, ``ng/mL``, ``ketamine``.
    values
        [people]; not a number where there is none.
    typical
        That of the typical person.
    """

    name: str
    unit: str
    of: str
    values: Float[np.ndarray, " people"]
    typical: float


@dataclasses.dataclass(frozen=True)
class Share:
    """Share of people who meet a threshold of the label.

    Attributes
    ----------
    said, short
        The threshold in words, and in few.
    met
        [people] who does.
    """

    said: str
    short: str
    met: Bool[np.ndarray, " people"]

    @property
    def percent(self) -> float:
        """Share [%]."""
        return 100 * float(self.met.mean())


def present(data: xr.Dataset) -> list[str]:
    """Signals that these doses bring about, in the order of `SIGNALS`."""
    return [name for name in SIGNALS if float(data[f"{name}_typical"].max()) > 0]


def per_person(data: xr.Dataset) -> list[Measure]:
    """Peaks, times, areas, half-lives and greatest effects of each person.

    Parameters
    ----------
    data
        From `exposure`.
    """
    found = []
    for name in present(data):
        found += [_peak(data, name), _time(data, name)]
        if name in ANALYTES:
            found += _of_modes(data, name)
    return found


def shares(data: xr.Dataset) -> list[Share]:
    """Who dissociates, has a large rise of pressure, or is sedated, by the label."""
    limit = lambda name: library().parameter(f"drug.shown.{name}").internal_value
    cadss, alert = limit("cadss"), limit("moaas")
    systolic, diastolic = limit("systolic"), limit("diastolic")
    top = lambda name: data[name].max("time").to_numpy()
    pressure = (top("systolic_rise") >= systolic) | (top("diastolic_rise") >= diastolic)
    scored = np.asarray(build(Sedation, {}).score(jnp.asarray(top("sedation"))))
    return [
        Share(
            f"expected CADSS total above {cadss:g}",
            f"CADSS above {cadss:g}",
            top("dissociation") > cadss,
        ),
        Share(
            f"pressure rise of at least {systolic:g} mmHg systolic or {diastolic:g} "
            "mmHg diastolic",
            f"rise from {systolic:g}/{diastolic:g}",
            pressure,
        ),
        Share(
            f"MOAA/S of {alert:g} or less", f"MOAA/S up to {alert:g}", scored <= alert
        ),
    ]


def summary(data: xr.Dataset) -> pd.DataFrame:
    """Median and 5th to 95th percentile over people, and the typical person.

    Parameters
    ----------
    data
        From `exposure`.

    Returns
    -------
    pd.DataFrame
        A row per measure with columns of, measure, unit, median, low, high, typical.
    """
    rows = []
    for item in per_person(data):
        low, median, high = np.nanquantile(item.values, LEVELS)
        rows.append(
            {
                "of": item.of,
                "measure": item.name,
                "unit": item.unit,
                "median": median,
                "low": low,
                "high": high,
                "typical": item.typical,
            }
        )
    return pd.DataFrame(rows)


def _of_modes(data: xr.Dataset, name: str) -> Iterator[Measure]:
    """Areas and half-life of a concentration."""
    for span in SPANS:
        at = {"analyte": name, "span": span}
        yield _of(data, "area", f"area {span}", name, at)
    yield _of(data, "half_life", "terminal half-life", name, {"analyte": name})


def _of(
    data: xr.Dataset, variable: str, measure: str, name: str, at: dict[str, str]
) -> Measure:
    own = data[variable]
    typical = float(data[f"{variable}_typical"].sel(at))
    return Measure(measure, own.units, name, own.sel(at).to_numpy(), typical)


def _peak(data: xr.Dataset, name: str) -> Measure:
    values, typical = data[name].max("time"), data[f"{name}_typical"].max()
    unit = data[name].units
    return Measure("peak", unit, name, values.to_numpy(), float(typical))


def _time(data: xr.Dataset, name: str) -> Measure:
    """Time of the peak; not a number for who has none."""
    time = data["time"].to_numpy()
    when = time[data[name].to_numpy().argmax(axis=1)]
    values = np.where(data[name].max("time").to_numpy() > 0, when, np.nan)
    own = data[f"{name}_typical"].to_numpy()
    typical = float(time[own.argmax()]) if own.max() > 0 else np.nan
    return Measure("time of peak", "h", name, values, typical)
