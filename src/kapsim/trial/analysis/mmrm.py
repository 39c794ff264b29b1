"""Mixed model for repeated measures, of many replicates of a trial at once.

    y_i = X_i beta + e_i        e_i ~ N(0, S_i)

for the visits at which patient i was seen, with S_i the rows and columns of one
covariance S of all visits. S is estimated by restricted likelihood with Newton's method
on exact derivatives, beta by generalised least squares. Missing visits are taken to be
missing at random. Degrees of freedom of a contrast c are Satterthwaite's,

    df = 2 v^2 / (g' U g)       v = c' Cov(beta) c      g = dv / dtheta

with U the inverse of the observed information of the parameters theta of S.

Sources: Mallinckrodt, Clark and David (2001), Accounting for dropout bias using
mixed-effects models; Satterthwaite (1946), An approximate distribution of estimates of
variance components; Fai and Cornelius (1996), Approximate F-tests of multiple degree of
freedom hypotheses in generalized least squares analyses of unbalanced split-plot
experiments (form for one contrast).
"""

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from kapsim.engine import platform
from kapsim.trial.analysis.covariance import Structure, covariance, start
from kapsim.trial.analysis.fixed_effects import Design
from kapsim.trial.analysis.newton import Local, Minima, minimise
from kapsim.trial.analysis.restricted import Likelihood, likelihood
from kapsim.trial.analysis.sums import Back, Gathered, Sums, gather

BLOCK = 64  # replicates that are computed together
MOST_VISITS = 32
_NAME = f"U{max(map(len, Structure))}"


class Fits(NamedTuple):
    """Fitted models of repeated measures; not a number where one did not converge.

    Attributes
    ----------
    beta
        Coefficients [unit of the score for one of the covariate].
    cov_beta
        Their covariance.
    spread
        Changes of `cov_beta` with the parameters of the covariance, which vary
        independently with variance one in these directions.
    covariance
        Covariance of a patient's visits [unit of the score, squared].
    log_restricted_likelihood
        Logarithm of the restricted likelihood [1].
    converged
        Whether the maximum was found.
    structure
        What was assumed of the covariance; empty where nothing converged.
    """

    beta: Float[np.ndarray, "R K"]
    cov_beta: Float[np.ndarray, "R K K"]
    spread: Float[np.ndarray, "R J K K"]
    covariance: Float[np.ndarray, "R V V"]
    log_restricted_likelihood: Float[np.ndarray, " R"]
    converged: Bool[np.ndarray, " R"]
    structure: np.ndarray


class Contrasts(NamedTuple):
    """Linear combinations of coefficients; not a number where nothing converged.

    Attributes
    ----------
    value, se
        Estimates and standard errors [unit of the score].
    df
        Satterthwaite's degrees of freedom [1].
    """

    value: Float[np.ndarray, "R C"]
    se: Float[np.ndarray, "R C"]
    df: Float[np.ndarray, "R C"]


def mmrm(
    score: Float[np.ndarray, "R P V"],
    design: Design,
    structure: Structure = Structure.US,
) -> Fits:
    """Fit every replicate with one structure of the covariance.

    Parameters
    ----------
    score
        Score, or change, of every patient at every visit [any unit]; not a number where
        missing. Replicates of fewer patients have rows without a number.
    design
        Fixed effects.
    structure
        What is assumed of the covariance.

    Raises
    ------
    ValueError
        If shapes do not fit, or there is but one visit and a structure that needs two.
    """
    check(score, design, structure)
    return fitted(gather(score, design), structure)


def check(
    score: Float[np.ndarray, "R P V"], design: Design, structure: Structure
) -> None:
    """Refuse what cannot be fitted.

    Parameters
    ----------
    score, design, structure
        As for `mmrm`.

    Raises
    ------
    ValueError
        If shapes do not fit, or there is but one visit and a structure that needs two.
    """
    visits = score.shape[-1]
    if design.covariates.shape[:2] != score.shape[:2]:
        raise ValueError(
            f"scores of {score.shape[:2]} replicates and patients, covariates of "
            f"{design.covariates.shape[:2]}: give both for the same ones"
        )
    if design.effects.shape[0] != visits or visits > MOST_VISITS:
        raise ValueError(
            f"scores of {visits} visits, effects of {design.effects.shape[0]}: give "
            f"both for the same ones, at most {MOST_VISITS}"
        )
    if visits < 2 and structure is not Structure.US:
        raise ValueError(f"{structure} needs two visits or more: use us for one")


def fitted(gathered: Gathered, structure: Structure) -> Fits:
    """Fit every replicate from its sums.

    The search starts at moment estimates, and once more at their variances alone where
    that does not converge: with few patients the likelihood may have no bound, and a
    maximum inside can be missed.

    Parameters
    ----------
    gathered
        Sums over patients.
    structure
        What is assumed of the covariance.
    """
    platform.configure()
    sums = gathered.sums
    shape = _shape(structure, sums.effects.shape[1])

    def evaluate(theta: np.ndarray, which: np.ndarray) -> Local:
        visits, slopes, curves = _in_blocks(shape, theta)
        here = Likelihood(*_in_blocks(_likelihood, visits, _some(sums, which)))
        hessian = slopes.swapaxes(1, 2) @ here.hessian @ slopes
        return Local(
            here.criterion,
            np.einsum("ns,nsj->nj", here.gradient, slopes),
            hessian + np.einsum("ns,nsjk->njk", here.gradient, curves),
        )

    first = start(structure, gathered.moments)
    minima = minimise(evaluate, first, gathered.usable)
    second = start(structure, _uncorrelated(gathered.moments))
    again = minimise(evaluate, second, gathered.usable & ~minima.solved)
    for every, new in zip(minima, again, strict=True):
        every[again.solved] = new[again.solved]
    best = np.where(minima.solved[:, None], minima.theta, first)
    visits, slopes, _ = _in_blocks(shape, best)
    ends = Likelihood(*_in_blocks(_likelihood, visits, sums))
    return _in_units(
        ends, visits, slopes @ minima.root, minima, gathered.back, structure
    )


def contrast(
    fits: Fits, weights: Float[np.ndarray, " K"] | Float[np.ndarray, "C K"]
) -> Contrasts:
    """Linear combinations of coefficients, such as `Design.differences` names them.

    Parameters
    ----------
    fits
        Fitted models.
    weights
        Weights of the coefficients, one row for each combination [1].
    """
    rows = np.atleast_2d(weights)
    value = fits.beta @ rows.T
    variance = np.einsum("ck,rkl,cl->rc", rows, fits.cov_beta, rows, optimize=True)
    slopes = np.einsum("ck,rjkl,cl->rjc", rows, fits.spread, rows, optimize=True)
    uncertainty = (slopes**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = 2 * variance**2 / uncertainty
    return Contrasts(value, np.sqrt(variance), df)


@functools.cache
def _shape(structure: Structure, count: int) -> Callable[..., Any]:
    """Covariance of the visits; two derivatives of its elements below the diagonal."""
    rows, columns = np.tril_indices(count)

    def below(theta: Float[Array, " J"]) -> Float[Array, " S"]:
        return covariance(structure, theta, count)[rows, columns]

    def found(theta: Float[Array, " J"]) -> tuple:
        slopes = jax.jacfwd(below)
        whole = covariance(structure, theta, count)
        return whole, slopes(theta), jax.jacfwd(slopes)(theta)

    return jax.jit(jax.vmap(found))


_likelihood = jax.jit(jax.vmap(likelihood))


def _uncorrelated(moments: Float[np.ndarray, "R V V"]) -> Float[np.ndarray, "R V V"]:
    """The variances alone."""
    return moments * np.eye(moments.shape[-1])


def _some(sums: Sums, which: Int[np.ndarray, " N"]) -> Sums:
    """Sums of some replicates."""
    return Sums(*(x[which] for x in sums))


def _in_blocks(function: Callable[..., Any], *arguments: Any) -> list[np.ndarray]:
    """Results of a function of blocks of one size, the last one filled with copies."""
    many = len(jax.tree.leaves(arguments)[0])
    blocks = -(-many // BLOCK)
    rows = np.resize(np.arange(many), (blocks, BLOCK))
    parts = [
        function(*jax.tree.map(lambda x, some=some: x[some], arguments))
        for some in rows
    ]
    return [np.concatenate(x)[:many] for x in zip(*parts, strict=True)]


def _in_units(
    ends: Likelihood,
    visits: Float[np.ndarray, "R V V"],
    root: Float[np.ndarray, "R S J"],
    minima: Minima,
    back: Back,
    structure: Structure,
) -> Fits:
    """Fits in the units of score and covariates."""
    turn, solved = back.turn, minima.solved
    area = back.scale[:, None, None] ** 2
    beta = turn @ (back.ordinary + back.scale[:, None] * ends.beta)[..., None]
    slopes = -ends.relative @ ends.cov_beta[:, None]
    spread = math.sqrt(2) * np.einsum("rskl,rsj->rjkl", slopes, root, optimize=True)
    spread = turn[:, None] @ spread @ turn.swapaxes(1, 2)[:, None]
    values = (
        beta[..., 0],
        area * (turn @ ends.cov_beta @ turn.swapaxes(1, 2)),
        area[:, None] * spread,
        area * visits,
        -(minima.value + back.constant) / 2,
    )
    for value in values:
        value[~solved] = np.nan
    return Fits(*values, solved, np.where(solved, str(structure), "").astype(_NAME))
