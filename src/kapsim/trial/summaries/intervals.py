"""Intervals that come with every mean and share."""

import math

import numpy as np
import scipy.special
from jaxtyping import Float

LEVEL = 0.95

ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
"""Shares that lie below the ends of an interval."""

Z = float(scipy.special.ndtri(ENDS[1]))
"""Half width of the interval of a normal law, in standard errors."""


def t_interval(
    mean: float, sd: float, n: int, *, level: float = LEVEL
) -> tuple[float, float]:
    """Interval of a mean from Student's t distribution.

        mean ± t(n - 1) sd / sqrt(n)

    Parameters
    ----------
    mean
        Mean of the sample [any unit].
    sd
        Standard deviation of the sample, with n - 1 [same unit].
    n
        Sample size; fewer than two give no interval [1].
    level
        Coverage [1].

    Returns
    -------
    tuple
        Lower and upper bound [same unit]; not a number where n < 2.
    """
    if n < 2:
        return math.nan, math.nan
    quantile = float(scipy.special.stdtrit(n - 1, (1 + level) / 2))
    half = quantile * sd / math.sqrt(n)
    return mean - half, mean + half


def normal_interval(
    value: float, se: float, *, level: float = LEVEL
) -> tuple[float, float]:
    """Interval of a normally distributed estimate [any unit]: value ± z se."""
    half = float(scipy.special.ndtri((1 + level) / 2)) * se
    return value - half, value + half


def wilson_interval(count: int, n: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Interval of one share; the batch of one of `wilson_intervals`.

    Parameters
    ----------
    count
        Number of successes [1].
    n
        Number of trials; none give no interval [1].
    level
        Coverage [1].

    Returns
    -------
    tuple
        Lower and upper bound [1], within 0 and 1; not a number where n is 0.
    """
    low, high = wilson_intervals(
        np.array([float(count)]), np.array([float(n)]), level=level
    )
    return float(low[0]), float(high[0])


def wilson_intervals(
    count: Float[np.ndarray, " R"], n: Float[np.ndarray, " R"], *, level: float = LEVEL
) -> tuple[Float[np.ndarray, " R"], Float[np.ndarray, " R"]]:
    """Intervals of shares by Wilson's score method, without continuity correction.

        (p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n)

    Parameters
    ----------
    count
        Numbers of successes [1].
    n
        Numbers of trials; none, or not a number, give no interval [1].
    level
        Coverage [1].

    Returns
    -------
    tuple
        Lower and upper bounds [1], within 0 and 1; not a number where n is none.
    """
    n = np.where(n > 0, n, np.nan)
    share, z = count / n, float(scipy.special.ndtri((1 + level) / 2))
    centre, scale = share + z**2 / (2 * n), 1 + z**2 / n
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = np.where(share == 0, 0.0, (centre - half) / scale)
    high = np.where(share == 1, 1.0, (centre + half) / scale)
    return low, high
