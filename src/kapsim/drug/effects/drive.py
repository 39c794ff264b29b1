"""Drug drive: what the brain's equations read of the bound drug.

    phi = x^n / (x0^n + x^n)

with x the binding potential. phi lies between 0 and 1 and is 0 without drug.

Assumes: one saturating curve for all downstream effects. Curve and midpoint are not
identified by trial averages and carry their prior.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


def hill(
    x: Float[Array, "*batch"],
    midpoint: Float[Array, "*#batch"],
    steepness: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Share x^n / (midpoint^n + x^n) [1]; 0, with gradient 0, where x is not positive.

    Parameters
    ----------
    x
        What drives the effect, in the unit of `midpoint`.
    midpoint
        Value of half effect, positive.
    steepness
        Exponent n [1].
    """
    present = x > 0
    safe = jnp.where(present, x, jnp.ones_like(x))
    share = jax.nn.sigmoid(steepness * (jnp.log(safe) - jnp.log(midpoint)))
    return jnp.where(present, share, jnp.zeros_like(share))


class DriveInputs(NamedTuple):
    """Binding potential x [1]."""

    potential: Float[Array, "*batch"]


class Drive(AbstractReadout[Float[Array, "..."]]):
    """Drug drive phi [1] from the binding potential."""

    midpoint: Float[Array, "*#batch"] = param("drug.drive.midpoint")
    steepness: Float[Array, "*#batch"] = param("drug.drive.steepness")

    def read(self, inputs: DriveInputs) -> Float[Array, "*batch"]:
        """Drive phi [1], between 0 and 1."""
        return hill(inputs.potential, self.midpoint, self.steepness)
