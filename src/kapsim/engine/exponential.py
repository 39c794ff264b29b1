"""Exact steps of the linear equation dx/dt = gain - rate * x with both held."""

import jax.numpy as jnp
from jaxtyping import Array, Float


def mean_decay(exponent: Float[Array, "..."]) -> Float[Array, "..."]:
    """Mean of exp(-s) for s from 0 to `exponent` [1], finite at zero.

    (1 - exp(-x)) / x, with its series 1 - x/2 below the square root of precision.
    """
    small = exponent < jnp.sqrt(jnp.finfo(exponent.dtype).eps)
    safe = jnp.where(small, jnp.ones_like(exponent), exponent)
    return jnp.where(small, 1 - exponent / 2, -jnp.expm1(-safe) / safe)


def end_weight(exponent: Float[Array, "..."]) -> Float[Array, "..."]:
    """Weight of the end of a step in a target that moves evenly over it [1].

    A state relaxing towards a target that goes evenly from T0 to T1 ends where it would
    with T0 + (T1 - T0) w held, w = 1 / (1 - exp(-x)) - 1 / x with x the step in time
    constants: half for short steps, near one for long ones. Its series 1/2 + x/12
    below the fourth root of precision.
    """
    small = exponent < jnp.finfo(exponent.dtype).eps ** 0.25
    safe = jnp.where(small, jnp.ones_like(exponent), exponent)
    return jnp.where(small, 0.5 + exponent / 12, -1 / jnp.expm1(-safe) - 1 / safe)


def relax(
    x: Float[Array, "..."],
    gain: Float[Array, "..."],
    rate: Float[Array, "..."],
    dt: Float[Array, ""],
) -> Float[Array, "..."]:
    """Value after `dt` [h] of dx/dt = gain - rate * x, exactly.

    Parameters
    ----------
    x
        Value at the start.
    gain
        Constant input [per h].
    rate
        Constant rate of loss [1/h], not negative.
    dt
        Length of the step [h].
    """
    return x + (gain - rate * x) * dt * mean_decay(rate * dt)
