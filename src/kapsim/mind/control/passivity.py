"""Passivity as the unlearned answer to adversity, held off by learned control.

    C <- 1 - (1 - C) exp(-eta_c (1 + kappa W) max(0, s))     control that is kept
    D <- D exp(-t / tau_d)                                   over a pause t
    D <- 1 - (1 - D) exp(-k_d x (1 - C))                     after adversity x

Long adversity makes passive by itself. Control that is sensed (s, by how much it
exceeds what counts as none) and learned (C) keeps adversity from acting, and holds off
what passivity there is: D (1 - C) is what shows. It is not unlearned, so whoever once
had control stays protected. Nothing is learned about the absence of control: what the
drug's window W multiplies is the learning of control. Passivity is general, not about
one task. A person tries to act with probability sigma(beta (1 - D (1 - C) - theta)).

Assumes: protection is kept for good; passivity wears off over days.
Does not cover: which response is tried; the circuit (prefrontal control over the
serotonergic raphe) beyond these two quantities.

Source: the reading of Maier and Seligman (2016) and Baratta et al. (2023); the
equations are a choice, worked out by hand on the triadic design.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class PassivityState(NamedTuple):
    """Control that is kept, C, and passivity, D [1], both between 0 and 1."""

    control: Float[Array, ""]
    passivity: Float[Array, ""]


class PassivityTrial(NamedTuple):
    """Pause before the trial [h]; adversity x, control sensed s, window W [1]."""

    pause: Float[Array, ""]
    adversity: Float[Array, ""]
    sensed: Float[Array, ""]
    window: Float[Array, ""]


class Passivity(AbstractTrialLearner[PassivityState, PassivityState]):
    """Passivity and what protects from it; the signals are the state before a trial."""

    eta_c: Float[Array, "*#batch"] = param("mind.passivity.eta_c")
    k_d: Float[Array, "*#batch"] = param("mind.passivity.k_d")
    tau_d: Float[Array, "*#batch"] = param("mind.passivity.tau_d")
    kappa: Float[Array, "*#batch"] = param("mind.control.kappa")
    beta: Float[Array, "*#batch"] = param("mind.control.beta")
    theta: Float[Array, "*#batch"] = param("mind.control.theta")

    def init(self) -> PassivityState:
        """Neither adversity nor control was met."""
        zero = jnp.zeros_like(self.k_d)
        return PassivityState(zero, zero)

    def passive(self, state: PassivityState) -> Float[Array, ""]:
        """Passivity that control lets through [1]."""
        return state.passivity * (1 - state.control)

    def trying(self, state: PassivityState) -> Float[Array, ""]:
        """Probability [1] of trying to act, rather than of waiting."""
        return jax.nn.sigmoid(self.beta * (1 - self.passive(state) - self.theta))

    def rested(self, state: PassivityState, pause: Float[Array, ""]) -> PassivityState:
        """State after a pause [h]."""
        return PassivityState(
            state.control, state.passivity * jnp.exp(-pause / self.tau_d)
        )

    def trial(
        self, state: PassivityState, inputs: PassivityTrial
    ) -> tuple[PassivityState, PassivityState]:
        """State after a pause and a trial, and the one before the trial."""
        before = self.rested(state, inputs.pause)
        speed = self.eta_c * (1 + self.kappa * inputs.window)
        missing = jnp.exp(-speed * jnp.maximum(inputs.sensed, 0))
        control = 1 - (1 - before.control) * missing
        active = jnp.exp(-self.k_d * inputs.adversity * (1 - control))
        return PassivityState(control, 1 - (1 - before.passivity) * active), before
