"""Estimates of many replicates at once, and those that cannot be had."""

import math
from typing import NamedTuple

import numpy as np
import scipy.special
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.summaries.intervals import LEVEL


class Estimates(NamedTuple):
    """As `Estimate`, one a replicate.

    Attributes
    ----------
    value, se, df, low, high, p
        As of `Estimate`; not a number where nothing can be estimated.
    method
        What was computed.
    why
        Why nothing can be estimated; empty where it can.
    """

    value: Float[np.ndarray, " R"]
    se: Float[np.ndarray, " R"]
    df: Float[np.ndarray, " R"]
    low: Float[np.ndarray, " R"]
    high: Float[np.ndarray, " R"]
    p: Float[np.ndarray, " R"]
    method: str
    why: Shaped[np.ndarray, " R"]

    def at(self, replicate: int) -> Estimate:
        """Estimate of one replicate."""
        if self.why[replicate]:
            return not_estimable(self.method, str(self.why[replicate]))
        numbers = (self.value, self.se, self.df, self.low, self.high, self.p)
        value, se, df, low, high, p = (float(one[replicate]) for one in numbers)
        return Estimate(value, se, df, low, high, p, self.method)


def estimates(
    value: Float[np.ndarray, " R"],
    se: Float[np.ndarray, " R"],
    df: Float[np.ndarray, " R"],
    method: str,
    why: Shaped[np.ndarray, " R"],
) -> Estimates:
    """Estimates with the intervals and p values of their t distributions.

    Parameters
    ----------
    value, se, df
        Estimates, standard errors and degrees of freedom.
    method
        What was computed.
    why
        Why nothing can be estimated; empty where it can.
    """
    good = why == ""
    value, se, df = (np.where(good, x, math.nan) for x in (value, se, df))
    half = scipy.special.stdtrit(df, (1 + LEVEL) / 2) * se
    p = 2 * scipy.special.stdtr(df, -np.abs(value) / np.where(good, se, 1.0))
    return Estimates(value, se, df, value - half, value + half, p, method, why)


def reasons(
    size: int, cases: dict[str, Shaped[np.ndarray, " R"]]
) -> Shaped[np.ndarray, " R"]:
    """First reason that holds in each replicate; empty where none does."""
    holds = [np.broadcast_to(case, size) for case in cases.values()]
    return np.select(holds, list(cases), default="")


def not_estimable(method: str, why: str) -> Estimate:
    """Estimate that is not a number, and says why in the text of its method."""
    nothing = math.nan
    text = f"{method}: not estimable, {why}"
    return Estimate(nothing, nothing, nothing, nothing, nothing, nothing, text)
