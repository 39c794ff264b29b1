"""Effect of an oral antidepressant in the background.

    db/dt = (size * treatability * started - b) / tau

b adds to the drive of mood. A newly started drug rises over weeks; one that is
continued is part of the state in which the patient enters, so `started` is 0 for it.

Assumes: one time constant; responders and others differ through `treatability`.
Does not cover: drug and dose, withdrawal, side effects.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class AntidepressantInputs(NamedTuple):
    """Whether one has been newly started (0 or 1), and what part of it acts [1]."""

    started: Float[Array, ""]
    treatability: Float[Array, "*batch"]


class BackgroundAntidepressant(AbstractMechanism[Float[Array, "..."]]):
    """Effect b [1] on the drive of mood."""

    size: Float[Array, "*#batch"] = param("drug.antidepressant.size")
    tau: Float[Array, "*#batch"] = param("drug.antidepressant.tau")

    def init(self) -> Float[Array, "..."]:
        """No effect yet."""
        return jnp.zeros_like(self.size)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: AntidepressantInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Effect after `dt` [h]."""
        gain = self.size * inputs.treatability * inputs.started / self.tau
        return relax(state, gain, 1 / self.tau, dt)
