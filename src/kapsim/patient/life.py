"""Life as it arrives: a fluctuation, a slow drift, severe events, and symptom noise.

Fluctuation, drift and week-scale symptom noise are Ornstein-Uhlenbeck processes in
units of their stationary SD, turned once a day, a whole number of days from the first
dose, exactly:

    x <- x exp(-24 h / tau) + sqrt(1 - exp(-48 h / tau)) n,      n standard normal

Severe events (a loss, a defeat) come by chance at rate r; each makes life worse by
`event_size`, and passes:

    e <- e exp(-24 h / tau_e) + 1 with probability 1 - exp(-24 h r)

People fall ill in hard times. What holds a person at entry is life as it is then, with
the drift at d0 < 0; as hard times pass, life becomes better than it was at entry:

    content = fluctuation x_f + drift (x_s - d0) - event_size e

The noise is keyed by the day, so neither the time grid nor another arm changes it.

Assumes: good and bad times are Gaussian; a day is the finest scale; events do not
depend on the person.
Does not cover: events that people bring about themselves.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jax.scipy.special import ndtri
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class LifeState(NamedTuple):
    """Fluctuation, drift and symptom noise, in their SDs, and severe events [1]."""

    fluctuation: Float[Array, "*batch"]
    drift: Float[Array, "*batch"]
    symptom: Float[Array, "*batch"]
    events: Float[Array, "*batch"]


class LifeInputs(NamedTuple):
    """Standard normals of the step: fluctuation, drift, symptom; and for events."""

    fluctuation: Float[Array, "*batch"]
    drift: Float[Array, "*batch"]
    symptom: Float[Array, "*batch"]
    chance: Float[Array, "*batch"]


def _turned(
    x: Float[Array, "*batch"],
    noise: Float[Array, "*batch"],
    share: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """An Ornstein-Uhlenbeck process after a `share` of its time constant."""
    return x * jnp.exp(-share) + jnp.sqrt(-jnp.expm1(-2 * share)) * noise


class Life(AbstractMechanism[LifeState]):
    """What life offers a person beyond its usual level."""

    fluctuation: Float[Array, "*#batch"] = param("patient.life.fluctuation")
    tau_f: Float[Array, "*#batch"] = param("patient.life.tau_f")
    drift: Float[Array, "*#batch"] = param("patient.life.drift")
    tau_s: Float[Array, "*#batch"] = param("patient.life.tau_s")
    symptom_sd: Float[Array, "*#batch"] = param("measures.entry.fluctuation_sd")
    symptom_tau: Float[Array, "*#batch"] = param("patient.life.symptom_tau")
    event_rate: Float[Array, "*#batch"] = param("patient.life.event_rate")
    event_size: Float[Array, "*#batch"] = param("patient.life.event_size")
    tau_e: Float[Array, "*#batch"] = param("patient.life.tau_e")

    def init(self) -> LifeState:
        """Neither good nor bad."""
        zero = jnp.zeros_like(self.tau_f)
        return LifeState(zero, zero, zero, zero)

    def step(
        self, state: LifeState, inputs: LifeInputs, dt: Float[Array, ""]
    ) -> LifeState:
        """State after `dt` [h]; exact for any length."""
        happens = inputs.chance < ndtri(-jnp.expm1(-dt * self.event_rate))
        past = state.events * jnp.exp(-dt / self.tau_e)
        return LifeState(
            _turned(state.fluctuation, inputs.fluctuation, dt / self.tau_f),
            _turned(state.drift, inputs.drift, dt / self.tau_s),
            _turned(state.symptom, inputs.symptom, dt / self.symptom_tau),
            past + happens.astype(past.dtype),
        )

    def content(
        self, state: LifeState, hard_times: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """How much better life is now than what held the person at entry [1].

        `hard_times` is the drift at entry d0, in its SDs.
        """
        past = self.drift * (state.drift - hard_times)
        return (
            self.fluctuation * state.fluctuation
            + past
            - (self.event_size * state.events)
        )

    def symptom(self, state: LifeState) -> Float[Array, "*batch"]:
        """Week-scale fluctuation of severity [points]."""
        return self.symptom_sd * state.symptom
