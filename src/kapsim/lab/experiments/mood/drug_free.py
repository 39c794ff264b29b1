"""Whole virtual patients without drug and therapy, in a steady life.

The patients of a bundled trial's placebo arm are stepped by the virtual patient itself,
with nothing happening: what moves them is what they believe, do, ruminate and feel.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple, get_type_hints

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, UInt32

from kapsim.engine.random import patient_indices
from kapsim.patient import Cohort, PatientNode, VirtualPatient, build
from kapsim.patient.coping import coping_at
from kapsim.patient.rest import Balance
from kapsim.patient.rooms import Mind
from kapsim.patient.state import PatientState
from kapsim.trial import load_protocol
from kapsim.trial.arms.cohorts import cohort, route
from kapsim.trial.arms.timeline import timeline

TRIAL, ARM = "singh-2016-iv", "placebo 2x/week"
STEP_H = 12.0


class Seen(NamedTuple):
    """Severity [points], belief about rank [1] and share of life approached [1]."""

    severity: Float[Array, "..."]
    rank: Float[Array, "..."]
    approach: Float[Array, "..."]


def mind_of(values: Mapping[str, Any]) -> Mind:
    """Mechanisms of the mind with some parameters other than their records say."""
    kinds = get_type_hints(Mind)
    return Mind(**{name: build(kind, values) for name, kind in kinds.items()})


@eqx.filter_jit
def _drawn(drawn: Cohort, indices: UInt32[Array, " n"]) -> VirtualPatient:
    return drawn.patients(indices)


def people(seed: int, number: int, mind: Mind | None = None) -> VirtualPatient:
    """People as a trial draws them, whose life and symptoms stay as they are."""
    protocol = load_protocol(TRIAL)
    arm = next(arm for arm in protocol.arms if arm.name == ARM)
    drawn = cohort(protocol, arm, seed=seed, precision="float64")
    if mind is not None:
        drawn = dataclasses.replace(drawn, mind=mind)
    patient = _drawn(drawn, patient_indices(0, number))
    nothing = jax.tree.map(jnp.zeros_like, patient.person.life_at_entry)
    person = patient.person._replace(life_at_entry=nothing, hard_times=nothing.drift)
    return dataclasses.replace(patient, person=person)


def in_balance(patient: VirtualPatient, balance: Balance) -> VirtualPatient:
    """People who are held by this balance, and report their state as it is."""
    mean = balance.beliefs.mu.mean(axis=0)
    well = patient.mind.severity.wellbeing(balance.mood.mood, mean)
    severity = patient.mind.severity.origin - patient.mind.severity.slope * well
    person = patient.person._replace(
        balance=balance, severity=severity, offset=jnp.zeros_like(severity)
    )
    return dataclasses.replace(patient, person=person)


def quiet() -> PatientNode:
    """A step of half a day in which nothing happens."""
    protocol = load_protocol(TRIAL)
    arm = next(arm for arm in protocol.arms if arm.name == ARM)
    schedule = timeline(protocol, arm, route(protocol, arm, {})).schedule
    node: PatientNode = jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), schedule)
    return dataclasses.replace(node, dt=jnp.asarray(STEP_H))


def better(patient: VirtualPatient, gain: Float[Array, " n"]) -> VirtualPatient:
    """People whose life has become better by some gain [1], in all domains."""
    balance = patient.person.balance
    balance = balance._replace(life=balance.life + gain[None])
    person = patient.person._replace(balance=balance)
    return dataclasses.replace(patient, person=person)


def well(patient: VirtualPatient) -> PatientState:
    """State of the same people with good beliefs and a good mood."""
    rest = patient.init()
    good = jnp.ones_like(rest.beliefs.mu)
    return rest._replace(
        beliefs=rest.beliefs._replace(mu=good),
        mood=rest.mood._replace(mood=good[0] / 2),
        defeat=0 * rest.defeat,
    )


@eqx.filter_jit
def lived(
    patient: VirtualPatient,
    state: PatientState,
    node: PatientNode,
    gains: Float[Array, "stages n"],
    steps: Int[Array, ""],
) -> tuple[PatientState, Seen]:
    """Some steps in each of several lives, one after the other.

    Parameters
    ----------
    patient, state
        People, and how they start.
    node
        What happens in a step.
    gains
        By how much life is better than usual in each stage [1].
    steps
        How many in each stage.

    Returns
    -------
    tuple
        Last state, and what is seen at the end of each stage [stages, n].
    """

    def stage(
        state: PatientState, gain: Float[Array, " n"]
    ) -> tuple[PatientState, Seen]:
        living = better(patient, gain)
        turn = lambda _, state: living.step(state, node)
        state = jax.lax.fori_loop(0, steps, turn, state)
        return state, seen(living, state)

    return jax.lax.scan(stage, state, gains)


def seen(patient: VirtualPatient, state: PatientState) -> Seen:
    """What is told of people in a state; severity within the range of its scale."""
    does = coping_at(patient, state, jnp.zeros_like(state.severity))
    severity = patient.mind.severity.points(state.severity)
    return Seen(severity, state.beliefs.mu[1], does.approach)
