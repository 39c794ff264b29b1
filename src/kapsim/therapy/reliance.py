"""Relief-seeking: relief on dosing days teaches reliance on the dose.

    dq/dt = k x relief (1 - q) - q / tau,       engagement = 1 - lowers q

x is the contact with a dosing visit (one at the visit, fading within days), relief the
part of the usual severity that is gone. Relief can serve therapy, or be used to do
without: who relies on the dose engages less in what sessions ask for. k is zero unless
the hypothesis `relief_seeking` is switched on.

Assumes: everything here; graded as theory. Relief of any origin counts, since a person
cannot tell what brought it.
Does not cover: craving, tolerance, use outside the protocol.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class RelianceInputs(NamedTuple):
    """Contact with a dosing visit [1], and relief as a share of usual severity [1]."""

    dosing: Float[Array, "*#batch"]
    relief: Float[Array, "*batch"]


class Reliance(AbstractMechanism[Float[Array, "..."]]):
    """Reliance on the dose q [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.reliance.k")
    tau: Float[Array, "*#batch"] = param("therapy.reliance.tau")
    lowers: Float[Array, "*#batch"] = param("therapy.reliance.lowers")

    def init(self) -> Float[Array, "..."]:
        """No reliance."""
        return jnp.zeros_like(self.k)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: RelianceInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Reliance after `dt` [h]."""
        gain = self.k * inputs.dosing * jnp.clip(inputs.relief, 0, 1)
        return relax(state, gain, gain + 1 / self.tau, dt)

    def engagement(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Share of what sessions ask for that is done [1]."""
        return 1 - self.lowers * state
