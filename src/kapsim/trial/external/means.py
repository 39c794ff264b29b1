"""Published means and their contrasts, computed in every replicate of a trial.

LS means are those of an analysis of covariance with arm and baseline, of the people
seen at the visit, at the mean baseline of them all.
"""

import numpy as np
from jaxtyping import Bool, Float

from kapsim.trial.external.sight import Sight

Numbers = Float[np.ndarray, " R"]


def mean(
    values: Float[np.ndarray, "R P"], among: Bool[np.ndarray, "R P"]
) -> tuple[Numbers, Numbers, Numbers]:
    """Mean, variance (n - 1) and number of the values of some people that are known."""
    known = among & np.isfinite(values)
    number = known.sum(axis=1).astype(float)
    held = np.where(known, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = held.sum(axis=1) / number
        away = np.where(known, held - middle[:, None], 0.0)
        return middle, (away**2).sum(axis=1) / (number - 1), number


def score_mean(sight: Sight) -> Numbers:
    """Mean score [point]."""
    figure = sight.figure
    return mean(sight.score(figure.time_h), sight.members(figure.arm))[0]


def change_mean(sight: Sight) -> Numbers:
    """Mean change since baseline [point]."""
    return mean(sight.change, sight.members(sight.figure.arm))[0]


def percent_change_mean(sight: Sight) -> Numbers:
    """Mean of each person's change as a share of the baseline [percent]."""
    positive = np.where(sight.baseline > 0, sight.baseline, np.nan)
    share = 100.0 * sight.change / positive
    return mean(share, sight.members(sight.figure.arm))[0]


def ls_change_mean(sight: Sight) -> Numbers:
    """Mean change adjusted for baseline [point]."""
    return _adjusted(sight, sight.figure.arm)


def mean_difference(sight: Sight) -> Numbers:
    """Difference of the mean changes [point]; below zero, the arm got better."""
    own, other = (mean(sight.change, one)[0] for one in _pair(sight))
    return own - other


def ls_mean_difference(sight: Sight) -> Numbers:
    """Difference of the mean changes adjusted for baseline [point]."""
    own, other = sight.figure.arm, _versus(sight)
    return _adjusted(sight, own) - _adjusted(sight, other)


def cohens_d(sight: Sight) -> Numbers:
    """Difference of the mean changes over their pooled standard deviation [1]."""
    (a, var_a, n_a), (b, var_b, n_b) = (mean(sight.change, one) for one in _pair(sight))
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = ((n_a - 1) * var_a + (n_b - 1) * var_b) / (n_a + n_b - 2)
        return (a - b) / np.sqrt(pooled)


def _versus(sight: Sight) -> str:
    return str(sight.figure.versus)


def _pair(
    sight: Sight,
) -> tuple[Bool[np.ndarray, "R P"], Bool[np.ndarray, "R P"]]:
    return sight.members(sight.figure.arm), sight.members(_versus(sight))


def _adjusted(sight: Sight, arm: str) -> Numbers:
    """Mean change of an arm at the mean baseline of all arms, by their common slope."""
    seen = np.isfinite(sight.change)
    baseline = np.where(seen, sight.baseline, np.nan)
    across, along = np.zeros(len(seen)), np.zeros(len(seen))
    for name in (one.name for one in sight.protocol.arms):
        own = sight.members(name) & seen
        x = np.where(own, sight.baseline - mean(baseline, own)[0][:, None], 0.0)
        y = np.where(own, sight.change, 0.0)
        across, along = across + (x * y).sum(axis=1), along + (x * x).sum(axis=1)
    slope = np.divide(across, along, out=np.zeros_like(across), where=along > 0)
    own = sight.members(arm)
    shift = mean(baseline, own)[0] - mean(baseline, seen)[0]
    return mean(sight.change, own)[0] - slope * shift
