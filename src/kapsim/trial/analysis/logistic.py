"""Odds of response or remission in two arms, adjusted for covariates.

    logit P(y = 1) = a + b arm + c' x

by maximum likelihood (statsmodels). Where a hyperplane separates those to whom it
happened from the others, as when nobody in an arm responds, there is no maximum: then
Firth's penalised likelihood is used, and the text of the method says so.

Source: Konis (2007), Linear programming algorithms for detecting separated data
(how separation is found).
"""

import math
import warnings

import numpy as np
import scipy.optimize
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.columns import columns
from kapsim.trial.analysis.estimate import Estimate, estimate
from kapsim.trial.analysis.estimates import not_estimable
from kapsim.trial.analysis.firth import firth

METHOD = "logistic"
SEPARATED = "logistic, Firth, because separated"
_SUSPECT = 10.0
"""Log odds of a patient from which on separation is looked for [1]."""
_NEWTON = 50


def logistic(
    happened: Shaped[np.ndarray, " P"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
) -> Estimate:
    """Log odds ratio of two arms.

    Parameters
    ----------
    happened
        1 or 0, not a number where missing.
    arm
        1 in the compared arm, 0 in the reference, not a number in others.
    covariates
        Baseline and others; K may be 0 [any unit].

    Returns
    -------
    Estimate
        Log odds ratio with a normal distribution; of separated data by `firth`; not
        estimable where it happened to nobody or to everybody.
    """
    found = columns(arm, covariates, happened)
    if found.why:
        return not_estimable(METHOD, found.why)
    y = np.asarray(happened, float)[found.seen]
    x = np.column_stack([np.ones(len(y)), found.x])
    if y.min() == y.max():
        whom = "everybody" if y.max() else "nobody"
        return not_estimable(METHOD, f"it happened to {whom}")
    if x.shape[1] >= len(y):
        return not_estimable(METHOD, "too few patients")
    likelihood = None if _empty_cell(y, x[:, -1]) else _likelihood(y, x)
    if likelihood is None:
        return firth(y, x, SEPARATED)
    return estimate(*likelihood, METHOD)


def _empty_cell(y: Float[np.ndarray, " n"], arm: Float[np.ndarray, " n"]) -> bool:
    """Whether in an arm it happened to nobody or to everybody."""
    return any(np.ptp(y[arm == one]) == 0 for one in (0, 1))


def _likelihood(
    y: Float[np.ndarray, " n"], x: Float[np.ndarray, "n k"]
) -> tuple[float, float] | None:
    """Coefficient of the last column and its error; none where data are separated."""
    from statsmodels.discrete.discrete_model import Logit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation, which is looked for below
        try:
            fit = Logit(y, x, check_rank=False).fit(disp=False, maxiter=_NEWTON)
        except np.linalg.LinAlgError:
            return None
        value, se = float(fit.params[-1]), float(fit.bse[-1])
        steep = np.abs(x @ fit.params).max() > _SUSPECT
    if not (fit.mle_retvals["converged"] and math.isfinite(se)) or steep:
        return None if separated(y, x) else (value, se)
    return value, se


def separated(y: Float[np.ndarray, " n"], x: Float[np.ndarray, "n k"]) -> bool:
    """Whether a hyperplane parts those to whom it happened, but for ties on it.

    Parameters
    ----------
    y
        1 where it happened, 0 where not.
    x
        Regressors of full rank, the intercept among them.
    """
    signed = np.where(y == 1, 1.0, -1.0)[:, None] * x
    # max of sum(signed b) where every signed b is at least 0: above 0 only if it parts
    found = scipy.optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=(-1, 1)
    )
    return bool(-found.fun > 1e-7 * len(y))
