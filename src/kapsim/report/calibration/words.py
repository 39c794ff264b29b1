"""How numbers of a calibration are written."""

import math

from kapsim.report.axes import minus
from kapsim.report.calibration.record import Row
from kapsim.report.trial.words import NONE, Number
from kapsim.report.validation_words import UNITS, value

EFFECTS = {
    "study_sd": "Study effect, SD in points",
    "arm_sd": "Arm effect, SD in points",
    "share_sd": "Effect on shares, SD of logits",
}
"""How trials lie off the model (`kapsim.evidence.posterior.Spreads`)."""

_FIGURES = 3
_HOUR, _MINUTE = 3600, 60


def amount(value: Number) -> str:
    """A number to three figures, whole from a hundred on; a dash for none."""
    if value is None or not math.isfinite(value):
        return NONE
    if abs(value) >= 100:
        return minus(f"{value:,.0f}")
    return minus(f"{value:.{_FIGURES}g}")


def between(low: Number, high: Number) -> str:
    """Two ends to three figures, or a dash."""
    ends = amount(low), amount(high)
    return NONE if NONE in ends else " to ".join(ends)


def estimate(value: Number, low: Number, high: Number) -> str:
    """A value with its interval in brackets, to three figures."""
    ends = between(low, high)
    return amount(value) if ends == NONE else f"{amount(value)} ({ends})"


def figure(target: Row, column: str) -> str:
    """A number of an endpoint in its unit; to three figures in an unknown unit."""
    known = target["unit"] in UNITS
    return value(target, column) if known else amount(target[column])


def predicted(target: Row) -> str:
    """What the calibrated model predicts, with its 95 % interval, in its unit."""
    said, low, high = (figure(target, name) for name in ("predicted", "low", "high"))
    return said if NONE in (low, high) else f"{said} ({low} to {high})"


def distance(target: Row) -> str:
    """Published less predicted in standard errors."""
    z = target.get("z")
    return NONE if z is None else minus(f"{z:+.1f}")


def unit_words(unit: str) -> str:
    """A unit of endpoints in words."""
    return UNITS.get(unit, unit)


def duration(seconds: Number) -> str:
    """A time such as ``2 h 13 min``; a dash for none."""
    if seconds is None or not math.isfinite(seconds):
        return NONE
    hours, rest = divmod(round(seconds), _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {left} s" if minutes else f"{left} s"
