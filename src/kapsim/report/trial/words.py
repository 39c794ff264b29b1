"""How numbers of a trial are written: shares, effects by unit, p values."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kapsim.report.axes import minus

NONE = "\N{EN DASH}"

Number = float | int | None


@dataclasses.dataclass(frozen=True)
class Unit:
    """How an effect is shown.

    Attributes
    ----------
    name
        Unit of what is shown.
    decimals
        Digits after the point.
    ratio
        Whether the estimate is the logarithm of what is shown.
    """

    name: str
    decimals: int
    ratio: bool = False

    def shown(self, value: Number) -> float:
        """The effect as it is shown; not a number where there is none."""
        if value is None or not math.isfinite(value):
            return math.nan
        return math.exp(value) if self.ratio else float(value)

    def text(self, value: Number, low: Number = None, high: Number = None) -> str:
        """Effect and interval, such as `-3.1 (-5.0 to -1.2)`."""
        ends = self.range(low, high)
        said = self._one(value)
        return said if NONE in (said, ends) else f"{said} ({ends})"

    def range(self, low: Number, high: Number) -> str:
        """Two ends, such as `-5.0 to -1.2`."""
        ends = self._one(low), self._one(high)
        return NONE if NONE in ends else " to ".join(ends)

    def _one(self, value: Number) -> str:
        """One effect; large ratios with fewer digits after the point."""
        shown = self.shown(value)
        if not self.ratio or not math.isfinite(shown):
            return number(shown, self.decimals)
        return number(shown, max(0, self.decimals - sum(shown >= e for e in (10, 100))))


_UNITS = {
    "points": Unit("points", 1),
    "percent points": Unit("percent points", 1),
    "log odds ratio": Unit("odds ratio", 2, ratio=True),
    "log hazard ratio": Unit("hazard ratio", 2, ratio=True),
}


def unit_of(name: str | None) -> Unit:
    """How effects in a unit of trial.json are shown."""
    return _UNITS.get(name or "", Unit(name or "", 2))


def number(value: Number, decimals: int) -> str:
    """A number, or a dash."""
    if value is None or not math.isfinite(value):
        return NONE
    return minus(f"{value:.{decimals}f}")


def span(low: Number, high: Number, decimals: int) -> str:
    """Two ends, or a dash."""
    ends = number(low, decimals), number(high, decimals)
    return NONE if NONE in ends else " to ".join(ends)


def with_error(value: Number, se: Number, decimals: int, scale: float = 1.0) -> str:
    """A value with its Monte Carlo standard error in brackets."""
    if value is None or not math.isfinite(value):
        return NONE
    said = number(scale * value, decimals)
    if se is None or not math.isfinite(se):
        return said
    return f"{said} ({number(scale * se, decimals)})"


def percent(value: Number, se: Number = None) -> str:
    """A share in per cent, with its Monte Carlo standard error in brackets."""
    return with_error(value, se, 1, 100.0)


def share(row: Mapping[str, Any], key: str) -> str:
    """A share of trials in per cent, with its Monte Carlo interval in brackets."""
    value, ends = row.get(key), share_range(row, key)
    if value is None or not math.isfinite(value) or ends == NONE:
        return percent(value, row.get(f"{key}_se"))
    return f"{_per_cent(value)} ({ends})"


def share_range(row: Mapping[str, Any], key: str) -> str:
    """Ends of the Monte Carlo interval of a share in per cent, or a dash."""
    ends = [row.get(f"{key}_{end}") for end in ("low", "high")]
    ends = [float(end) for end in ends if end is not None and math.isfinite(end)]
    if len(ends) < 2:
        return NONE
    joint = " to " if min(ends) < 0 else "\N{EN DASH}"
    return joint.join(map(_per_cent, ends))


def _per_cent(value: float | int) -> str:
    """A share in per cent; none and all without digits after the point."""
    return f"{100 * value:.0f}" if value in (0, 1) else number(100 * value, 1)


def p_value(value: Number) -> str:
    """A p value to three digits after the point; small ones as a bound."""
    if value is None or not math.isfinite(value):
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(value: Number) -> str:
    """How many people: whole, or a mean with one digit."""
    if value is None or not math.isfinite(value):
        return NONE
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def floats(values: Iterable[Number]) -> np.ndarray:
    """Numbers as an array; what is missing is not a number."""
    return np.array([math.nan if v is None else v for v in values], dtype=float)
