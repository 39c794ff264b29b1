"""Statistics of experiments that are small trials: estimates with their intervals."""

import math
from typing import NamedTuple

import numpy as np
import scipy.special
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from kapsim.trial.analysis.survival import cox
from kapsim.trial.summaries.intervals import LEVEL, t_interval, wilson_interval


class Estimate(NamedTuple):
    """A number with its interval of 95 %."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(math.nan, math.nan, math.nan)


def share(yes: ArrayLike) -> Estimate:
    """Share of those for whom something is true [1], with Wilson's interval.

    Parameters
    ----------
    yes
        True or false for each [n]; of nobody no share is known.
    """
    found = np.asarray(yes, bool)
    if not found.size:
        return UNKNOWN
    count = int(found.sum())
    return Estimate(count / found.size, *wilson_interval(count, found.size))


def hedges_g(a: ArrayLike, b: ArrayLike) -> Estimate:
    """Standardised difference of means, first less second, without its small bias [1].

        g = J (mean a - mean b) / s        J = G(m/2) / (G((m - 1)/2) sqrt(m/2))

    with the pooled variance s², m = n_a + n_b - 2 degrees of freedom and G the gamma
    function; the interval takes g to be normal with variance
    (n_a + n_b)/(n_a n_b) + g²/(2 (n_a + n_b)).

    Parameters
    ----------
    a, b
        Values of two groups [n of each], not all alike; of fewer than two in one of
        them no difference is known.

    References
    ----------
    Hedges (1981), Distribution theory for Glass's estimator of effect size (J).
    Hedges and Olkin (1985), Statistical methods for meta-analysis (variance).
    """
    one, other = np.asarray(a, np.float64), np.asarray(b, np.float64)
    sizes = len(one), len(other)
    if min(sizes) < 2:
        return UNKNOWN
    m, n = sum(sizes) - 2, sum(sizes)
    squares = sum((len(x) - 1) * x.var(ddof=1) for x in (one, other))
    small = math.exp(
        scipy.special.gammaln(m / 2) - scipy.special.gammaln((m - 1) / 2)
    ) / math.sqrt(m / 2)
    g = float(small * (one.mean() - other.mean()) / math.sqrt(squares / m))
    se = math.sqrt(n / (sizes[0] * sizes[1]) + g**2 / (2 * n))
    half = float(scipy.special.ndtri((1 + LEVEL) / 2)) * se
    return Estimate(g, g - half, g + half)


def mean(values: ArrayLike) -> Estimate:
    """Mean [unit of the values], with its t interval.

    Parameters
    ----------
    values
        One value of each [n], two or more.
    """
    found = np.asarray(values, np.float64)
    middle = float(found.mean())
    low, high = t_interval(middle, float(found.std(ddof=1)), found.size)
    return Estimate(middle, low, high)


def correlation(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Pearson's correlation [1], with the interval of Fisher's transformation.

    Parameters
    ----------
    x, y
        Two values of each [n], neither all alike; of fewer than four no correlation is
        known.
    """
    if np.size(x) < 4:
        return UNKNOWN
    r = float(np.corrcoef(np.asarray(x, float), np.asarray(y, float))[0, 1])
    half = float(scipy.special.ndtri((1 + LEVEL) / 2)) / math.sqrt(np.size(x) - 3)
    middle = math.atanh(r)
    return Estimate(r, math.tanh(middle - half), math.tanh(middle + half))


def pooled_odds_ratio(one: ArrayLike, other: ArrayLike) -> float:
    """Odds ratio of two groups over strata, by Mantel and Haenszel [1].

        OR = sum a d / sum b c

    with a yes and b no in the first group, c yes and d no in the second; strata are of
    one size, so that it cancels.

    Parameters
    ----------
    one, other
        True or false for each of two groups [strata, n of each].

    References
    ----------
    Mantel and Haenszel (1959), Statistical aspects of the analysis of data from
    retrospective studies of disease.
    """
    first, second = np.asarray(one, bool), np.asarray(other, bool)
    a, c = first.sum(axis=1), second.sum(axis=1)
    b, d = first.shape[1] - a, second.shape[1] - c
    same = int((b * c).sum())
    return float((a * d).sum() / same) if same else math.nan


class Followed(NamedTuple):
    """People who were followed until something happened, or to the end.

    Attributes
    ----------
    times
        When it happened, or the person was last seen [n], in any unit.
    happened
        Whether it happened [n].
    """

    times: Float[np.ndarray, " n"]
    happened: Bool[np.ndarray, " n"]

    def within(self, time: int | float) -> float:
        """Share of people to whom it happened by a time that all were seen to [1]."""
        return float((self.happened & (self.times <= time)).mean())


def hazard_ratio(a: Followed, b: Followed) -> Estimate:
    """Hazard of the first group as a multiple of that of the second [1].

    By `kapsim.trial.analysis.survival.cox` with the group alone; the interval is normal
    in the logarithm.

    Parameters
    ----------
    a, b
        Two groups; not known unless it happened to somebody in each.
    """
    times, happened = (np.concatenate(both) for both in zip(a, b, strict=True))
    group = np.repeat([1.0, 0.0], [len(a.times), len(b.times)])
    found = cox(times, happened, group, np.zeros((len(times), 0)))
    return Estimate(*(math.exp(x) for x in (found.value, found.low, found.high)))


def odds_ratio(a: ArrayLike, b: ArrayLike) -> Estimate:
    """Odds of the first group as a multiple of those of the second [1].

    Parameters
    ----------
    a, b
        True or false for each of two groups [n of each]; not known unless both are
        found in each.

    References
    ----------
    Woolf (1955), On estimating the relation between blood group and disease.
    """
    yes, no = ([int((np.asarray(x) == is_).sum()) for x in (a, b)] for is_ in (1, 0))
    if not min(*yes, *no):
        return UNKNOWN
    log = math.log(yes[0] * no[1] / (yes[1] * no[0]))
    return _ratio(log, math.sqrt(sum(1 / count for count in (*yes, *no))))


def _ratio(log: float, se: float) -> Estimate:
    """A ratio from its logarithm and the standard error of that."""
    half = float(scipy.special.ndtri((1 + LEVEL) / 2)) * se
    return Estimate(*(math.exp(x) for x in (log, log - half, log + half)))
