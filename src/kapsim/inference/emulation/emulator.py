"""A quadratic stand-in for the simulator, fitted to the points that were simulated.

For each endpoint

    f(u) = c + b'u + u'Qu + e ,   e ~ N(0, s^2)

with independent normal priors of the coefficients, which make f a Gaussian process with
the kernel

    k(u, v) = s_c^2 + u'Wv + s_q^2 (u'Wv)^2

W, diagonal, says how much each parameter bears on the endpoint. Its logarithms, those
of both scales and that of s have normal priors; they stand where prior and marginal
likelihood are greatest together. The error of a point that was not simulated is told by
leaving out each point in turn, which has a closed form, and is that of the points that
matter.

Sources: Rasmussen and Williams (2006), Gaussian processes for machine learning (5.1,
relevance; 5.10 and 5.12, leave-one-out); Cleary, Garbuno-Inigo, Lan, Schneider and
Stuart (2021), Calibrate, emulate, sample.
"""

from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from kapsim.engine.atomic import write_arrays

Points = Float[np.ndarray, "n P"]

_SCALES = (1.0, 0.05, 0.05)  # constant, square and noise, in variances of an endpoint
_UNSURE = 1.5  # SD of the logarithm of every scale and weight
_FARTHEST = 4.0  # of these SDs that any lies from where it is expected
_STEPS = 100  # of the search for them
_JITTER = 1e-6


class Emulator(NamedTuple):
    """Coefficients of K endpoints in P parameters.

    Attributes
    ----------
    constant, linear, quadratic
        c, b and Q, which is symmetric.
    error
        SD of the error at a new point, by leaving out each point that matters in turn.
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
        square = _square(jnp.asarray(self.quadratic), u)
        return u @ jnp.asarray(self.linear).T + square + _along(self.constant, u)

    def save(self, path: Path) -> None:
        """Write to a file ``.npz``."""
        write_arrays(path, self._asdict())

    @classmethod
    def load(cls, path: Path) -> "Emulator":
        """Read what `save` wrote."""
        with np.load(path) as held:
            return cls(**{name: held[name] for name in cls._fields})


@jax.custom_vjp
def _square(
    quadratic: Float[Array, "K P P"], u: Float[Array, "*n P"]
) -> Float[Array, "*n K"]:
    """u'Qu, whose slope 2Qu is at hand once it is known: Q is read once, not thrice."""
    return _square_forward(quadratic, u)[0]


def _square_forward(
    quadratic: Float[Array, "K P P"], u: Float[Array, "*n P"]
) -> tuple[Float[Array, "*n K"], Float[Array, "*n K P"]]:
    curved = jnp.einsum("kpq,...q->...kp", quadratic, u)
    return jnp.einsum("...kp,...p->...k", curved, u), curved


def _square_backward(
    curved: Float[Array, "*n K P"], slope: Float[Array, "*n K"]
) -> tuple[None, Float[Array, "*n P"]]:
    return None, 2 * jnp.einsum("...k,...kp->...p", slope, curved)


_square.defvjp(_square_forward, _square_backward)


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
    constant, square, _ = kernel.scales
    scaled = x * kernel.weight
    quadratic = square * np.einsum("n,np,nq->pq", alpha, scaled, scaled)
    matter = weight[known] == weight[known].max()
    return (
        np.asarray(middle + size * constant * alpha.sum()),
        size * (alpha @ scaled),
        size * quadratic,
        np.asarray(size * np.sqrt(np.mean(left_out[matter] ** 2))),
    )


class _Kernel:
    """Kernel of one endpoint: a weight of each parameter, and three scales."""

    def __init__(self, x: Points, y: np.ndarray, noise: np.ndarray) -> None:
        self._x, self._y, self._noise = x, y, noise
        parameters = x.shape[1]
        evenly = np.full(parameters, -np.log(parameters))
        self._usual = np.concatenate([evenly, np.log(_SCALES)])
        far = _FARTHEST * _UNSURE
        found = minimize(
            self._loss,
            self._usual,
            method="L-BFGS-B",
            jac=True,
            bounds=np.stack([self._usual - far, self._usual + far], axis=1),
            options={"maxiter": _STEPS},
        )
        self.weight, self.scales = np.split(np.exp(found.x), [parameters])

    def _matrix(
        self, weight: np.ndarray, scales: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Covariance of the points, and its linear part."""
        linear = (self._x * weight) @ self._x.T
        constant, square, noise = scales
        diagonal = np.diag(noise * self._noise + _JITTER)
        return constant + linear + square * linear**2 + diagonal, linear

    def _loss(self, logs: np.ndarray) -> tuple[float, np.ndarray]:
        """Negative log density of the points and of the logs, and its gradient."""
        weight, scales = np.split(np.exp(logs), [self._x.shape[1]])
        whole, linear = self._matrix(weight, scales)
        factor = cho_factor(whole, lower=True)
        alpha = cho_solve(factor, self._y)
        apart = (logs - self._usual) / _UNSURE
        loss = 0.5 * self._y @ alpha + np.log(np.diag(factor[0])).sum()
        slope = 0.5 * (cho_solve(factor, np.eye(len(alpha))) - np.outer(alpha, alpha))
        along = slope * (1 + 2 * scales[1] * linear)
        of_scales = [
            slope.sum(),
            (slope * linear**2).sum(),
            np.diag(slope) @ self._noise,
        ]
        of_weight = ((along @ self._x) * self._x).sum(axis=0)
        down = np.concatenate([weight * of_weight, scales * np.array(of_scales)])
        return float(loss + 0.5 * apart @ apart), down + apart / _UNSURE

    def solved(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights of the points, and the error at each when it is left out."""
        factor = cho_factor(self._matrix(self.weight, self.scales)[0], lower=True)
        alpha = cho_solve(factor, self._y)
        inverse = np.diag(cho_solve(factor, np.eye(len(alpha))))
        return alpha, alpha / inverse
