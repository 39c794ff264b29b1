"""The content of a dosing session: set and setting, weighted by the relaxation.

Preparation builds a frame F for what will be met; it fades slowly:

    F <- F + (1 - F) (1 - exp(-g s))  at a session attended;   dF/dt = -F / tau

While the drug is on board the session brings experiences at rate f_x rho whose content
lies v above (or below) what the person believes, in each domain:

    v = set_up F + setting c + spread z

c is 1 where somebody is with the person during the session, z what the person brings.
A prepared and accompanied session tends to bring good content, an unprepared one brings
none on average, and a single one may be bad: then it harms. With no content the
relaxation alone changes no belief.

Assumes: everything here; no measurement fixes the size or the sign.
Does not cover: kinds of content (mystical-type, ego-dissolution).
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class ExperienceState(NamedTuple):
    """Frame F [1], and whether the latest dosing session was accompanied [0 or 1]."""

    frame: Float[Array, "*batch"]
    setting: Float[Array, "*#batch"]


class ExperienceInputs(NamedTuple):
    """Framing sessions [of 50 min] and who attends; whether a dose begins, its setting.

    All are 0 where nothing begins.
    """

    framing: Float[Array, ""]
    present: Float[Array, "*batch"]
    dosing: Float[Array, "*#batch"]
    setting: Float[Array, "*#batch"]


class Experience(AbstractMechanism[ExperienceState]):
    """Frame and setting, and the valence v [1] of what a dosing session brings."""

    f_x: Float[Array, "*#batch"] = param("therapy.experience.f_x")
    precision: Float[Array, "*#batch"] = param("therapy.experience.precision")
    growth: Float[Array, "*#batch"] = param("therapy.experience.growth")
    tau: Float[Array, "*#batch"] = param("therapy.experience.tau")
    set_up: Float[Array, "*#batch"] = param("therapy.experience.set_up")
    setting: Float[Array, "*#batch"] = param("therapy.experience.setting")
    spread: Float[Array, "*#batch"] = param("therapy.experience.spread")

    def init(self) -> ExperienceState:
        """Nothing prepared."""
        zero = jnp.zeros_like(self.set_up)
        return ExperienceState(zero, jnp.zeros_like(zero, shape=()))

    def step(
        self, state: ExperienceState, inputs: ExperienceInputs, dt: Float[Array, ""]
    ) -> ExperienceState:
        """State after what begins here, and `dt` [h]."""
        return self.fade(self.meet(state, inputs), dt)

    def fade(self, state: ExperienceState, dt: Float[Array, ""]) -> ExperienceState:
        """State `dt` [h] later, where nothing begins."""
        return state._replace(frame=state.frame * jnp.exp(-dt / self.tau))

    def meet(self, state: ExperienceState, inputs: ExperienceInputs) -> ExperienceState:
        """State after what begins at this node."""
        built = -jnp.expm1(-self.growth * inputs.framing) * inputs.present
        begins = inputs.dosing > 0
        return ExperienceState(
            frame=state.frame + (1 - state.frame) * built,
            setting=jnp.where(begins, inputs.setting, state.setting),
        )

    def valence(
        self, state: ExperienceState, person: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Valence v [1] for what the person brings [1]."""
        prepared = self.set_up * state.frame + self.setting * state.setting
        return prepared + self.spread * person
