"""What the window consolidated (E4).

    dZ/dt = k_z * W * L * (1 - Z) - Z / tau_z,      L = sum over domains of |dmu/dt|

Z grows only where an open window meets learning, and acts somewhere definite: it lowers
the shift of ruminated evidence and the pull back to the old belief, by the factors

    1 - z_shift * Z    and    1 - z_pull * Z

Assumes: structural change sustains rather than induces the effect (mouse spines).
Does not cover: which learning is kept; all domains share one Z.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class ConsolidationInputs(NamedTuple):
    """Window W [1] and learning rate L [1/h]."""

    window: Float[Array, "*batch"]
    learning: Float[Array, "*batch"]


class Consolidation(AbstractMechanism[Float[Array, "..."]]):
    """Consolidated change Z [1], between 0 and 1."""

    k_z: Float[Array, "*#batch"] = param("brain.consolidation.k_z")
    tau_z: Float[Array, "*#batch"] = param("brain.consolidation.tau_z")
    z_shift: Float[Array, "*#batch"] = param("brain.consolidation.z_shift")
    z_pull: Float[Array, "*#batch"] = param("brain.consolidation.z_pull")

    def init(self) -> Float[Array, "..."]:
        """Nothing consolidated."""
        return jnp.zeros_like(self.k_z)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: ConsolidationInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Consolidated change after `dt` [h]."""
        gain = self.k_z * inputs.window * inputs.learning
        return relax(state, gain, gain + 1 / self.tau_z, dt)

    def shift_kept(self, z: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Share of the ruminative shift that is left [1]."""
        return 1 - self.z_shift * z

    def pull_kept(self, z: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Share of the pull to the old belief that is left [1]."""
        return 1 - self.z_pull * z
