"""Effect of an oral antidepressant in the background.

    db/dt = (size * takes * taken - b) / tau
    takes = 1 with the probability that a treatment takes on this person, else partial

b adds to the drive of mood. A newly started drug rises over weeks, and passes as slowly
once it is withdrawn; one that is continued is part of the state in which the patient
enters, so `taken` is 0 for it. Each new drug has another chance.

Assumes: one time constant; drugs differ in whom they help, not in how much.
Does not cover: drug and dose, symptoms of withdrawal, side effects.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class AntidepressantInputs(NamedTuple):
    """Whether a new one is taken (0 or 1), and how far it takes on the person [1]."""

    taken: Float[Array, "*#batch"]
    takes: Float[Array, "*batch"]


class BackgroundAntidepressant(AbstractMechanism[Float[Array, "..."]]):
    """Effect b [1] on the drive of mood."""

    size: Float[Array, "*#batch"] = param("drug.antidepressant.size")
    tau: Float[Array, "*#batch"] = param("drug.antidepressant.tau")
    partial: Float[Array, "*#batch"] = param("drug.antidepressant.partial")

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
        gain = self.size * inputs.takes * inputs.taken / self.tau
        return relax(state, gain, 1 / self.tau, dt)

    def takes(
        self, treatability: Float[Array, "*batch"], draw: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """How far a new one takes [1], by its chance and a uniform draw."""
        return jnp.where(draw < treatability, jnp.ones_like(draw), self.partial)
