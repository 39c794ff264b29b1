"""Item scores that add up to a given total.

An entry criterion is about a rated total. The rating that admitted a patient is
therefore drawn as a total first and its items are found afterwards: as the trait
rises, a person's total rises one threshold at a time, and the trait at which it
reaches the wanted total is found by halving.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

_WIDEST = 96.0  # trait span searched on both sides of zero [1]
_HALVINGS = 30  # down to 2e-7 of the trait, the grain of single precision


def theta_at_total(
    total: Int[Array, " n"],
    total_of_theta: Callable[[Float[Array, " n"]], Int[Array, " n"]],
    like: Float[Array, " n"],
) -> Float[Array, " n"]:
    """Smallest trait at which the scored total reaches `total`.

    Parameters
    ----------
    total
        Wanted totals [point].
    total_of_theta
        The person's total (int32) as a non-decreasing step function of the trait.
    like
        Any array of the wanted shape and dtype.

    Returns
    -------
    Array
        Trait [1]. Two thresholds closer than single precision resolves are crossed
        together, so that a score can exceed the wanted total, never fall below it.
    """
    wanted = total.astype(jnp.int32)

    def halve(
        _: Int[Array, ""], bracket: tuple[Float[Array, " n"], Float[Array, " n"]]
    ) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
        low, high = bracket
        middle = 0.5 * (low + high)
        reached = total_of_theta(middle) >= wanted
        return jnp.where(reached, low, middle), jnp.where(reached, middle, high)

    start = (jnp.full_like(like, -_WIDEST), jnp.full_like(like, _WIDEST))
    return jax.lax.fori_loop(0, _HALVINGS, halve, start)[1]
