"""Glutamate and BDNF surge after NMDA-receptor antagonism (E2).

    dG/dt = k_g * phi * (1 - G) - G / tau_g

Linear in G while phi is held, so each step is exact.

Assumes: one lumped fast variable for the glutamate, AMPA and BDNF cascade.
Does not cover: which cells are disinhibited; that is the network model's subject.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class SurgeInputs(NamedTuple):
    """Drug drive phi [1], mean over the step."""

    drive: Float[Array, "*batch"]


class Surge(AbstractMechanism[Float[Array, "..."]]):
    """Surge G [1], between 0 and 1."""

    k_g: Float[Array, "*#batch"] = param("brain.surge.k_g")
    tau_g: Float[Array, "*#batch"] = param("brain.surge.tau_g")

    def init(self) -> Float[Array, "..."]:
        """No surge."""
        return jnp.zeros_like(self.k_g)

    def step(
        self, state: Float[Array, "*batch"], inputs: SurgeInputs, dt: Float[Array, ""]
    ) -> Float[Array, "*batch"]:
        """Surge after `dt` [h]."""
        gain = self.k_g * inputs.drive
        after = relax(state, gain, gain + 1 / self.tau_g, dt)
        return jnp.where(after < 0, 0.0, after)  # by rounding, when all of it has gone
