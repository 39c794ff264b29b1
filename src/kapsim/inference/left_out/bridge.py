"""The mean of a likelihood over draws without it, helped by draws with it.

A log score is log r with r = E0[L], the mean of the likelihood L of a study over draws
of the posterior without it. Where L is much narrower than that posterior, a plain mean
hangs on a few draws. Draws of the posterior with the study lie where L is, and have a
density that is L / r times that of the others; of both together the ratio is the root
of

    r = E0[L / (s1 L + s0 r)] / E1[1 / (s1 L + s0 r)] ,

with s0 and s1 the shares of both kinds among all draws: of all such bridges the one of
least variance. The standard error counts draws as independent of each other, so it is
somewhat too small for draws of a chain.

Source: Bennett (1976), Efficient estimation of free energy differences from Monte Carlo
data; Meng and Wong (1996), Simulating ratios of normalizing constants via a simple
identity.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_STEPS = 200
_CLOSE = 1e-10


class LogMean(NamedTuple):
    """Logarithm of a mean likelihood, with its Monte Carlo standard error."""

    value: float
    se: float


def plain(without: Float[np.ndarray, " D"]) -> LogMean:
    """From draws of the posterior without the data alone.

    Parameters
    ----------
    without
        Log likelihood of the data at each draw.
    """
    value = _mean(without)
    return LogMean(value, math.sqrt(_variance(np.exp(without - value))))


def bridged(
    without: Float[np.ndarray, " D"], together: Float[np.ndarray, " E"]
) -> LogMean:
    """From draws of the posteriors without and with the data.

    Parameters
    ----------
    without, together
        Log likelihood of the data at each draw of the one and of the other.
    """
    many = len(without) + len(together)
    ours, theirs = math.log(len(without) / many), math.log(len(together) / many)
    value = plain(without).value
    above = below = np.zeros(0)
    for _ in range(_STEPS):
        above = without - np.logaddexp(theirs + without, ours + value)
        below = -np.logaddexp(theirs + together, ours + value)
        last, value = value, _mean(above) - _mean(below)
        if abs(value - last) < _CLOSE:
            break
    parts = np.exp(above - _mean(above)), np.exp(below - _mean(below))
    return LogMean(value, math.sqrt(sum(_variance(part) for part in parts)))


def _mean(logs: Float[np.ndarray, " D"]) -> float:
    """Logarithm of the mean of numbers that are given by their logarithms."""
    return float(np.logaddexp.reduce(logs)) - math.log(len(logs))


def _variance(drawn: Float[np.ndarray, " D"]) -> float:
    """Variance of the mean of numbers whose mean is one."""
    return float(np.var(drawn, ddof=1)) / len(drawn)
