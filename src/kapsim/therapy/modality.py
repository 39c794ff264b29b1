"""What a session leaves behind, and where its modality acts.

A session of modality k adds minutes / 50 to a trace x_k that fades within days; where
homework is set it also adds to a slower trace at a lower rate:

    dx_k/dt = -x_k / tau_s          du_k/dt = -u_k / tau_h          T_k = x_k + h u_k

A modality acts where it acts (rows of the tables below, one weight per modality):

    reach      content offered to the beliefs about body, rank and threat
    loosening  lowers the certainty of a belief, good or bad, and asserts nothing
    lift       share of life approached in the days after (behavioural activation)
    effort     practice that lowers effort sensitivity (goal setting)
    self_blame practice that lowers the internal attribution of bad events
    exposure   life evidence about danger with avoidance blocked
    training   interoceptive precision
    calm       energy spent on threat
    framing    frame for what a dosing session may bring
    skill, insight, bond, hope   growth of skill, slow trait, alliance and expectancy

What of it meets a person is nothing where the last session was missed, and else

    reach, loosening, lift, exposure, training   times alliance * engagement *
                                                 receptivity * (1 + kappa W)
    skill, insight, self_blame, effort           the same without 1 + kappa W
    calm, framing, bond                          as supplied

Hope is raised by every session that is offered, missed or not (see `expectancy`).

Assumes: the weights are the field's account of what each modality does; their sizes are
not measured. Minutes count linearly.
Does not cover: session quality, therapist effects.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import mean_decay

MODALITIES = (
    "preparation",
    "support",
    "restructuring",
    "activation",
    "exposure",
    "interoceptive",
    "self_association",
    "integration",
    "psychodynamic",
)


class SessionState(NamedTuple):
    """Traces [sessions of 50 min] of sessions and of homework, by modality."""

    session: Float[Array, "modality"]
    homework: Float[Array, "modality"]


class SessionInputs(NamedTuple):
    """Sessions [of 50 min] begun at this node, by modality; those with homework."""

    session: Float[Array, "modality"]
    homework: Float[Array, "modality"]


class TherapySignals(NamedTuple):
    """What traces supply, before it meets the person [1, or 1/h for rates]."""

    reach: Float[Array, "3"]
    loosening: Float[Array, "3"]
    lift: Float[Array, ""]
    exposure: Float[Array, ""]
    training: Float[Array, ""]
    calm: Float[Array, ""]
    skill: Float[Array, ""]
    insight: Float[Array, ""]
    self_blame: Float[Array, ""]
    effort: Float[Array, ""]


class Modality(AbstractMechanism[SessionState]):
    """Sessions as fading traces with a place of action."""

    tau_s: Float[Array, ""] = param("therapy.modality.tau_s")
    tau_h: Float[Array, ""] = param("therapy.modality.tau_h")
    h: Float[Array, ""] = param("therapy.modality.h")
    f_t: Float[Array, "*#batch"] = param("therapy.modality.f_t")
    pi_t: Float[Array, "*#batch"] = param("therapy.modality.pi_t")
    content: Float[Array, "*#batch"] = param("therapy.modality.content")
    kappa: Float[Array, "*#batch"] = param("therapy.modality.kappa")
    reach: Float[Array, "3 modality"] = param("therapy.modality.reach")
    loosening: Float[Array, "3 modality"] = param("therapy.modality.loosening")
    lift: Float[Array, "modality"] = param("therapy.modality.lift")
    exposure: Float[Array, "modality"] = param("therapy.modality.exposure")
    training: Float[Array, "modality"] = param("therapy.modality.training")
    calm: Float[Array, "modality"] = param("therapy.modality.calm")
    skill: Float[Array, "modality"] = param("therapy.modality.skill")
    insight: Float[Array, "modality"] = param("therapy.modality.insight")
    bond: Float[Array, "modality"] = param("therapy.modality.bond")
    hope: Float[Array, "modality"] = param("therapy.modality.hope")
    self_blame: Float[Array, "modality"] = param("therapy.modality.self_blame")
    effort: Float[Array, "modality"] = param("therapy.modality.effort")
    framing: Float[Array, "modality"] = param("therapy.modality.framing")

    def init(self) -> SessionState:
        """No session yet."""
        zero = jnp.zeros_like(self.lift)
        return SessionState(session=zero, homework=zero)

    def attend(self, state: SessionState, inputs: SessionInputs) -> SessionState:
        """Traces after the sessions that begin at this node."""
        return SessionState(
            session=state.session + inputs.session,
            homework=state.homework + inputs.homework,
        )

    def step(
        self, state: SessionState, inputs: SessionInputs, dt: Float[Array, ""]
    ) -> SessionState:
        """Traces after `dt` [h], sessions attended first."""
        state = self.attend(state, inputs)
        return SessionState(
            session=state.session * jnp.exp(-dt / self.tau_s),
            homework=state.homework * jnp.exp(-dt / self.tau_h),
        )

    def signals(self, state: SessionState, dt: Float[Array, ""]) -> TherapySignals:
        """What the fading traces supply on average over the next `dt` [h]."""
        session = state.session * mean_decay(dt / self.tau_s)
        homework = state.homework * mean_decay(dt / self.tau_h)
        trace = session + self.h * homework
        return TherapySignals(
            reach=self.reach @ trace,
            loosening=self.loosening @ trace,
            lift=self.lift @ trace,
            exposure=self.exposure @ trace,
            training=self.training @ trace,
            calm=self.calm @ trace,
            skill=self.skill @ trace,
            insight=self.insight @ trace,
            self_blame=self.self_blame @ trace,
            effort=self.effort @ trace,
        )
