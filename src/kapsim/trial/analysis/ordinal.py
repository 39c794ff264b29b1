"""Ordered categories in two arms, such as levels of severity or scores of an item.

    logit P(y <= j) = a_j - b arm - c' x

Proportional odds: b is the log odds ratio of a higher category, whatever the cut. By
maximum likelihood with exact derivatives: the library's numerical ones leave an error
near 1e-6 in the standard error, and take forty times as long.

Source: McCullagh (1980), Regression models for ordinal data.
"""

import math

import numpy as np
import scipy.special
from jaxtyping import Float, Int, Shaped

from kapsim.trial.analysis.columns import columns
from kapsim.trial.analysis.estimate import Estimate, estimate
from kapsim.trial.analysis.estimates import not_estimable
from kapsim.trial.analysis.newton import Local, minimise

METHOD = "proportional odds"
_ENDLESS = 10.0
"""Standard error of a log odds ratio from which on its likelihood is flat [1]."""


def proportional_odds(
    level: Shaped[np.ndarray, " P"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
) -> Estimate:
    """Log odds ratio of a higher category between two arms.

    Parameters
    ----------
    level
        Category of each patient; only the order counts; not a number where missing.
    arm
        1 in the compared arm, 0 in the reference, not a number in others.
    covariates
        Baseline and others; K may be 0 [any unit].

    Returns
    -------
    Estimate
        Log odds ratio with a normal distribution; not estimable where all are in one
        category, or the categories are separated by arm or covariates.
    """
    found = columns(arm, covariates, level)
    if found.why:
        return not_estimable(METHOD, found.why)
    seen = np.asarray(level, float)[found.seen]
    levels, y = np.unique(seen, return_inverse=True)
    if len(levels) < 2:
        return not_estimable(METHOD, "all are in one category")
    below = np.cumsum(np.bincount(y))[:-1] / len(y)
    start = np.append(scipy.special.logit(below), np.zeros(found.x.shape[1]))

    def evaluate(theta: np.ndarray, _: np.ndarray) -> Local:
        return _likelihood(theta[0], y, found.x)

    end = minimise(evaluate, start[None], np.ones(1, bool))
    at = _likelihood(end.theta[0], y, found.x)
    if not end.solved[0]:
        return not_estimable(METHOD, "the likelihood has no maximum")
    theta = end.theta[0] - np.linalg.solve(at.hessian[0], at.gradient[0])
    at = _likelihood(theta, y, found.x)
    se = math.sqrt(np.linalg.inv(at.hessian[0])[-1, -1])
    if not se < _ENDLESS:
        return not_estimable(METHOD, "the likelihood has no maximum")
    return estimate(float(theta[-1]), se, METHOD)


def _likelihood(
    theta: Float[np.ndarray, " k"],
    y: Int[np.ndarray, " n"],
    x: Float[np.ndarray, "n m"],
) -> Local:
    """Negative log likelihood and its derivatives; infinite where cuts are disordered.

    The arguments of a patient's two cumulative probabilities are linear in theta: each
    is a row of a matrix that has a 1 for the cut and -x for the coefficients.
    """
    cuts = len(theta) - x.shape[1]
    if (np.diff(theta[:cuts]) <= 0).any():
        nothing = np.zeros((1, len(theta), len(theta)))
        return Local(np.full(1, math.inf), nothing[:, 0], nothing)
    rows = np.vstack([np.zeros(cuts), np.eye(cuts), np.zeros(cuts)])
    upper, lower = (np.hstack([rows[y + k], -x]) for k in (1, 0))
    u = np.where(y < cuts, upper @ theta, math.inf)
    v = np.where(y > 0, lower @ theta, -math.inf)
    # the side on which both probabilities are small keeps the digits
    share = np.where(
        u + v > 0,
        scipy.special.expit(-v) - scipy.special.expit(-u),
        scipy.special.expit(u) - scipy.special.expit(v),
    )
    (du, ddu), (dv, ddv) = (_density(one) for one in (u, v))
    first, second = du / share, dv / share
    gradient = upper.T @ first - lower.T @ second
    cross = (upper * (first * second)[:, None]).T @ lower
    hessian = (upper * (ddu / share - first**2)[:, None]).T @ upper
    hessian += (lower * (-ddv / share - second**2)[:, None]).T @ lower
    hessian += cross + cross.T
    return Local(np.array([-np.log(share).sum()]), -gradient[None], -hessian[None])


def _density(
    at: Float[np.ndarray, " n"],
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Density of the logistic distribution and its slope."""
    p, q = scipy.special.expit(at), scipy.special.expit(-at)
    return p * q, p * q * (q - p)
