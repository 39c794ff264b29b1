"""Concentrations that the rest of the model reads from any route."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float


class DrugLevels(NamedTuple):
    """Concentrations [ng/mL]: plasma unless said otherwise, total, as free base.

    Norketamine is in mass equivalents of ketamine where the route's model has it so.
    """

    s_ketamine: Float[Array, "*batch"]
    r_ketamine: Float[Array, "*batch"]
    s_norketamine: Float[Array, "*batch"]
    r_norketamine: Float[Array, "*batch"]
    s_effect: Float[Array, "*batch"]
    r_effect: Float[Array, "*batch"]
    midazolam: Float[Array, "*batch"]

    @property
    def ketamine(self) -> Float[Array, "*batch"]:
        """Both enantiomers in plasma [ng/mL]."""
        return self.s_ketamine + self.r_ketamine

    @property
    def norketamine(self) -> Float[Array, "*batch"]:
        """Both enantiomers of norketamine in plasma [ng/mL]."""
        return self.s_norketamine + self.r_norketamine


def no_levels(like: Float[Array, "*batch"]) -> DrugLevels:
    """No drug, in the shape and type of `like`."""
    zero = jnp.zeros_like(like)
    return DrugLevels(zero, zero, zero, zero, zero, zero, zero)
