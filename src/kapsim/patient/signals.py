"""Patients as nobody sees them: the system whose observations are inner signals."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.brain import RelaxationInputs
from kapsim.engine.scan import AbstractSystem
from kapsim.patient import felt
from kapsim.patient.coping import coping_at
from kapsim.patient.schedule import PatientNode
from kapsim.patient.state import PatientState
from kapsim.patient.virtual_patient import VirtualPatient
from kapsim.units import DAY_H


class Signals(NamedTuple):
    """Signals of each patient at a node; units in the names, else [1]."""

    ketamine_ng_ml: Float[Array, " n"]
    occupancy: Float[Array, " n"]
    dissociation: Float[Array, " n"]
    drug_high: Float[Array, " n"]
    sedation: Float[Array, " n"]
    systolic_rise_mmhg: Float[Array, " n"]
    diastolic_rise_mmhg: Float[Array, " n"]
    heart_rate_rise_bpm: Float[Array, " n"]
    felt_effect: Float[Array, " n"]
    relaxation: Float[Array, " n"]
    surge: Float[Array, " n"]
    window: Float[Array, " n"]
    consolidation: Float[Array, " n"]
    belief_body: Float[Array, " n"]
    belief_rank: Float[Array, " n"]
    belief_threat: Float[Array, " n"]
    rumination_per_day: Float[Array, " n"]
    approach: Float[Array, " n"]
    mood: Float[Array, " n"]
    body_budget: Float[Array, " n"]
    self_efficacy: Float[Array, " n"]
    defeat: Float[Array, " n"]
    room_as_life: Float[Array, " n"]
    severity: Float[Array, " n"]
    expectancy: Float[Array, " n"]
    guess_active: Float[Array, " n"]
    antidepressant: Float[Array, " n"]
    alliance: Float[Array, " n"]
    sessions_attended: Float[Array, " n"]
    in_therapy: Float[Array, " n"]
    skill: Float[Array, " n"]
    insight: Float[Array, " n"]
    trait: Float[Array, " n"]
    self_blame: Float[Array, " n"]
    effort: Float[Array, " n"]
    reliance: Float[Array, " n"]
    frame: Float[Array, " n"]
    dose_level: Float[Array, " n"]
    doses_given: Float[Array, " n"]
    stopped: Float[Array, " n"]
    rescued: Float[Array, " n"]


class SignalView(AbstractSystem[PatientState, Signals]):
    """Virtual patients whose inner signals are recorded."""

    patient: VirtualPatient

    def init(self) -> PatientState:
        """Patients at rest."""
        return self.patient.init()

    def step(self, state: PatientState, node: PatientNode) -> PatientState:
        """Step the patients."""
        return self.patient.step(state, node)

    def observe(self, state: PatientState, node: PatientNode) -> Signals:
        """Signals at this node, before what happens there."""
        return self.shown(state, self.patient.met(state, node))

    def shown(self, state: PatientState, node: PatientNode) -> Signals:
        """Signals at a node as each person meets it."""
        patient = self.patient
        acute, brain, mind = patient.pharmacology, patient.brain, patient.mind
        levels = patient.kinetics.read(state.drug)
        now = felt.Moment(state.tolerance, levels, node)
        rise = acute.cardiovascular.rise(state.pressure)
        window = brain.window.open(state.store)
        does = coping_at(patient, state, window)
        mu, learned = state.beliefs.mu, state.learned
        hope = patient.expectation(state, node)
        return Signals(
            ketamine_ng_ml=levels.ketamine,
            occupancy=acute.occupancy.read(levels).occupancy,
            dissociation=felt.dissociation(acute, now),
            drug_high=felt.drug_high(acute, now),
            sedation=felt.sedation(acute, now),
            systolic_rise_mmhg=rise.systolic,
            diastolic_rise_mmhg=rise.diastolic,
            heart_rate_rise_bpm=rise.heart_rate,
            felt_effect=felt.cue(acute, now),
            relaxation=brain.relaxation.read(RelaxationInputs(state.drive)),
            surge=state.surge,
            window=window,
            consolidation=state.consolidated,
            belief_body=mu[0],
            belief_rank=mu[1],
            belief_threat=mu[2],
            rumination_per_day=DAY_H * does.rumination,
            approach=does.approach,
            mood=state.mood.mood,
            body_budget=state.body.energy,
            self_efficacy=state.self_efficacy,
            defeat=state.defeat,
            room_as_life=mind.places.ascribed(state.places),
            severity=mind.severity.points(state.severity),
            expectancy=patient.therapy.expectancy.relief(state.expectancy, hope),
            guess_active=hope.active,
            antidepressant=state.antidepressant,
            alliance=state.bond.alliance,
            sessions_attended=state.bond.attendance.attended,
            in_therapy=state.bond.attendance.enrolled,
            skill=learned.skill,
            insight=learned.insight,
            trait=learned.trait,
            self_blame=learned.self_blame,
            effort=learned.effort,
            reliance=learned.reliance,
            frame=state.bond.experience.frame,
            **_doses(state, node),
        )


def _doses(state: PatientState, node: PatientNode) -> dict[str, Float[Array, " n"]]:
    """Multiple of the written amount last given (0 while none), doses, what ended."""
    own, zero = state.regimen, jnp.zeros_like(state.severity)
    if own is None:
        number = zero + node.begun.astype(zero.dtype)
        level = jnp.minimum(number, 1)
        return dict(dose_level=level, doses_given=number, stopped=zero, rescued=zero)
    return dict(
        dose_level=own.factor,
        doses_given=own.given,
        stopped=own.stopped.astype(zero.dtype),
        rescued=(own.medicine > 0).astype(zero.dtype),
    )
