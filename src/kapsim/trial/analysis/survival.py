"""Time to an event, such as relapse: curves, medians, log-rank and Cox.

All by statsmodels. Kaplan and Meier's curve has Greenwood's error and an interval that
is normal in log(-log S); the median's interval is where the bounds of the curve cross a
half. Cox's partial likelihood treats ties by Efron's rule.

Source: Kaplan and Meier (1958), Nonparametric estimation from incomplete observations;
Greenwood (1926) (variance); Brookmeyer and Crowley (1982), A confidence interval for
the median survival time; Cox (1972), Regression models and life tables; Efron (1977),
The efficiency of Cox's likelihood function for censored data.
"""

import math
import warnings
from typing import NamedTuple

import numpy as np
import scipy.special
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.columns import columns
from kapsim.trial.analysis.estimate import Estimate, estimate
from kapsim.trial.analysis.estimates import not_estimable
from kapsim.trial.summaries.intervals import LEVEL

COX = "cox"
LOG_RANK = "log-rank"
MEDIAN = "kaplan-meier median"
_ENDLESS = 10.0
"""Standard error of a log hazard ratio from which on its likelihood is flat [1]."""
_HALF = 1e-12


class Curve(NamedTuple):
    """Share without the event, after each time at which it happened.

    Attributes
    ----------
    time
        When it happened [as given].
    at_risk
        Number who were followed up to then [1].
    survival
        Share to whom it had not happened [1].
    se
        Standard error of the share, Greenwood's [1].
    low, high
        Bounds of the share [1]; not a number once it is 0.
    """

    time: Float[np.ndarray, " k"]
    at_risk: Float[np.ndarray, " k"]
    survival: Float[np.ndarray, " k"]
    se: Float[np.ndarray, " k"]
    low: Float[np.ndarray, " k"]
    high: Float[np.ndarray, " k"]


class LogRank(NamedTuple):
    """Test that an event comes equally fast in two arms.

    Attributes
    ----------
    statistic
        Chi-squared, of one degree of freedom [1].
    p
        p value [1].
    method
        What was computed, or why it cannot be.
    """

    statistic: float
    p: float
    method: str


def kaplan_meier(
    times: Float[np.ndarray, " P"], happened: Shaped[np.ndarray, " P"]
) -> Curve:
    """Curve of one arm.

    Parameters
    ----------
    times
        When it happened, or the person was last seen; not a number leaves out.
    happened
        Whether it happened (1 or 0).

    Returns
    -------
    Curve
        Without any time where it happened to nobody.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    seen = np.isfinite(times)
    status = np.asarray(happened, float)[seen]
    if not status.any():
        return Curve(*(np.zeros(0) for _ in Curve._fields))
    with np.errstate(divide="ignore", invalid="ignore"):  # where nobody is left
        found = SurvfuncRight(times[seen], status)
        share, se = np.asarray(found.surv_prob), np.asarray(found.surv_prob_se)
        width = float(scipy.special.ndtri((1 + LEVEL) / 2)) * se
        scale = np.exp(width / (share * np.log(share)))
        bounds = share ** (1 / scale), share**scale
    low, high = (np.where(share > 0, one, math.nan) for one in bounds)
    number = np.asarray(found.n_risk, float)
    return Curve(np.asarray(found.surv_times, float), number, share, se, low, high)


def median_time(curve: Curve) -> Estimate:
    """Median time to the event with its interval; infinite bounds are not reached.

    Where the curve runs along a half exactly, the middle of that stretch, as in R.

    Parameters
    ----------
    curve
        Of `kaplan_meier`.
    """
    low, high = (_crossing(curve.time, one) for one in (curve.low, curve.high))
    value = _crossing(curve.time, curve.survival)
    nothing = math.nan
    if math.isinf(value):
        text = f"{MEDIAN}: not estimable, it happened to fewer than half"
        return Estimate(nothing, nothing, nothing, low, high, nothing, text)
    return Estimate(value, nothing, math.inf, low, high, nothing, MEDIAN)


def _crossing(time: Float[np.ndarray, " k"], share: Float[np.ndarray, " k"]) -> float:
    """First time at which a share lies below a half; infinite if none."""
    below = np.flatnonzero(share < 0.5 - _HALF)
    at = np.flatnonzero(np.abs(share - 0.5) <= _HALF)
    if len(at):
        end = time[below[0]] if len(below) else time[at[0]]
        return float(time[at[0]] + end) / 2
    return float(time[below[0]]) if len(below) else math.inf


def log_rank(
    times: Float[np.ndarray, " P"],
    happened: Shaped[np.ndarray, " P"],
    arm: Shaped[np.ndarray, " P"],
) -> LogRank:
    """Log-rank test of two arms.

    Parameters
    ----------
    times, happened
        As of `kaplan_meier`.
    arm
        1 and 0, not a number in others.
    """
    from statsmodels.duration.survfunc import survdiff

    found = columns(arm, np.zeros((len(times), 0)), times, happened)
    status = np.asarray(happened, float)[found.seen]
    why = found.why or ("" if status.any() else "it happened to nobody")
    if why:
        return LogRank(math.nan, math.nan, f"{LOG_RANK}: not estimable, {why}")
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic, p = survdiff(times[found.seen], status, found.x[:, -1])
    except np.linalg.LinAlgError:
        why = "nothing happened while both arms were followed"
        return LogRank(math.nan, math.nan, f"{LOG_RANK}: not estimable, {why}")
    return LogRank(float(statistic), float(p), LOG_RANK)


def cox(
    times: Float[np.ndarray, " P"],
    happened: Shaped[np.ndarray, " P"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
) -> Estimate:
    """Log hazard ratio of two arms, adjusted for covariates.

    Parameters
    ----------
    times, happened
        As of `kaplan_meier`.
    arm
        1 in the compared arm, 0 in the reference, not a number in others.
    covariates
        Baseline and others; K may be 0 [any unit].

    Returns
    -------
    Estimate
        Log hazard ratio with a normal distribution; not estimable where it happened to
        nobody in an arm, or the likelihood has no maximum.
    """
    from statsmodels.duration.hazard_regression import PHReg

    found = columns(arm, covariates, times, happened)
    status = np.asarray(happened, float)[found.seen]
    group = found.x[:, -1]
    why = found.why
    if not why and not all(status[group == one].any() for one in (0, 1)):
        why = "it happened to nobody in an arm"
    if why:
        return not_estimable(COX, why)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of flat likelihoods, which are told below
        try:
            fit = PHReg(times[found.seen], found.x, status=status, ties="efron").fit()
            value, se = (float(np.asarray(one)[-1]) for one in (fit.params, fit.bse))
        except np.linalg.LinAlgError:
            value = se = math.nan
    if not (math.isfinite(value) and 0 < se < _ENDLESS):
        return not_estimable(COX, "the likelihood has no maximum")
    return estimate(value, se, COX)
