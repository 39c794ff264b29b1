"""Logistic regression with Firth's penalty, where separation leaves no maximum.

    l*(b) = sum [y log p + (1 - y) log(1 - p)] + log |X' W X| / 2,   W = p (1 - p)

whose score is X' (y - p + h (1/2 - p)) with the leverages h; it always has a finite
maximum. Test and interval are of its profile over the last coefficient, which the
normal approximation would miss by far when data are separated.

Source: Firth (1993), Bias reduction of maximum likelihood estimates (penalty);
Heinze and Schemper (2002), A solution to the problem of separation in logistic
regression (profile).
"""

import math
from typing import NamedTuple

import numpy as np
import scipy.optimize
import scipy.special
from jaxtyping import Float

from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.summaries.intervals import LEVEL

_STEPS = 200
_LEAST = 1e-11  # of a step, where the iteration ends
_ROUNDING = 1e-10  # of a log likelihood
_LONGEST = 2.0  # step of a coefficient
_FURTHEST = 60.0  # log odds ratio at which a bound counts as infinite


class _Fit(NamedTuple):
    """Maximum of the penalised likelihood."""

    b: Float[np.ndarray, " k"]
    height: float
    information: Float[np.ndarray, "k k"]


def firth(
    y: Float[np.ndarray, " n"], x: Float[np.ndarray, "n k"], method: str
) -> Estimate:
    """Coefficient of the last column, with test and interval of its profile.

    Parameters
    ----------
    y
        1 where it happened, 0 where not.
    x
        Regressors of full rank, the intercept among them.
    method
        Text of the method.

    Returns
    -------
    Estimate
        Coefficient [log odds]; the standard error is that of the information.
    """
    full = _maximum(y, x, np.zeros(x.shape[1]), held=False)
    value, se = float(full.b[-1]), math.sqrt(np.linalg.inv(full.information)[-1, -1])

    def below(at: float) -> float:
        start = np.append(full.b[:-1], at)
        return 2 * (full.height - _maximum(y, x, start, held=True).height)

    critical = float(scipy.special.chdtri(1, 1 - LEVEL))
    low, high = (_crossing(below, critical, value, side * se) for side in (-1, 1))
    p = float(scipy.special.chdtrc(1, max(below(0.0), 0.0)))
    return Estimate(value, se, math.inf, low, high, p, method)


def _crossing(below, critical: float, value: float, step: float) -> float:
    """Where the profile has fallen so far, in the direction of the step."""
    inner, outer = value, value + step
    while below(outer) < critical:
        inner, outer = outer, outer + 2 * (outer - inner)
        if abs(outer) > _FURTHEST:
            return math.copysign(math.inf, step)
    found = scipy.optimize.root_scalar(
        lambda at: below(at) - critical, bracket=(inner, outer)
    )
    return float(found.root)


def _maximum(
    y: Float[np.ndarray, " n"],
    x: Float[np.ndarray, "n k"],
    start: Float[np.ndarray, " k"],
    *,
    held: bool,
) -> _Fit:
    """Maximum from a start, over all coefficients or all but the last."""
    free = slice(None, -1) if held else slice(None)
    b = start.copy()
    height, score, information = _penalised(y, x, b)
    length = 1.0
    for _ in range(_STEPS):
        step = np.linalg.solve(information[free, free], score[free])
        longest = np.abs(step).max(initial=0.0)
        if longest * length < _LEAST:
            break
        to = b.copy()
        to[free] += length * min(1.0, _LONGEST / longest) * step
        found = _penalised(y, x, to)
        better = found[0] >= height - _ROUNDING
        if better:
            b, (height, score, information) = to, found
        length = 1.0 if better else length / 2
    return _Fit(b, height, information)


def _penalised(
    y: Float[np.ndarray, " n"], x: Float[np.ndarray, "n k"], b: Float[np.ndarray, " k"]
) -> tuple[float, Float[np.ndarray, " k"], Float[np.ndarray, "k k"]]:
    """Penalised log likelihood, its score and the information."""
    linear = x @ b
    p = scipy.special.expit(linear)
    weight = p * scipy.special.expit(-linear)
    information = (x * weight[:, None]).T @ x
    sign, log = np.linalg.slogdet(information)
    if sign <= 0:
        return -math.inf, np.zeros_like(b), np.eye(len(b))
    leverage = weight * (x * np.linalg.solve(information, x.T).T).sum(axis=1)
    score = x.T @ (y - p + leverage * (0.5 - p))
    height = float((y * linear - np.logaddexp(0, linear)).sum() + log / 2)
    return height, score, information
