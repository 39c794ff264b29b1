"""Mood: momentum of recent surprises, and the present state of things (E14).

    tau_h dh/dt = -h + flux
    tau_m dm/dt = -m + tanh(k_mu mean(mu) + k_h h + k_e E + b_p W + b_rho rho + lift)

`flux` is the rate at which beliefs are moving (mean over domains, per `flux_unit`):
good surprises lift, bad ones lower. `lift` collects what acts on mood from outside: a
background antidepressant and slow expectancy. Both equations are stepped exactly with
their targets held.

What life offers is perceived in the light of mood: better by bias (m - usual). That
positive feedback is zero unless it is switched on.

Assumes: mood as a leaky integral of prediction errors; b_p W is a direct lift by the
open window, b_rho rho one while the drug relaxes beliefs (hypothesis H4). The second
goes with the drug, within hours.
Does not cover: single rewards; their feedback on mood is in `momentum`.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import end_weight, relax


class MoodState(NamedTuple):
    """Momentum h [1] and mood m [1]."""

    momentum: Float[Array, "*batch"]
    mood: Float[Array, "*batch"]


class MoodInputs(NamedTuple):
    """Mean belief, its rate of change [1/h], energy, window, relaxation, lift [1]."""

    belief: Float[Array, "*batch"]
    flux: Float[Array, "*batch"]
    energy: Float[Array, "*batch"]
    window: Float[Array, "*batch"]
    relaxation: Float[Array, "*batch"]
    lift: Float[Array, "*batch"]


class Mood(AbstractMechanism[MoodState]):
    """Mood m in (-1, 1)."""

    tau_h: Float[Array, "*#batch"] = param("mind.mood.tau_h")
    tau_m: Float[Array, "*#batch"] = param("mind.mood.tau_m")
    flux_unit: Float[Array, "*#batch"] = param("mind.mood.flux_unit")
    k_mu: Float[Array, "*#batch"] = param("mind.mood.k_mu")
    k_h: Float[Array, "*#batch"] = param("mind.mood.k_h")
    k_e: Float[Array, "*#batch"] = param("mind.mood.k_e")
    b_p: Float[Array, "*#batch"] = param("mind.mood.b_p")
    b_rho: Float[Array, "*#batch"] = param("mind.mood.b_rho")
    bias: Float[Array, "*#batch"] = param("mind.mood.bias")

    def init(self) -> MoodState:
        """Neither momentum nor mood."""
        zero = jnp.zeros_like(self.tau_m)
        return MoodState(momentum=zero, mood=zero)

    def rest(
        self, momentum: Float[Array, "*batch"], inputs: MoodInputs
    ) -> Float[Array, "*batch"]:
        """Mood [1] to which these inputs lead."""
        return jnp.tanh(
            self.k_mu * inputs.belief
            + self.k_h * momentum
            + self.k_e * inputs.energy
            + self.window_lift(inputs.window)
            + self.b_rho * inputs.relaxation
            + inputs.lift
        )

    def window_lift(self, window: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Direct lift by an open window [1]."""
        return self.b_p * window

    def colour(self, excess: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """How much better life is perceived at a mood above the usual [1]."""
        return self.bias * excess

    def end_weight(self, dt: Float[Array, ""]) -> Float[Array, "*batch"]:
        """How much of an input's change over `dt` [h] mood has met at the end [1]."""
        return end_weight(dt / self.tau_m)

    def step(
        self, state: MoodState, inputs: MoodInputs, dt: Float[Array, ""]
    ) -> MoodState:
        """Momentum and mood after `dt` [h]."""
        flux = inputs.flux * self.flux_unit
        momentum = relax(state.momentum, flux / self.tau_h, 1 / self.tau_h, dt)
        target = self.rest(momentum, inputs)
        mood = relax(state.mood, target / self.tau_m, 1 / self.tau_m, dt)
        return MoodState(momentum=momentum, mood=mood)
