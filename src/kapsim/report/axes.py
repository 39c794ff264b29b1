"""Scales from data to pixels, and where their ticks go."""

import dataclasses
import math
from collections.abc import Sequence
from typing import overload

import numpy as np

HOURS_A_DAY = 24.0
HOURS_A_WEEK = 7 * HOURS_A_DAY
_HOUR_STEPS = (1, 2, 3, 4, 6, 12, 24, 48)
_DAY_STEPS = (1, 2, 3, 7, 14, 28)
_WEEK_STEPS = (1, 2, 4, 8, 13, 26, 52)
_LABEL = 16.0  # least distance of two labels [px]


@dataclasses.dataclass(frozen=True)
class Scale:
    """A linear scale from data [`low`, `high`] to pixels [`start`, `stop`]."""

    low: float
    high: float
    start: float
    stop: float

    @overload
    def __call__(self, value: float) -> float: ...
    @overload
    def __call__(self, value: np.ndarray) -> np.ndarray: ...
    def __call__(self, value: float | np.ndarray) -> float | np.ndarray:
        """Pixel of a data value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.stop - self.start)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the scale."""
        return self.low <= value <= self.high


@dataclasses.dataclass(frozen=True)
class Ticks:
    """Places, their labels, and the name of the axis."""

    values: tuple[float, ...]
    labels: tuple[str, ...]
    title: str = ""


def nice_step(span: float, count: int) -> float:
    """Smallest of 1, 2, 2.5, 5 times a power of ten with at most `count` steps."""
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(
        factor * power
        for factor in (1.0, 2.0, 2.5, 5.0, 10.0)
        if factor * power >= raw * (1 - 1e-9)
    )


def value_ticks(low: float, high: float, count: int = 5) -> Ticks:
    """Ticks at round values that cover [`low`, `high`]; the ends are round too."""
    if not high > low:
        high = low + 1.0
    step = nice_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    values = tuple(k * step for k in range(first, last + 1))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if round(step * 10**decimals, 6) % 1:
        decimals += 1
    return Ticks(values, tuple(minus(f"{value:.{decimals}f}") for value in values))


def minus(text: str) -> str:
    """The text with a true minus sign, and no negative zero."""
    if text.startswith("-") and not text.strip("-0."):
        return text[1:]
    return text.replace("-", "\N{MINUS SIGN}")


def _step(span: float, unit: float, steps: tuple[int, ...], count: int) -> float:
    fitting = [step * unit for step in steps if span <= count * step * unit]
    return fitting[0] if fitting else steps[-1] * unit


def time_ticks(low: float, high: float, count: int) -> Ticks:
    """Ticks on a time axis [h], in hours, days or weeks after the length shown."""
    span = high - low
    if span <= 3 * HOURS_A_DAY:
        unit, name, steps = 1.0, "hours", _HOUR_STEPS
    elif span < 4 * HOURS_A_WEEK:
        unit, name, steps = HOURS_A_DAY, "days", _DAY_STEPS
    else:
        unit, name, steps = HOURS_A_WEEK, "weeks", _WEEK_STEPS
    step = _step(span, unit, steps, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = tuple(k * step for k in range(first, last + 1))
    labels = tuple(minus(f"{value / unit:g}") for value in values)
    return Ticks(values, labels, f"{name} since the first dose")


def ticks_at(places: Sequence[float], title: str, room: float) -> Ticks:
    """A tick at each place in rising order; labels that would touch are left out.

    Parameters
    ----------
    places
        Where ticks stand, at least one.
    title
        Name of the axis.
    room
        Length of the axis [px].
    """
    span = max(places[-1] - places[0], 1e-9)
    labels, edge = [], float("-inf")
    for place in places:
        at = (place - places[0]) / span * room
        free = at - edge >= _LABEL
        labels.append(f"{place:g}" if free else "")
        edge = at if free else edge
    return Ticks(tuple(places), tuple(labels), title)


def spread(
    places: list[float], sizes: list[float], low: float, high: float
) -> list[float]:
    """Places moved as little as a sweep allows so that labels do not overlap.

    `sizes` are the heights [px] of the labels centred on `places`; all stay inside
    [`low`, `high`] where they fit at all.
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    edge = low
    for k in order:
        moved[k] = max(moved[k], edge + sizes[k] / 2)
        edge = moved[k] + sizes[k] / 2
    edge = max(high, low + sum(sizes))
    for k in reversed(order):
        moved[k] = min(moved[k], edge - sizes[k] / 2)
        edge = moved[k] - sizes[k] / 2
    return moved
