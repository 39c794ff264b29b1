"""How linear, how decided and how steep a hierarchy is.

    V_i  = number of others that i dominates, ties counted half
    h    = sum_i (V_i - (n - 1)/2)^2 / the same of a perfect line       (Landau)
         = 12 / (n^3 - n) sum_i (V_i - (n - 1)/2)^2
    undecided  share of pairs in which a two-sided sign test finds neither ahead
    CV   = SD / mean of the members' dominance

Source: Landau's index as in dugatkin_1997 and its successors.
"""

import equinox as eqx
import jax.numpy as jnp
from jax.nn import one_hot
from jax.scipy.special import betainc
from jaxtyping import Array, Float

from kapsim.engine import param
from kapsim.mind.rank.encounter import Ending, Kind


def wins(endings: Ending, members: int) -> Float[Array, "*batch m m"]:
    """How often each (row) won against each (column), over the leading axis."""
    decided = (endings.kind != Kind.NEITHER.value).astype(jnp.float64)
    winner = one_hot(endings.winner, members, dtype=jnp.float64) * decided[..., None]
    loser = one_hot(endings.loser, members, dtype=jnp.float64)
    return jnp.einsum("t...i,t...j->...ij", winner, loser)


def landau(won: Float[Array, "*batch m m"]) -> Float[Array, "*batch"]:
    """Linearity h [1]: 1 for a perfect line."""
    members = won.shape[-1]
    margin = won - jnp.swapaxes(won, -1, -2)
    ahead = (jnp.sign(margin) + 1) / 2
    dominated = ahead.sum(axis=-1) - 0.5
    middle = (members - 1) / 2
    line = jnp.arange(members, dtype=won.dtype)
    perfect = ((line - middle) ** 2).sum()
    return ((dominated - middle) ** 2).sum(axis=-1) / perfect


def sign_test(
    one: Float[Array, "*batch"], other: Float[Array, "*batch"]
) -> Float[Array, "*batch"]:
    """Two-sided chance [1] of a lead as large where both are equally strong."""
    fewer, more = jnp.minimum(one, other), jnp.maximum(one, other)
    some = more > 0
    a = jnp.where(some, more, jnp.ones_like(more))
    tail = betainc(a, fewer + 1, jnp.full_like(a, 0.5))
    return jnp.where(some, jnp.minimum(2 * tail, 1), jnp.ones_like(a))


def spread(values: Float[Array, "*batch m"]) -> Float[Array, "*batch"]:
    """Coefficient of variation [1] over members: steepness."""
    return values.std(axis=-1) / values.mean(axis=-1)


class Decided(eqx.Module):
    """Which pairs of a group have an order beyond chance."""

    level: Float[Array, "*#batch"] = param("mind.hierarchy.level")

    def above(self, won: Float[Array, "*batch m m"]) -> Float[Array, "*batch m m"]:
        """One where a member (row) clearly dominates another (column) [1]."""
        lost = jnp.swapaxes(won, -1, -2)
        clear = (sign_test(won, lost) < self.level) & (won > lost)
        return clear.astype(won.dtype)

    def undecided(self, won: Float[Array, "*batch m m"]) -> Float[Array, "*batch"]:
        """Share of pairs [1] in which neither clearly dominates."""
        pairs = won.shape[-1] * (won.shape[-1] - 1) / 2
        return 1 - self.above(won).sum(axis=(-2, -1)) / pairs
