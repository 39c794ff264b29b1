"""Are ranks uniform? Simultaneous bands for their empirical distribution.

In simulation-based calibration the rank of the truth among L draws of a correct
posterior is uniform on 0..L [Talts et al. 2018], for every parameter and for every
quantity that may depend on the data too [Modrak et al. 2023]. Of R ranks, the number
c_k below k is then Binomial(R, k / (L + 1)), and c_1, c_2, ... is a Markov chain:

    c_(k+1) = c_k + Binomial(R - c_k, 1 / (L + 1 - k)).

The statistic is the smallest binomial tail of any c_k; its distribution follows from
the chain without simulation [Säilynoja et al. 2022], so the p value is exact.

Source: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), Validating Bayesian
inference algorithms with simulation-based calibration; Säilynoja, Bürkner and Vehtari
(2022), Graphical test for discrete uniformity; Modrak et al. (2023),
Simulation-based calibration checking.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

_ROUNDING = 1e-9


class Ranks(NamedTuple):
    """Ranks of truths among posterior draws.

    Attributes
    ----------
    names
        Quantities: ids of the parameters, then those of `Spreads` and
        `log_likelihood`.
    ranks
        Rank of the truth of each repetition and quantity, 0 to `draws`.
    draws
        Draws that each truth was ranked among.
    p
        Exact p value of uniformity of each quantity.
    """

    names: tuple[str, ...]
    ranks: Int[np.ndarray, "R Q"]
    draws: int
    p: Float[np.ndarray, "Q"]

    @property
    def worst(self) -> tuple[str, float]:
        """Quantity of the smallest p value, and that value times their number."""
        place = int(np.argmin(self.p))
        return self.names[place], min(1.0, float(self.p[place]) * len(self.names))


def ranked(
    names: tuple[str, ...],
    truths: Float[np.ndarray, "R Q"],
    draws: Float[np.ndarray, "R L Q"],
) -> Ranks:
    """Rank each truth among its own draws, and test the ranks for uniformity.

    Parameters
    ----------
    names
        Names of the quantities.
    truths
        True value of each quantity in each repetition.
    draws
        Independent posterior draws of the same; thinned, as correlated draws make
        the ranks uneven even where the posterior is right.

    Returns
    -------
    Ranks
        Ranks and p values.
    """
    found = (draws < truths[:, None, :]).sum(axis=1)
    return Ranks(names, found, draws.shape[1], uniformity(found, draws.shape[1]))


def uniformity(ranks: Int[np.ndarray, "R Q"], draws: int) -> Float[np.ndarray, "Q"]:
    """Exact p value that ranks are uniform on 0..draws, for each column.

    Parameters
    ----------
    ranks
        Ranks of R repetitions.
    draws
        Largest rank that is possible.

    Returns
    -------
    Array
        P values; two-sided, all places of the distribution at once.

    Raises
    ------
    ValueError
        If a rank lies outside 0..draws.
    """
    if ranks.size == 0 or ranks.min() < 0 or ranks.max() > draws:
        raise ValueError(f"ranks must lie in 0 to {draws}, at least one of them.")
    total, steps = len(ranks), np.arange(1, draws + 1)
    below = (ranks[:, :, None] < steps).sum(axis=0)
    tails = _tails(total, draws)
    smallest = tails[steps - 1, below].min(axis=1) * (1 + _ROUNDING)
    inside = np.zeros((ranks.shape[1], total + 1))
    inside[:, 0] = 1.0
    for step in steps:
        allowed = tails[step - 1] > smallest[:, None]
        inside = (inside @ _transition(total, 1.0 / (draws + 2 - step))) * allowed
    return np.clip(1.0 - inside.sum(axis=1), 0.0, 1.0)


def _tails(total: int, draws: int) -> Float[np.ndarray, "L counts"]:
    """Smaller binomial tail of each count, at each place."""
    from scipy.stats import binom

    share = np.arange(1, draws + 1)[:, None] / (draws + 1)
    counts = np.arange(total + 1)
    return np.minimum(
        binom.cdf(counts, total, share), binom.sf(counts - 1, total, share)
    )


def _transition(total: int, share: float) -> Float[np.ndarray, "counts counts"]:
    """Chance that a count becomes another when each of the rest joins by `share`."""
    from scipy.stats import binom

    counts = np.arange(total + 1)
    joined = counts[None, :] - counts[:, None]
    return binom.pmf(joined, (total - counts)[:, None], share)
