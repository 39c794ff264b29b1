"""The body budget (E10) and the precision of interoceptive evidence (E9).

    tau_e dE/dt = -(E - E0) + e_a (a - 1/2) - e_t calm sigma(-4 mu_threat) - e_r R / R0
    pi_o        = pi_rest (1 + chi demand (1 - deficit (1 - c_w W)))
    demand      = max(0, E0 - E)

A body under demand should be listened to more closely. In depression the precision
fails to rise: `deficit` near one. Interoceptive training lowers the deficit.

    d(deficit)/dt = (deficit0 - deficit) / tau_i - k_i training deficit

Assumes: predicted threat spends energy (theory); the failure to raise precision under
perturbation is measured (heartbeat tapping under breath-hold). No data show that the
drug changes interoceptive precision: the coupling c_w to its window W is an assumption,
and zero unless it is switched on.
Does not cover: what a person believes of the own regulation; that is self-efficacy.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class BodyState(NamedTuple):
    """Energy E [1] and deficit of interoceptive precision [1]."""

    energy: Float[Array, "*batch"]
    deficit: Float[Array, "*batch"]


class BodyInputs(NamedTuple):
    """Approach a, threat belief, relative rumination R/R0, calm, training [1]."""

    approach: Float[Array, "*batch"]
    threat: Float[Array, "*batch"]
    rumination: Float[Array, "*batch"]
    calm: Float[Array, "*batch"]
    training: Float[Array, "*batch"]


class Body(AbstractMechanism[BodyState]):
    """Energy and the precision with which it is felt."""

    tau_e: Float[Array, "*#batch"] = param("mind.body.tau_e")
    e0: Float[Array, "*#batch"] = param("mind.body.e0")
    e_a: Float[Array, "*#batch"] = param("mind.body.e_a")
    e_t: Float[Array, "*#batch"] = param("mind.body.e_t")
    e_r: Float[Array, "*#batch"] = param("mind.body.e_r")
    steep: Float[Array, "*#batch"] = param("mind.body.steep")
    pi_rest: Float[Array, "*#batch"] = param("mind.body.pi_rest")
    chi: Float[Array, "*#batch"] = param("mind.body.chi")
    deficit0: Float[Array, "*#batch"] = param("mind.body.deficit0")
    tau_i: Float[Array, "*#batch"] = param("mind.body.tau_i")
    k_i: Float[Array, "*#batch"] = param("mind.body.k_i")
    c_w: Float[Array, "*#batch"] = param("mind.body.c_w")

    def init(self) -> BodyState:
        """Budget at its set-point, precision as in untreated depression."""
        return BodyState(energy=self.e0, deficit=self.deficit0)

    def rest(self, inputs: BodyInputs) -> Float[Array, "*batch"]:
        """Energy [1] to which these inputs lead."""
        drain = self.e_t * inputs.calm * jax.nn.sigmoid(-self.steep * inputs.threat)
        gain = self.e_a * (inputs.approach - 0.5)
        return self.e0 + gain - drain - self.e_r * inputs.rumination

    def step(
        self, state: BodyState, inputs: BodyInputs, dt: Float[Array, ""]
    ) -> BodyState:
        """Budget and deficit after `dt` [h]."""
        energy = relax(state.energy, self.rest(inputs) / self.tau_e, 1 / self.tau_e, dt)
        gain = self.deficit0 / self.tau_i
        rate = 1 / self.tau_i + self.k_i * inputs.training
        return BodyState(energy=energy, deficit=relax(state.deficit, gain, rate, dt))

    def precision(
        self, state: BodyState, window: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Precision pi_o [1] of interoceptive evidence under an open window W (E9)."""
        demand = jnp.maximum(self.e0 - state.energy, 0)
        deficit = state.deficit * (1 - self.c_w * window)
        return self.pi_rest * (1 + self.chi * demand * (1 - deficit))
