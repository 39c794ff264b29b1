"""A quadratic stand-in for the simulator, fitted to the points that were simulated.

For each endpoint

    f(u) = c + b'u + u'Qu + e ,   e ~ N(0, s^2)

with independent normal priors of the coefficients, which make f a Gaussian process with
the kernel

    k(u, v) = s_c^2 + s_l^2 u'Wv + s_q^2 (u'Wv)^2

W, diagonal, says how much each parameter bears on the endpoint: it follows the squared
coefficients of a first, linear fit. The three scales and s maximise the marginal
likelihood. The error of a point that was not simulated is told by leaving out each
point in turn, which has a closed form.

Sources: Rasmussen and Williams (2006), Gaussian processes for machine learning (5.10
and 5.12, leave-one-out); Cleary, Garbuno-Inigo, Lan, Schneider and Stuart (2021),
Calibrate, emulate, sample.
"""

from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from kapsim.engine.atomic import write_arrays

Points = Float[np.ndarray, "n P"]

_FLOOR = 0.02  # of the weight of a parameter that the linear fit does not see
_JITTER = 1e-6


class Emulator(NamedTuple):
    """Coefficients of K endpoints in P parameters.

    Attributes
    ----------
    constant, linear, quadratic
        c, b and Q.
    error
        SD of the error at a new point, by leaving out each point in turn.
    """

    constant: Float[np.ndarray, " K"]
    linear: Float[np.ndarray, "K P"]
    quadratic: Float[np.ndarray, "K P P"]
    error: Float[np.ndarray, " K"]

    def __call__(
        self, points: Float[Array, "*n P"] | Float[np.ndarray, "*n P"]
    ) -> Float[Array, "*n K"]:
        """Endpoints at parameters, on the working scale; can be differentiated."""
        u = jnp.asarray(points)
        square = jnp.einsum("...p,kpq,...q->...k", u, self.quadratic, u)
        return u @ jnp.asarray(self.linear).T + square + _along(self.constant, u)

    def save(self, path: Path) -> None:
        """Write to a file ``.npz``."""
        write_arrays(path, self._asdict())

    @classmethod
    def load(cls, path: Path) -> "Emulator":
        """Read what `save` wrote."""
        with np.load(path) as held:
            return cls(**{name: held[name] for name in cls._fields})


def _along(
    row: Float[np.ndarray, " K"] | Float[Array, " K"], u: Float[Array, "*n P"]
) -> Array:
    """A row of constants, once for each point."""
    return jnp.broadcast_to(jnp.asarray(row), (*u.shape[:-1], len(row)))


def fit(
    points: Points,
    outputs: Float[np.ndarray, "n K"],
    near: Float[np.ndarray, " n"] | None = None,
) -> Emulator:
    """Emulator of the points that were simulated.

    Parameters
    ----------
    points
        Parameters, in SDs of their priors.
    outputs
        Endpoints on the working scale; not a number where not simulated.
    near
        Weight of each point, 1 for those that matter: the noise of a point is as many
        times larger as its weight is smaller.

    Raises
    ------
    ValueError
        If an endpoint has fewer than three points.
    """
    weight = np.ones(len(points)) if near is None else near
    with threadpool_limits(1, "blas"):  # small matrices: threads would wait for threads
        fitted = [_fit_one(points, column, weight) for column in outputs.T]
    return Emulator(*(np.stack(part) for part in zip(*fitted, strict=True)))


def _fit_one(
    points: Points, output: Float[np.ndarray, " n"], weight: Float[np.ndarray, " n"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients and error of one endpoint."""
    known = np.isfinite(output)
    if known.sum() < 3:
        raise ValueError("an endpoint needs three simulated points or more.")
    x, y, noise = points[known], output[known], 1.0 / weight[known]
    middle, size = y.mean(), max(float(y.std()), 1e-9)
    y = (y - middle) / size
    kernel = _Kernel(x, y, noise)
    alpha, left_out = kernel.solved()
    across = kernel.weight * (alpha @ x)
    linear = kernel.scales[1] * across
    scaled = x * kernel.weight
    quadratic = kernel.scales[2] * np.einsum("n,np,nq->pq", alpha, scaled, scaled)
    constant = kernel.scales[0] * alpha.sum()
    error = np.sqrt(np.average(left_out**2, weights=weight[known]))
    return (
        np.asarray(middle + size * constant),
        size * linear,
        size * quadratic,
        np.asarray(size * error),
    )


class _Kernel:
    """Kernel of one endpoint with its scales."""

    def __init__(self, x: Points, y: np.ndarray, noise: np.ndarray) -> None:
        self._y, self._noise = y, noise
        self.weight = _relevance(x, y, noise)
        gram = (x * self.weight) @ x.T
        self._parts = np.ones_like(gram), gram, gram**2
        start = np.log([1.0, 1.0, 0.05, 0.05])
        found = minimize(
            self._loss, start, method="L-BFGS-B", jac=True, bounds=[(-14.0, 6.0)] * 4
        )
        self.scales = np.exp(found.x)

    def _matrix(self, scales: np.ndarray) -> np.ndarray:
        parts = zip(scales[:3], self._parts, strict=True)
        whole = sum(scale * part for scale, part in parts)
        return whole + np.diag(scales[3] * self._noise + _JITTER)

    def _loss(self, logs: np.ndarray) -> tuple[float, np.ndarray]:
        """Negative log marginal likelihood, and its gradient."""
        scales = np.exp(logs)
        factor = cho_factor(self._matrix(scales), lower=True)
        alpha = cho_solve(factor, self._y)
        inverse = cho_solve(factor, np.eye(len(alpha)))
        loss = 0.5 * self._y @ alpha + np.log(np.diag(factor[0])).sum()
        slopes = [
            0.5 * scale * ((inverse * part).sum() - alpha @ part @ alpha)
            for scale, part in zip(scales[:3], self._parts, strict=True)
        ]
        own = (np.diag(inverse) - alpha**2) @ self._noise
        return float(loss), np.array([*slopes, 0.5 * scales[3] * own])

    def solved(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights of the points, and the error at each when it is left out."""
        factor = cho_factor(self._matrix(self.scales), lower=True)
        alpha = cho_solve(factor, self._y)
        inverse = np.diag(cho_solve(factor, np.eye(len(alpha))))
        return alpha, alpha / inverse


def _relevance(x: Points, y: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Weight of each parameter, of mean one, from a ridge regression."""
    gram = (x / noise[:, None]).T @ x
    ridge = len(y) / 10.0
    slope = np.linalg.solve(gram + ridge * np.eye(x.shape[1]), x.T @ (y / noise))
    weight = slope**2 / max(float((slope**2).max()), 1e-12) + _FLOOR
    return weight / weight.mean()
