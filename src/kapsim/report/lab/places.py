"""Where the values of a panel go: side by side in a category, and the ends of axes."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from kapsim.lab.experiment import Panel, Series, Values
from kapsim.report.axes import Ticks, value_ticks
from kapsim.report.lab.looks import SeriesLook

_ROOM = 0.8  # share of a place that its series fill
_ASIDE = 0.22  # of a published value from the computed one, in widths of a series
_TICKS = 6


@dataclasses.dataclass(frozen=True)
class Places:
    """How the series of a panel share a place of the abscissa.

    Attributes
    ----------
    offset
        By which each series is moved, by name [units of the abscissa].
    width
        Room of one series [units of the abscissa].
    """

    offset: dict[str, float]
    width: float


def places(panel: Panel, looks: dict[str, SeriesLook]) -> Places:
    """Room of each series; only bars, and points in categories, stand side by side."""
    computed = [one for one in panel.series if not looks[one.name].hollow]
    kinds = ("bars", "points") if panel.categories else ("bars",)
    beside = [one.name for one in computed if one.kind in kinds]
    width = _ROOM * _spacing(panel) / max(len(beside), 1)
    middle = (len(beside) - 1) / 2
    offset = {name: (k - middle) * width for k, name in enumerate(beside)}
    for one in panel.series:
        look = looks[one.name]
        if look.hollow and beside:
            partner = beside[0] if len(beside) == 1 else look.of
            offset[one.name] = offset.get(partner, 0.0) + _ASIDE * width
    return Places(offset, width)


def _spacing(panel: Panel) -> float:
    """Smallest distance of two places [units of the abscissa]."""
    if panel.categories:
        return 1.0
    bars = [np.asarray(s.x, float) for s in panel.series if s.kind == "bars"]
    between = np.diff(np.unique(np.concatenate(bars))) if bars else np.empty(0)
    return float(between.min()) if between.size else 1.0


def across(panel: Panel, width: float) -> Ticks:
    """Axis of a panel without categories: round, and whole where all places are."""
    found = _finite([one.x for one in panel.series])
    margin = width if any(one.kind == "bars" for one in panel.series) else 0.0
    low, high = float(found.min()) - margin, float(found.max()) + margin
    if np.all(found == np.round(found)):
        return value_ticks(low, high, int(np.clip(np.ceil(high - low), 1, _TICKS)))
    return value_ticks(low, high, _TICKS)


def upwards(series: Iterable[Series]) -> Ticks:
    """Axis that holds all values and intervals; it starts at zero where bars do."""
    series = tuple(series)
    drawn = [part for one in series for part in (one.y, one.low, one.high)]
    ends: list[Values] = [part for part in drawn if part is not None]
    if any(one.kind == "bars" for one in series):
        ends.append((0.0,))
    found = _finite(ends)
    return value_ticks(float(found.min()), float(found.max()))


def _finite(parts: Sequence[Values]) -> np.ndarray:
    """All finite numbers; a single zero where there is none."""
    found = np.concatenate([np.asarray(part, float) for part in parts] or [np.zeros(1)])
    found = found[np.isfinite(found)]
    return found if found.size else np.zeros(1)
