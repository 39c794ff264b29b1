"""What is foretold of one figure, and how well it fits what was observed.

The log score is the logarithm of the density, or of the probability, that the forecast
gives to the observed figure; the higher, the better. It is

- that of a normal law with the mean and SD of the forecast for means and differences,
- the same of the logarithm for ratios,
- that of a beta-binomial law for a number of patients, with the mean share of the
  forecast and as much variance between trials as it has beyond the binomial,
- for a median time, the chance that half relapse at all, times the density of the
  logarithm of the time where they do.

Scores of different kinds of figure have different units: only the difference between
two forecasts of the same figures says something.

Source: Gneiting and Raftery (2007), Strictly proper scoring rules.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import betaln, gammaln

from kapsim.trial.external.shares import Counted
from kapsim.trial.summaries.intervals import ENDS, normal_interval

Numbers = Float[np.ndarray, " R"]

_HALF = 0.5
_SLACK = 1e-9  # of the ends of an interval [unit of the figure]


class Forecast(NamedTuple):
    """A predictive distribution held against the observed figure.

    Attributes
    ----------
    value
        Mean; median for ratios and times [unit of the figure].
    sd
        Standard deviation [unit of the figure; of the logarithm for ratios].
    low, high
        Ends of the 95 % predictive interval [unit of the figure].
    log_score
        Logarithm of the density or probability of the observed figure.
    """

    value: float
    sd: float
    low: float
    high: float
    log_score: float

    def holds(self, observed: float) -> bool:
        """Whether the interval has the observed figure in it."""
        return self.low - _SLACK <= observed <= self.high + _SLACK


def of_numbers(drawn: Numbers, observed: float) -> Forecast | None:
    """Forecast from the figure of every replicate; none if it has fewer than two."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < 2:
        return None
    value, sd = float(known.mean()), float(known.std(ddof=1))
    low, high = (float(end) for end in np.quantile(known, ENDS))
    return Forecast(value, sd, low, high, log_normal(observed, value, sd))


def of_ratios(drawn: Numbers, observed: float) -> Forecast | None:
    """The same of a ratio, by its logarithm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = of_numbers(np.log(drawn), math.log(observed))
    return None if found is None else as_ratio(found)


def as_ratio(found: Forecast) -> Forecast:
    """A forecast of a logarithm as that of the ratio."""
    value, low, high = (math.exp(x) for x in (found.value, found.low, found.high))
    return Forecast(value, found.sd, low, high, found.log_score)


def of_times(drawn: Numbers, observed: float) -> Forecast | None:
    """Forecast of a median time, which some replicates may not reach (infinite)."""
    known = drawn[~np.isnan(drawn)]
    reached = known[np.isfinite(known)]
    if len(reached) < 2:
        return None
    logs = np.log(np.maximum(reached, _SLACK))
    score = log_normal(math.log(observed), float(logs.mean()), float(logs.std(ddof=1)))
    ends = np.quantile(known, (ENDS[0], _HALF, ENDS[1]), method="higher")
    low, value, high = (float(end) for end in ends)
    sd = float(reached.std(ddof=1)) if len(reached) == len(known) else math.nan
    chance = len(reached) / len(known)
    return Forecast(value, sd, low, high, score + math.log(chance))


def of_counts(counted: Counted, observed: float, n: int) -> Forecast | None:
    """Forecast of a share [percent], observed in n patients."""
    known = counted.of > 0
    if known.sum() < 2:
        return None
    share, of = counted.hits[known] / counted.of[known], counted.of[known]
    low, high = (100.0 * float(end) for end in np.quantile(share, ENDS))
    mean = (counted.hits.sum() + _HALF) / (counted.of.sum() + 1.0)
    binomial = mean * (1 - mean) * float(np.mean(1 / of))
    between = max(float(share.var(ddof=1)) - binomial, 0.0)
    score = log_beta_binomial(_count(observed, n), n, float(mean), between)
    return Forecast(
        100.0 * float(share.mean()), 100.0 * float(share.std(ddof=1)), low, high, score
    )


def normal(value: float, sd: float, observed: float) -> Forecast:
    """Forecast that is normal with a mean and an SD."""
    low, high = normal_interval(value, sd)
    return Forecast(value, sd, low, high, log_normal(observed, value, sd))


def beta_binomial(mean: float, between: float, observed: float, n: int) -> Forecast:
    """Forecast of a share [percent] of n patients.

    Parameters
    ----------
    mean, between
        Mean and variance of the share between trials [1].
    observed
        Observed share [percent].
    n
        Patients.
    """
    logs = np.array([log_beta_binomial(k, n, mean, between) for k in range(n + 1)])
    below = np.cumsum(np.exp(logs))
    low, high = (100.0 * int((below < end).sum()) / n for end in ENDS)
    sd = 100.0 * math.sqrt(mean * (1 - mean) / n + between * (n - 1) / n)
    return Forecast(100.0 * mean, sd, low, high, float(logs[_count(observed, n)]))


def log_normal(value: float, mean: float, sd: float) -> float:
    """Logarithm of the normal density; not a number without spread."""
    if not sd > 0:
        return math.nan
    z = (value - mean) / sd
    return -0.5 * z * z - math.log(sd * math.sqrt(2 * math.pi))


def log_beta_binomial(count: int, n: int, mean: float, between: float) -> float:
    """Logarithm of the probability of a count of n.

    Parameters
    ----------
    count, n
        Number, and of how many.
    mean, between
        Mean and variance of the share between trials [1]; binomial if it is zero.
    """
    ways = gammaln(n + 1) - gammaln(count + 1) - gammaln(n - count + 1)
    room = mean * (1 - mean)
    if between <= _SLACK * room:
        return float(ways + count * math.log(mean) + (n - count) * math.log1p(-mean))
    size = max(room / between - 1.0, _SLACK)
    a, b = size * mean, size * (1 - mean)
    return float(ways + betaln(count + a, n - count + b) - betaln(a, b))


def _count(percent: float, n: int) -> int:
    return min(max(round(percent * n / 100.0), 0), n)
