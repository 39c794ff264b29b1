"""Intervals that come with every mean and share."""

import math

import scipy.special

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
    """Interval of a share by Wilson's score method, without continuity correction.

        (p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n)

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
    if n == 0:
        return math.nan, math.nan
    share, z = count / n, float(scipy.special.ndtri((1 + level) / 2))
    centre = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    low = 0.0 if count == 0 else (centre - half) / scale
    high = 1.0 if count == n else (centre + half) / scale
    return low, high
