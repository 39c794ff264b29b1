"""Restricted likelihood of repeated measures, from sums over patterns of visits.

    criterion = sum_i log |S_i| + log |X' W X| + r' W r

which is twice the negative logarithm of the restricted likelihood but for a constant,
with S_i the covariance of the visits at which patient i was seen, W the inverses of all
S_i, and r what is left of the scores by generalised least squares. With D_s the change
of the covariance with its element s, and W_s = -W D_s W the change of W,

    gradient_s = sum n tr(W D_s) - tr(Y D_s)        Y = W (rr' + X H^-1 X') W
    hessian_st = sum 2 tr(D_s W D_t Y) - n tr(D_s W D_t W)
                 - tr(H^-1 H_s H^-1 H_t) - 2 k_s' H^-1 k_t
    H = X' W X      H_s = X' W_s X      k_s = X' W_s r

where sums run over patterns of n patients, and rr' and XX' stand for sums over these.

Source: Patterson and Thompson (1971), Recovery of inter-block information when block
sizes are unequal (restricted likelihood). The derivatives follow by the chain rule, and
are compared with automatic ones in the tests.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float

from kapsim.trial.analysis.sums import Sums


class Likelihood(NamedTuple):
    """Restricted likelihood and generalised least squares at one covariance.

    Attributes
    ----------
    criterion
        Twice the negative logarithm of the restricted likelihood, but for a constant.
    gradient, hessian
        Its derivatives in the elements of the covariance on and below the diagonal.
    beta
        Coefficients.
    cov_beta
        Their covariance H^-1.
    relative
        H^-1 H_s of every element s.
    """

    criterion: Float[Any, "*R"]
    gradient: Float[Any, "*R S"]
    hessian: Float[Any, "*R S S"]
    beta: Float[Any, "*R K"]
    cov_beta: Float[Any, "*R K K"]
    relative: Float[Any, "*R S K K"]


class _Fit(NamedTuple):
    """Generalised least squares."""

    weights: Float[Array, "M V V"]
    cov_beta: Float[Array, "K K"]
    beta: Float[Array, " K"]


def criterion(visits: Float[Array, "V V"], sums: Sums) -> tuple[Float[Array, ""], _Fit]:
    """The criterion, and generalised least squares.

    Parameters
    ----------
    visits
        Covariance of the visits.
    sums
        Sums over patients of one replicate.
    """
    seen = sums.seen[:, :, None] * sums.seen[:, None, :]
    unseen = jnp.eye(len(visits))[None] * (1 - seen)
    inverse, log_determinants = _inverse(seen * visits[None] + unseen)
    weights = seen * inverse
    normal = _between_rows(weights[..., None], sums)[0]
    cov_beta, log_determinant = _inverse(normal)
    right = _from_rows(weights[..., None], sums.zy, sums)[0]
    beta = cov_beta @ right
    squares = jnp.sum(weights * sums.yy) - right @ beta
    spread = jnp.sum(sums.patients * log_determinants)
    fit = _Fit(weights, cov_beta, beta)
    return spread + log_determinant + squares, fit


def likelihood(visits: Float[Array, "V V"], sums: Sums) -> Likelihood:
    """Restricted likelihood with its derivatives; see the module text.

    Parameters
    ----------
    visits
        Covariance of the visits.
    sums
        Sums over patients of one replicate.
    """
    value, fit = criterion(visits, sums)
    weights, cov_beta, beta = fit
    count = len(visits)
    basis = _basis(count)
    left = sums.zy - jnp.einsum("mab,vb->mav", sums.zz, sums.effects @ beta)
    outer = weights @ _squares(left, fit, sums) @ weights
    each = sums.patients[:, None, None] * weights
    gradient = basis @ jnp.sum(each - outer, axis=0).ravel()
    both = _flat(weights).T @ _flat(2 * outer - each)
    curved = both.reshape(4 * (count,)).transpose(3, 0, 1, 2)
    changes = _changes(weights)
    relative = cov_beta[None] @ _between_rows(changes, sums)
    pulls = _from_rows(changes, left, sums)
    hessian = basis @ curved.reshape(count**2, count**2) @ basis.T
    hessian -= _flat(relative) @ _flat(relative.mT).T + 2 * pulls @ cov_beta @ pulls.T
    return Likelihood(value, gradient, hessian, beta, cov_beta, relative)


def _squares(left: Float[Array, "M Q V"], fit: _Fit, sums: Sums) -> Array:
    """Sum of rr' and X H^-1 X' over the patients of every pattern."""
    count, width, coefficients = sums.effects.shape
    fitted = sums.effects @ fit.beta
    squares = sums.yy - jnp.einsum("va,maw->mvw", fitted, sums.zy)
    squares -= jnp.einsum("mav,wa->mvw", left, fitted)
    rows = sums.effects.reshape(count * width, coefficients)
    spread = (rows @ fit.cov_beta @ rows.T).reshape(2 * (count, width))
    pairs = spread.transpose(0, 2, 1, 3).reshape(count**2, width**2)
    return squares + (_flat(sums.zz) @ pairs.T).reshape(squares.shape)


def _between_rows(
    weights: Float[Array, "M V V S"], sums: Sums
) -> Float[Array, "S K K"]:
    """X' W X for one or more sets of weights."""
    count, width, coefficients = sums.effects.shape
    sets = weights.shape[-1]
    among = _flat(weights).T @ _flat(sums.zz)
    among = among.reshape(count, count, sets, width, width).transpose(0, 3, 2, 1, 4)
    rows = sums.effects.reshape(count * width, coefficients)
    half = rows.T @ among.reshape(count * width, sets * count * width)
    whole = half.reshape(coefficients * sets, count * width) @ rows
    return whole.reshape(coefficients, sets, coefficients).swapaxes(0, 1)


def _from_rows(
    weights: Float[Array, "M V V S"], left: Float[Array, "M Q V"], sums: Sums
) -> Float[Array, "S K"]:
    """X' W r for one or more sets of weights."""
    rows = sums.effects.reshape(-1, sums.effects.shape[-1])
    pulls = jnp.einsum("mvws,maw->sva", weights, left)
    return pulls.reshape(len(pulls), -1) @ rows


def _changes(weights: Float[Array, "M V V"]) -> Float[Array, "M V V S"]:
    """-W D W for the elements of the covariance on and below the diagonal."""
    rows, columns = np.tril_indices(weights.shape[-1])
    share = np.where(rows == columns, 0.5, 1.0)
    one, other = weights[..., rows], weights[..., columns]
    crossed = one[:, :, None] * other[:, None]
    return -(crossed + crossed.swapaxes(1, 2)) * share[None, None, None]


def _basis(count: int) -> Float[np.ndarray, "S N"]:
    """Elements of D, row by row, for the elements on and below the diagonal."""
    rows, columns = np.tril_indices(count)
    found = np.zeros((len(rows), count, count))
    index = np.arange(len(rows))
    found[index, rows, columns] = found[index, columns, rows] = 1.0
    return found.reshape(len(rows), -1)


def _flat(values: Float[Array, "N *rest"]) -> Float[Array, "N rest"]:
    """Values with all axes but the first made one."""
    return values.reshape(len(values), -1)


def _inverse(
    matrix: Float[Array, "*batch n n"],
) -> tuple[Float[Array, "*batch n n"], Float[Array, "*batch"]]:
    """Inverse and log determinant of positive definite matrices.

    Not a number where a matrix is not positive definite.
    """
    root = jnp.linalg.cholesky(matrix)
    one = jnp.broadcast_to(jnp.eye(matrix.shape[-1]), matrix.shape)
    half = solve_triangular(root, one, lower=True)
    logs = jnp.log(jnp.diagonal(root, axis1=-2, axis2=-1))
    return half.mT @ half, 2 * jnp.sum(logs, axis=-1)
