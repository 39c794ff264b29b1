"""What therapy brings to a patient in a step, from the session to the evidence.

who comes -> alliance, frame;  sessions -> traces -> therapy, times alliance, presence,
engagement, receptivity, 1 + kappa W
of threat: as far as the room still counts as life
practice of a day, at midnight -> skill, trait, self-blame, effort; relief -> reliance
"""

from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, UInt32

from kapsim.engine.random import uniforms
from kapsim.mind import Evidence, PlacesInputs, PlacesState, SelfEvidence
from kapsim.patient.loops import Whole, held
from kapsim.patient.person import Person
from kapsim.patient.rooms import Mind, Therapy
from kapsim.patient.schedule import PatientNode
from kapsim.patient.state import (
    Bond,
    Learned,
    Offer,
    PatientState,
    Plastic,
    Practised,
)
from kapsim.therapy import (
    AllianceInputs,
    AttendanceInputs,
    ExperienceInputs,
    PracticeInputs,
    RelianceInputs,
    SessionInputs,
    TherapySignals,
    TraitInputs,
)
from kapsim.units import DAY_H


class Keys(NamedTuple):
    """Streams of what happens to a person: life, sessions, antidepressants."""

    life: UInt32[Array, "2"]
    sessions: UInt32[Array, "2"]
    medicine: UInt32[Array, "2"]


@runtime_checkable
class Treated(Protocol):
    """What of a patient therapy meets."""

    therapy: Therapy
    mind: Mind
    person: Person
    patients: UInt32[Array, " n"]
    keys: Keys
    whole: Whole


def offered(
    patient: Treated, state: PatientState, plastic: Plastic, node: PatientNode
) -> Offer:
    """What therapy brings: alliance, what is learned, evidence, loosened certainty."""
    room, dt = patient.therapy, node.dt
    arriving = SessionInputs(node.session, node.homework)
    sessions = room.modality.attend(state.sessions, arriving)
    signals = room.modality.signals(sessions, dt)
    learned = _learned(patient, state, node)
    bond = _bonded(patient, state, node)
    present = bond.attendance.present
    effect = _effect(patient, bond, learned, plastic.window)
    felt = plastic.relaxation * (1 - node.masked)
    like = jnp.ones_like(state.beliefs.mu)
    valence = room.experience.valence(bond.experience, patient.person.set)
    rate = room.modality.f_t * signals.reach[:, None] * effect[None]
    places, outside = _placed(patient, state, rate[2], dt)
    return Offer(
        sessions=room.modality.step(state.sessions, arriving, dt),
        bond=bond._replace(experience=room.experience.fade(bond.experience, dt)),
        learned=learned,
        practised=_practised(patient, state, signals, node),
        calm=1 - jnp.minimum(signals.calm * present, 1),
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
            rate=room.experience.f_x * felt[None] * like,
            shift=valence[None] * like,
            precision=room.experience.precision * like,
        ),
    )


def activation(
    patient: Treated, state: PatientState, window: Float[Array, " n"]
) -> Float[Array, " n"]:
    """What behavioural activation adds to approach at a moment [1]."""
    room = patient.therapy.modality
    supplied = room.signals(state.sessions, jnp.zeros_like(room.tau_s))
    return supplied.lift * _effect(patient, state.bond, state.learned, window)


def _effect(
    patient: Treated, bond: Bond, learned: Learned, window: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Factor by which what a session has left acts on a person [1]."""
    reached = _reached(patient, bond, learned)
    return reached * (1 + patient.therapy.modality.kappa * window)


def _reached(patient: Treated, bond: Bond, learned: Learned) -> Float[Array, " n"]:
    """How far therapy reaches a person [1]."""
    engaged = patient.therapy.reliance.engagement(learned.reliance)
    present = bond.attendance.present
    return bond.alliance * present * engaged * patient.person.receptivity


def _relief(patient: Treated, state: PatientState) -> Float[Array, " n"]:
    """Share of the usual severity that is gone [1]."""
    return 1 - state.severity / jnp.maximum(patient.person.severity, 1)


def _bonded(patient: Treated, state: PatientState, node: PatientNode) -> Bond:
    """Who comes, alliance and frame after it; draws are keyed by the day."""
    room = patient.therapy

    def begin(bond: Bond) -> Bond:
        key = patient.keys.sessions
        draws = uniforms(key, patient.patients, node.day, 3, dtype=node.dt.dtype)
        inputs = AttendanceInputs(
            number=(node.session > 0).sum().astype(node.dt.dtype),
            gap=node.gap,
            remote=node.remote,
            ends_when_well=node.ends_when_well,
            severity=state.severity,
            alliance=bond.alliance,
            stay=draws[0],
            come=draws[1],
        )
        attendance = room.attendance.step(bond.attendance, inputs, node.dt)
        close = (room.modality.bond @ node.session) * node.closeness
        relief = _relief(patient, state)
        met = AllianceInputs(close, attendance.present, relief, draws[2])
        framed = ExperienceInputs(
            framing=room.modality.framing @ node.session,
            present=attendance.present,
            dosing=node.dosing,
            setting=node.setting,
        )
        return Bond(
            attendance=attendance,
            alliance=room.alliance.step(bond.alliance, met, node.dt),
            experience=room.experience.meet(bond.experience, framed),
        )

    begins = (node.session > 0).any() | (node.dosing > 0).any()
    return jax.lax.cond(begins, begin, lambda bond: bond, state.bond)


def _practised(
    patient: Treated, state: PatientState, signals: TherapySignals, node: PatientNode
) -> Practised:
    """What has been practised since midnight, at the end of the step."""
    visit = patient.therapy.expectancy.dosing_contact(state.expectancy, node.dosing)
    now = Practised(
        signals.skill, signals.insight, signals.self_blame, signals.effort, visit
    )
    kept = 1 - node.new_day.astype(node.dt.dtype)
    return jax.tree.map(
        lambda past, rate: kept * past + rate * node.dt, state.practised, now
    )


def _learned(patient: Treated, state: PatientState, node: PatientNode) -> Learned:
    """At midnight, what the practice of the day leaves; who came last counts."""
    room, done = patient.therapy, state.practised
    day = jnp.full_like(node.dt, DAY_H)

    def turn(learned: Learned) -> Learned:
        reached = _reached(patient, state.bond, learned)
        mean = lambda hours: PracticeInputs(hours / DAY_H * reached)
        sought = RelianceInputs(done.dosing / DAY_H, _relief(patient, state))
        return Learned(
            skill=room.skill.step(learned.skill, mean(done.skill), day),
            insight=room.insight.step(learned.insight, mean(done.insight), day),
            trait=room.trait.step(learned.trait, TraitInputs(learned.insight), day),
            self_blame=room.self_blame.step(
                learned.self_blame, mean(done.self_blame), day
            ),
            effort=room.effort.step(learned.effort, mean(done.effort), day),
            reliance=room.reliance.step(learned.reliance, sought, day),
        )

    return jax.lax.cond(node.new_day, turn, lambda learned: learned, state.learned)


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
