"""Shares of two arms in whom something happened, such as response or remission.

Difference of shares p1 - p0 with Newcombe's interval, made of Wilson's limits l, u of
each share, and Pearson's test of equal shares:

    low  = d - sqrt((p1 - l1)² + (u0 - p0)²)
    high = d + sqrt((u1 - p1)² + (p0 - l0)²)
    z²   = d² / (p (1 - p) (1/n1 + 1/n0)),    p of both arms together

The number needed to treat is 1/d. Its interval runs through infinity where that of the
difference covers 0: from a number needed to treat, up to infinity, which is also one
needed to harm, and back down to a number needed to harm.

Source: Newcombe (1998), Interval estimation for the difference between independent
proportions, method 10; Altman (1998), Confidence intervals for the number needed to
treat.
"""

import math
from typing import NamedTuple

import numpy as np
import scipy.special
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.analysis.estimates import Estimates, reasons
from kapsim.trial.summaries.intervals import wilson_intervals

METHOD = "risk difference, Newcombe"


def risk_difference(
    happened: Shaped[np.ndarray, " P"], arm: Shaped[np.ndarray, " P"]
) -> Estimate:
    """Difference of shares in one trial; the batch of one of `risk_differences`."""
    return risk_differences(np.asarray(happened, float)[None], arm).at(0)


def risk_differences(
    happened: Float[np.ndarray, "R P"], arm: Shaped[np.ndarray, "*each P"]
) -> Estimates:
    """Difference of shares in each of many trials.

    Where it happened to nobody or to everybody in both arms, p is 1, as that of any
    exact test. The standard error is Wald's, for tests against a margin; it is 0 where
    it happened to all or none in each arm.

    Parameters
    ----------
    happened
        1 or 0, not a number where missing.
    arm
        1 in the compared arm, 0 in the reference, not a number in others; the same for
        all replicates, or of each.

    Returns
    -------
    Estimates
        Compared less reference [1].
    """
    group = np.broadcast_to(arm, happened.shape)
    (k1, n1), (k0, n0) = (_count(happened, group == one) for one in (1, 0))
    why = reasons(len(happened), {"nobody observed in an arm": (n1 == 0) | (n0 == 0)})
    n1, n0 = (np.where(why == "", n, math.nan) for n in (n1, n0))
    p1, p0, both = k1 / n1, k0 / n0, (k1 + k0) / (n1 + n0)
    value = p1 - p0
    low1, high1 = wilson_intervals(k1, n1)
    low0, high0 = wilson_intervals(k0, n0)
    se = np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    pooled = np.sqrt(both * (1 - both) * (1 / n1 + 1 / n0))
    z = np.abs(value) / np.where(pooled > 0, pooled, 1.0)
    return Estimates(
        value=value,
        se=se,
        df=np.where(why == "", math.inf, math.nan),
        low=value - np.hypot(p1 - low1, high0 - p0),
        high=value + np.hypot(high1 - p1, p0 - low0),
        p=2 * scipy.special.ndtr(-z),
        method=METHOD,
        why=why,
    )


def _count(
    happened: Float[np.ndarray, "R P"], group: Shaped[np.ndarray, "R P"]
) -> tuple[Float[np.ndarray, " R"], Float[np.ndarray, " R"]]:
    """To how many of how many in a group it happened."""
    seen = group & np.isfinite(happened)
    return np.where(seen, happened, 0.0).sum(axis=1), seen.sum(axis=1) * 1.0


class NumberNeeded(NamedTuple):
    """Number needed to treat so that it happens to one person more.

    Attributes
    ----------
    value
        1/d; negative where treatment makes it rarer (number needed to harm); infinite
        where there is no difference.
    low, high
        Where the difference's interval does not cover 0: bounds of 1/d.
        Where it does: the interval is all numbers at or above `low` and all at or below
        the negative `high`, joined at infinity.
    through_infinity
        Whether the interval runs through infinity.
    """

    value: float
    low: float
    high: float
    through_infinity: bool


def number_needed_to_treat(difference: Estimate) -> NumberNeeded:
    """Number needed to treat of a difference of shares.

    Parameters
    ----------
    difference
        Of `risk_difference`; not a number gives not a number.
    """
    low, high = _inverse(difference.high), _inverse(difference.low)
    through = difference.low <= 0 <= difference.high
    return NumberNeeded(
        _inverse(difference.value), low, -abs(high) if through else high, through
    )


def _inverse(share: float) -> float:
    return 1 / share if share else math.inf
