"""What therapy brings to a patient in a step, from the session to the evidence.

sessions -> traces -> therapy, times alliance, engagement, treatability, 1 + kappa W
of threat: as far as the room still counts as life
"""

from typing import Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.mind import Evidence, PlacesInputs, PlacesState, SelfEvidence
from kapsim.patient.loops import Whole, held
from kapsim.patient.person import Person
from kapsim.patient.rooms import Mind, Therapy
from kapsim.patient.schedule import PatientNode
from kapsim.patient.state import Offer, PatientState, Plastic
from kapsim.therapy import (
    AllianceInputs,
    EngagementInputs,
    ExperienceInputs,
    PracticeInputs,
    SessionInputs,
)


@runtime_checkable
class Treated(Protocol):
    """What of a patient therapy meets."""

    therapy: Therapy
    mind: Mind
    person: Person
    whole: Whole


def offered(
    patient: Treated, state: PatientState, plastic: Plastic, node: PatientNode
) -> Offer:
    """What therapy brings: alliance, skill, evidence, loosened certainty."""
    room, dt = patient.therapy, node.dt
    arriving = SessionInputs(node.session, node.homework)
    sessions = room.modality.attend(state.sessions, arriving)
    signals = room.modality.signals(sessions, dt)
    bond = AllianceInputs(room.modality.bond @ node.session)
    alliance = room.alliance.step(state.alliance, bond, dt)
    taken = room.engagement.read(EngagementInputs(state.severity))
    reached = alliance * taken * patient.person.treatability
    effect = reached * (1 + room.modality.kappa * plastic.window)
    like = jnp.ones_like(state.beliefs.mu)
    prepared = alliance - room.alliance.init()
    valence = room.experience.read(ExperienceInputs(prepared, patient.person.set))
    rate = room.modality.f_t * signals.reach[:, None] * effect[None]
    places, outside = _placed(patient, state, rate[2], dt)
    return Offer(
        sessions=room.modality.step(state.sessions, arriving, dt),
        alliance=alliance,
        skill=room.skill.step(state.skill, PracticeInputs(signals.skill * reached), dt),
        trait=room.trait.step(
            state.trait, PracticeInputs(signals.insight * reached), dt
        ),
        effect=effect,
        calm=1 - jnp.minimum(signals.calm * taken, 1),
        training=signals.training * effect,
        lift=signals.lift * effect,
        blocked=signals.exposure * effect,
        evidence=Evidence(
            rate=jnp.stack([rate[0], rate[1], outside]),
            content=room.modality.content * like,
            precision=room.modality.pi_t * like,
        ),
        places=places,
        certainty_loss=signals.loosening[:, None] * effect[None],
        experience=SelfEvidence(
            rate=room.experience.f_x * plastic.relaxation[None] * like,
            shift=valence[None] * like,
            precision=room.experience.precision * like,
        ),
    )


def _placed(
    patient: Treated,
    state: PatientState,
    rate: Float[Array, " n"],
    dt: Float[Array, ""],
) -> tuple[PlacesState, Float[Array, " n"]]:
    """What was learned of threat in the room, and the rate that tells of life."""
    own = patient.mind.places
    beyond = patient.therapy.modality.content - state.beliefs.mu[2]
    share = held(patient.whole.places, own.ascribed(state.places), jnp.ones_like(rate))
    return own.step(state.places, PlacesInputs(rate, beyond), dt), rate * share
