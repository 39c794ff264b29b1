"""What a posterior foretells of each endpoint, as found in a trial of its size.

Over draws of the posterior the forecast is a mixture of normal laws on the working
scale, with the emulated mean of the draw and

    sampling + error² + the sum over effects of spread² effect effect'

on the diagonal (`Problem.covariance`). Its ends are quantiles of the mixture, found by
bisection, so that they depend on no further draw.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.special import logsumexp, ndtr

from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.targets.problem import Problem
from kapsim.trial.summaries.intervals import ENDS

_STEPS = 60  # of the bisection
_FAR = 10.0  # standard deviations within which all quantiles lie

Draws = Float[np.ndarray, "D K"]
Endpoints = Float[np.ndarray, " K"]


class Predictive(NamedTuple):
    """Forecast of each endpoint on its working scale.

    Attributes
    ----------
    mean, sd
        Mean and standard deviation.
    low, high
        Ends of the 95 % interval.
    log_score
        Logarithm of the density of what was observed, of each endpoint alone.
    """

    mean: Endpoints
    sd: Endpoints
    low: Endpoints
    high: Endpoints
    log_score: Endpoints

    def inside(self, observed: Endpoints) -> np.ndarray:
        """Whether each observed value lies in its interval."""
        return (self.low <= observed) & (observed <= self.high)


def predictive(
    problem: Problem, emulator: Emulator, posterior: Posterior
) -> Predictive:
    """Forecast of every endpoint of a problem."""
    means = emulated(emulator, posterior)
    variances = diagonals(problem, emulator, posterior)
    sds = np.sqrt(variances)
    mean = means.mean(axis=0)
    low, high = (_quantile(means, sds, end) for end in ENDS)
    return Predictive(
        mean=mean,
        sd=np.sqrt(variances.mean(axis=0) + means.var(axis=0)),
        low=low,
        high=high,
        log_score=_log_score(problem, means, sds),
    )


def emulated(emulator: Emulator, posterior: Posterior) -> Draws:
    """Emulated mean of each endpoint in every draw."""
    return np.asarray(emulator(jnp.asarray(posterior.u)), float)


def diagonals(problem: Problem, emulator: Emulator, posterior: Posterior) -> Draws:
    """Variance of each endpoint about its emulated mean, in every draw.

    The covariance is linear in the squares of the spreads.
    """
    own = np.diag(problem.sampling) + np.asarray(emulator.error, float) ** 2
    between = np.stack([(effect**2).sum(axis=1) for effect in problem.effects])
    return own + np.asarray(posterior.spreads, float) ** 2 @ between


def _quantile(means: Draws, sds: Draws, level: float) -> Endpoints:
    """Quantile of a mixture of normal laws in equal parts."""
    low = (means - _FAR * sds).min(axis=0)
    high = (means + _FAR * sds).max(axis=0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = ndtr((middle - means) / sds).mean(axis=0) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def _log_score(problem: Problem, means: Draws, sds: Draws) -> Endpoints:
    observed = np.asarray(problem.observed, float)
    z = (observed - means) / sds
    logs = -0.5 * z**2 - np.log(sds * np.sqrt(2 * np.pi))
    return logsumexp(logs, axis=0) - np.log(len(means))
