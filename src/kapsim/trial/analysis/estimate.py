"""An estimate as a statistician reports it."""

import math
from typing import NamedTuple

import scipy.special

from kapsim.trial.summaries.intervals import LEVEL


class Estimate(NamedTuple):
    """An effect, its uncertainty, and how it was got.

    Attributes
    ----------
    value
        Estimate, in the unit of the effect; logarithms for ratios.
    se
        Standard error [same unit].
    df
        Degrees of freedom of its t distribution [1]; infinite for a normal one.
    low, high
        Bounds of the interval [same unit].
    p
        Two-sided p value of no effect [1].
    method
        What was computed, such as ``mmrm us`` or ``ancova``.
    """

    value: float
    se: float
    df: float
    low: float
    high: float
    p: float
    method: str


def estimate(
    value: float,
    se: float,
    method: str,
    *,
    df: float = math.inf,
    null: float = 0.0,
    level: float = LEVEL,
) -> Estimate:
    """Estimate with the interval and p value of its t or normal distribution.

    Parameters
    ----------
    value, se
        Estimate and standard error.
    method
        What was computed.
    df
        Degrees of freedom; infinite for a normal distribution [1].
    null
        Value that is tested, such as a margin [unit of the effect].
    level
        Coverage of the interval [1].
    """
    if not (math.isfinite(value) and se > 0):
        nothing = math.nan
        return Estimate(value, se, df, nothing, nothing, nothing, method)
    t, tail = abs(value - null) / se, (1 + level) / 2
    if math.isinf(df):
        width, p = scipy.special.ndtri(tail), 2 * scipy.special.ndtr(-t)
    else:
        width, p = scipy.special.stdtrit(df, tail), 2 * scipy.special.stdtr(df, -t)
    half = float(width) * se
    return Estimate(value, se, df, value - half, value + half, float(p), method)
