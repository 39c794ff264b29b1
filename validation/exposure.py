"""Peaks and areas of a course for a typical person, and misses that are on record."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kapsim.drug import (
    AbstractRoute,
    Covariates,
    Dose,
    DrugLevels,
    Molecule,
    RouteName,
    route_for,
)
from kapsim.evidence import library
from validation.courses import course
from validation.report.record import Recorder

RECORDED = 0.005
"""Relative rounding of the ratios in discrepancy records."""

END_H = 240.0
GRID = np.unique(
    np.concatenate(
        [
            np.arange(0.0, 8.0, 1 / 120),
            np.arange(8.0, 24.0, 0.1),
            np.arange(24.0, END_H + 0.1, 0.5),
        ]
    )
)
"""Times [h] that find a peak within 0.1 % and an area within 0.05 %."""


class Exposure(NamedTuple):
    """Peak [ng/mL], its time [min], and area [ng h/mL] of one signal."""

    peak: float
    minute: float
    area: float


def dose(molecule: str, way: str, mg: float = 0.0, **rest: float) -> Dose:
    """A dose at time zero; `rest` are other fields of `Dose`."""
    return Dose(
        time_h=rest.pop("time_h", 0.0),
        molecule=Molecule(molecule),
        route=RouteName(way),
        mg=mg,
        **rest,  # type: ignore[arg-type]
    )


def exposures(
    doses: Sequence[Dose],
    names: Sequence[str],
    *,
    route: AbstractRoute | None = None,
    who: Covariates | None = None,
    until_h: float = END_H,
) -> dict[str, Exposure]:
    """Exposure to each signal, or to both enantiomers of a species, up to `until_h`."""
    chosen = route_for(doses) if route is None else route
    time, levels = course(chosen, doses, GRID[GRID <= until_h], who)
    found = {}
    for name in names:
        parts = (name,) if name in DrugLevels._fields else (f"s_{name}", f"r_{name}")
        curve = sum(np.asarray(getattr(levels, part))[:, 0] for part in parts)
        assert isinstance(curve, np.ndarray)
        at = int(curve.argmax())
        area = float(np.trapezoid(curve, time))
        found[name] = Exposure(float(curve[at]), 60 * float(time[at]), area)
    return found


def missed(
    check: Recorder,
    name: str,
    value: float,
    published: float,
    limits: tuple[float, float],
    *,
    record: str,
    place: int | None = None,
    source: str,
    unit: str = "",
) -> None:
    """Report a miss that a discrepancy record knows, and hold it to its ratio."""
    ratio = library().discrepancies[record].ratio
    if place is not None:
        assert isinstance(ratio, list)
        ratio = ratio[place]
    assert isinstance(ratio, float)
    np.testing.assert_allclose(value / published, ratio, rtol=RECORDED)
    note = f"{value / published:.2f} times the published {published:g}"
    check(name, value, *limits, unit=unit, source=source, note=note, missed=record)
