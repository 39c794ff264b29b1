"""From the model's severity to the trait that a scale's items read.

The model's severity is in expected MADRS points, 0 to 60. A scale turns it into its
own trait by inverting its expected total, E[total | theta] = points, so that the mean
score equals the severity by construction. Curves are tabulated once and inverted by
straight lines between knots, which is exact at the knots and needs no search.
"""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

# Knots of the trait [1]: dense where expected totals bend, wide where they are flat.
_PERSON_KNOTS = np.concatenate(
    [[-6.0, -4.5, -3.75], np.arange(-3.0, 3.01, 0.5), [4.0, 5.0, 6.5, 8.0]]
)
_POPULATION_KNOTS = np.concatenate(
    [[-8.0, -6.5, -5.0], np.arange(-4.0, 4.01, 0.25), [5.0, 6.5, 8.0]]
)


def person_knots(like: Float[Array, "..."]) -> Float[Array, " m"]:
    """Trait values at which a person's own curve is tabulated, in `like`'s dtype."""
    return jnp.asarray(_PERSON_KNOTS, like.dtype)


def piecewise_linear(
    x: Float[Array, " n"], knots: Float[Array, "m k"], values: Float[Array, "m l"]
) -> Float[Array, " n"]:
    """Value at `x` on the straight lines through the knots, flat beyond the ends.

    Parameters
    ----------
    x
        Where to read.
    knots
        Ascending abscissae; k is n (one curve a patient) or 1 (shared).
    values
        Ordinates; l is n or 1.

    Returns
    -------
    Array
        In the unit of `values`.
    """
    low, high = knots[:-1], knots[1:]
    part = jnp.clip((x[None, :] - low) / (high - low), 0, 1)
    rise = (jnp.diff(values, axis=0) * part).sum(axis=0)
    return jnp.broadcast_to(values[0], x.shape) + rise


class Curve(eqx.Module):
    """Expected total [point] at ascending trait values [1].

    Attributes
    ----------
    theta
        Shape [m], trait values.
    total
        Shape [m, n] for one curve a patient, [m, 1] for a shared one.
    """

    theta: Float[Array, " m"]
    total: Float[Array, "m k"]


def population_curve(
    expected: Callable[[Float[Array, " m"]], Float[Array, " m"]],
    like: Float[Array, "..."],
) -> Curve:
    """Curve shared by all patients, in `like`'s dtype.

    Parameters
    ----------
    expected
        Expected total [point] at trait values [1].
    like
        Any array of the wanted dtype.
    """
    theta = jnp.asarray(_POPULATION_KNOTS, like.dtype)
    return Curve(theta=theta, total=expected(theta)[:, None])


def theta_from_points(points: Float[Array, " n"], curve: Curve) -> Float[Array, " n"]:
    """Trait at which the expected total equals `points`.

    Points outside the curve's range take the trait of its nearest end.

    Parameters
    ----------
    points
        Wanted expected total [point].
    curve
        The scale's curve, shared or one a patient.
    """
    return piecewise_linear(points, curve.total, curve.theta[:, None])


def points_from_theta(theta: Float[Array, " n"], curve: Curve) -> Float[Array, " n"]:
    """Expected total [point] at a trait value, from the same lines."""
    return piecewise_linear(theta, curve.theta[:, None], curve.total)


def linked_points(
    severity: Float[Array, " n"], link: Float[Array, "2 m"]
) -> Float[Array, " n"]:
    """Expected total of another scale at a severity in MADRS points.

    Parameters
    ----------
    severity
        Severity [MADRS point].
    link
        Rows: MADRS points (ascending), points of the other scale.

    Returns
    -------
    Array
        Points of the other scale, on straight lines between the published pairs.
    """
    return piecewise_linear(severity, link[0][:, None], link[1][:, None])
