"""Involuntary defeat: driven by unexpected loss, ended by winning and by yielding.

    dD/dt = k_l loss (1 - D) - [k_w win + (eps + (1 - eps) y) / tau] D

y is the share of the time in which yielding, accepting or escaping is open to the
person. Who can do none of it is entrapped, and keeps the defeat: only eps of the way
out is left. Exact over a step with its inputs held.

Assumes: one pool of defeat for all contests. In social rank theory losing switches an
involuntary strategy on that yielding switches off; depression is its prolongation.
Does not cover: who the contest was lost to.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class DefeatInputs(NamedTuple):
    """Unexpected loss and win [1/h]; yielding y [1]."""

    loss: Float[Array, "*batch"]
    win: Float[Array, "*batch"]
    yielding: Float[Array, "*batch"]


class Defeat(AbstractMechanism[Float[Array, "..."]]):
    """Involuntary defeat D [1], between 0 and 1."""

    k_l: Float[Array, "*#batch"] = param("mind.defeat.k_l")
    k_w: Float[Array, "*#batch"] = param("mind.defeat.k_w")
    tau: Float[Array, "*#batch"] = param("mind.defeat.tau")
    eps: Float[Array, "*#batch"] = param("mind.defeat.eps")
    b_d: Float[Array, "*#batch"] = param("mind.defeat.b_d")

    def init(self) -> Float[Array, "..."]:
        """No defeat."""
        return jnp.zeros_like(self.tau)

    def rates(
        self, inputs: DefeatInputs
    ) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
        """Onset and end of defeat [1/h]."""
        open_way = self.eps + (1 - self.eps) * inputs.yielding
        return self.k_l * inputs.loss, self.k_w * inputs.win + open_way / self.tau

    def rest(self, inputs: DefeatInputs) -> Float[Array, "*batch"]:
        """Defeat [1] to which these inputs lead."""
        onset, end = self.rates(inputs)
        return onset / (onset + end)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: DefeatInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Defeat after `dt` [h]."""
        onset, end = self.rates(inputs)
        return relax(state, onset, onset + end, dt)

    def weight(self, excess: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """How far defeat above a person's usual lowers mood [1]."""
        return self.b_d * excess
