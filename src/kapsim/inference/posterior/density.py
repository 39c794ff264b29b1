"""The log density of a normal law, with a gradient of its own.

For the distance d from the mean and the covariance C,

    log p = -d'C^-1 d / 2 - log|C| / 2
    dlog p / dd = -C^-1 d ,    dlog p / dC = (C^-1 dd' C^-1 - C^-1) / 2

Differentiating the Cholesky factor instead takes twenty times as long. A covariance
that falls into blocks is worked out block by block, those of like size side by side.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float, Int
from scipy.sparse.csgraph import connected_components

Matrix = Float[Array, "K K"]
Vector = Float[Array, " K"]


class Blocks(NamedTuple):
    """B independent blocks of at most M rows each.

    Attributes
    ----------
    rows
        Rows of each block; any where it has fewer.
    real
        1 where there is a row, else 0.
    """

    rows: Int[np.ndarray, "B M"]
    real: Float[np.ndarray, "B M"]


def blocks(covariance: Float[np.ndarray, "K K"]) -> list[Blocks]:
    """Independent blocks of a covariance, those of like size together."""
    number, block = connected_components(covariance != 0)
    sizes = np.bincount(block, minlength=number)
    classes = np.log2(sizes) // 2  # 1 to 3, 4 to 15, 16 to 63 and so on
    found = []
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        rows = np.zeros((len(members), sizes[members].max()), int)
        real = np.zeros(rows.shape)
        for k, member in enumerate(members):
            rows[k, : sizes[member]] = np.flatnonzero(block == member)
            real[k, : sizes[member]] = 1.0
        found.append(Blocks(rows, real))
    return found


def log_normal_in_blocks(
    covariance: Matrix, away: Vector, parts: list[Blocks]
) -> Float[Array, ""]:
    """The same as `log_normal` for a covariance of these blocks, faster."""
    total = jnp.zeros((), away.dtype)
    for rows, real in parts:
        own = covariance[rows[:, :, None], rows[:, None, :]]
        own = own * real[:, :, None] * real[:, None, :]
        own = own + jnp.eye(rows.shape[1])[None] * (1 - real)[:, None, :]
        total = total + jax.vmap(log_normal)(own, away[rows] * real).sum()
    return total


@jax.custom_vjp
def log_normal(covariance: Matrix, away: Vector) -> Float[Array, ""]:
    """Log density at a distance from the mean, without its constant.

    Parameters
    ----------
    covariance
        Positive definite.
    away
        Distance from the mean.
    """
    return _forward(covariance, away)[0]


def _forward(
    covariance: Matrix, away: Vector
) -> tuple[Float[Array, ""], tuple[Matrix, Vector]]:
    factor = jnp.linalg.cholesky(covariance)
    scaled = solve_triangular(factor, away, lower=True)
    value = -0.5 * scaled @ scaled - jnp.log(jnp.diagonal(factor)).sum()
    return value, (factor, scaled)


def _backward(
    kept: tuple[Matrix, Vector], slope: Float[Array, ""]
) -> tuple[Matrix, Vector]:
    factor, scaled = kept
    one = jnp.eye(len(scaled), dtype=scaled.dtype)
    root = solve_triangular(factor, one, lower=True)
    solved = root.T @ scaled
    return 0.5 * slope * (jnp.outer(solved, solved) - root.T @ root), -slope * solved


log_normal.defvjp(_forward, _backward)
