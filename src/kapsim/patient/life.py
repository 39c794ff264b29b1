"""Life as it arrives: a fluctuation, a slow drift, and week-scale symptom noise.

Each is an Ornstein-Uhlenbeck process in units of its stationary SD, turned once a day,
a whole number of days from the first dose, exactly:

    x <- x exp(-24 h / tau) + sqrt(1 - exp(-48 h / tau)) n,      n standard normal

The noise is keyed by the day, so neither the time grid nor another arm changes it.

Assumes: good and bad times are Gaussian; a day is the finest scale.
Does not cover: single named events.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class LifeState(NamedTuple):
    """Fluctuation, slow drift and symptom noise, in their SDs [1]."""

    fluctuation: Float[Array, "*batch"]
    drift: Float[Array, "*batch"]
    symptom: Float[Array, "*batch"]


class LifeInputs(NamedTuple):
    """Standard normals of the step: fluctuation, drift, symptom."""

    noise: tuple[Float[Array, "*batch"], Float[Array, "*batch"], Float[Array, "*batch"]]


class Life(AbstractMechanism[LifeState]):
    """What life offers a person beyond its usual level."""

    fluctuation: Float[Array, "*#batch"] = param("patient.life.fluctuation")
    tau_f: Float[Array, "*#batch"] = param("patient.life.tau_f")
    drift: Float[Array, "*#batch"] = param("patient.life.drift")
    tau_s: Float[Array, "*#batch"] = param("patient.life.tau_s")
    symptom_sd: Float[Array, "*#batch"] = param("measures.entry.fluctuation_sd")
    symptom_tau: Float[Array, "*#batch"] = param("patient.life.symptom_tau")

    def init(self) -> LifeState:
        """Neither good nor bad."""
        zero = jnp.zeros_like(self.tau_f)
        return LifeState(zero, zero, zero)

    def step(
        self, state: LifeState, inputs: LifeInputs, dt: Float[Array, ""]
    ) -> LifeState:
        """State after `dt` [h]; exact for any length."""
        taus = (self.tau_f, self.tau_s, self.symptom_tau)
        return LifeState(
            *(
                x * jnp.exp(-dt / tau) + jnp.sqrt(-jnp.expm1(-2 * dt / tau)) * n
                for x, tau, n in zip(state, taus, inputs.noise, strict=True)
            )
        )

    def content(self, state: LifeState) -> Float[Array, "*batch"]:
        """How much better than usual life is now [1]."""
        return self.fluctuation * state.fluctuation + self.drift * state.drift

    def symptom(self, state: LifeState) -> Float[Array, "*batch"]:
        """Week-scale fluctuation of severity [points]."""
        return self.symptom_sd * state.symptom
