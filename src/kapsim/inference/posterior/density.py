"""The log density of a normal law, with a gradient of its own.

For the distance d from the mean and the covariance C,

    log p = -d'C^-1 d / 2 - log|C| / 2
    dlog p / dd = -C^-1 d ,    dlog p / dC = (C^-1 dd' C^-1 - C^-1) / 2

Differentiating the Cholesky factor instead takes twenty times as long.
"""

import jax
import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float

Matrix = Float[Array, "K K"]
Vector = Float[Array, " K"]


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
