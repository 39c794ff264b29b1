"""What a virtual patient carries from node to node, and what a step is made of."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.mind import (
    BeliefState,
    BodyState,
    Evidence,
    MoodState,
    PlacesState,
    SelfEvidence,
)
from kapsim.patient.life import LifeState
from kapsim.patient.regimen import Regimen
from kapsim.therapy import (
    AttendanceState,
    ExpectancyState,
    ExperienceState,
    SessionState,
)


class Bond(NamedTuple):
    """Who comes, how close they are, and what frames a dosing session."""

    attendance: AttendanceState
    alliance: Float[Array, " n"]
    experience: ExperienceState


class Learned(NamedTuple):
    """What practice and relief have left behind [1]."""

    skill: Float[Array, " n"]
    insight: Float[Array, " n"]
    trait: Float[Array, " n"]
    self_blame: Float[Array, " n"]
    effort: Float[Array, " n"]
    reliance: Float[Array, " n"]


class Practised(NamedTuple):
    """What an arm has practised since midnight [h]; contact with a dosing visit [h]."""

    skill: Float[Array, ""]
    insight: Float[Array, ""]
    self_blame: Float[Array, ""]
    effort: Float[Array, ""]
    dosing: Float[Array, "*#batch"]


class PatientState(NamedTuple):
    """Everything that a patient carries from one node to the next.

    `medicine` is how far the antidepressant now taken takes on the person [1];
    `regimen` is None in an arm whose doses are fixed.
    """

    drug: Float[Array, "K n"]
    drive: Float[Array, " n"]
    tolerance: Float[Array, " n"]
    pressure: Float[Array, " n"]
    antidepressant: Float[Array, " n"]
    surge: Float[Array, " n"]
    store: Float[Array, " n"]
    consolidated: Float[Array, " n"]
    beliefs: BeliefState
    body: BodyState
    self_efficacy: Float[Array, " n"]
    defeat: Float[Array, " n"]
    places: PlacesState
    mood: MoodState
    severity: Float[Array, " n"]
    sessions: SessionState
    bond: Bond
    learned: Learned
    practised: Practised
    medicine: Float[Array, " n"]
    cue: Float[Array, " n"]
    expectancy: ExpectancyState
    life: LifeState
    regimen: Regimen | None = None


def apart(state: PatientState, regimen: Regimen) -> PatientState:
    """People whose doses differ, at rest: contacts that an arm shares are their own."""
    zero = jnp.zeros_like(state.severity)
    experience = state.bond.experience._replace(setting=zero)
    return state._replace(
        bond=state.bond._replace(experience=experience),
        practised=state.practised._replace(dosing=zero),
        expectancy=state.expectancy._replace(dosing=zero, session=zero),
        regimen=regimen,
    )


class Acute(NamedTuple):
    """Drug part of a step: kinetics after it, and means over it."""

    drug: Float[Array, "K n"]
    drive: Float[Array, " n"]
    mean_drive: Float[Array, " n"]
    tolerance: Float[Array, " n"]
    pressure: Float[Array, " n"]
    cue: Float[Array, " n"]


class Plastic(NamedTuple):
    """Brain part of a step: states after it, and means over it.

    `late_window` is the window as mood at the end of the step has met it.
    """

    surge: Float[Array, " n"]
    store: Float[Array, " n"]
    relaxation: Float[Array, " n"]
    window: Float[Array, " n"]
    late_window: Float[Array, " n"]
    induced: Float[Array, " n"]


class Offer(NamedTuple):
    """Therapy part of a step: what it brings to this person."""

    sessions: SessionState
    bond: Bond
    learned: Learned
    practised: Practised
    calm: Float[Array, " n"]
    training: Float[Array, " n"]
    lift: Float[Array, " n"]
    blocked: Float[Array, " n"]
    evidence: Evidence
    places: PlacesState
    certainty_loss: Float[Array, "3 n"]
    experience: SelfEvidence


class Coping(NamedTuple):
    """What the person does in a step: share of life approached, rumination [1/h]."""

    approach: Float[Array, " n"]
    rumination: Float[Array, " n"]


class Moved(NamedTuple):
    """Where a step of learning led: movement of the beliefs [1/h], and defeat.

    `defeat` is above what the person lives with at rest [1].
    """

    beliefs: Float[Array, "3 n"]
    defeat: Float[Array, " n"]
