"""Antidepressants that are newly started: how far each takes on a person."""

from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, UInt32

from kapsim.engine.random import uniforms
from kapsim.patient.offer import Keys
from kapsim.patient.person import Person
from kapsim.patient.rooms import Pharmacology
from kapsim.patient.schedule import PatientNode


@runtime_checkable
class Medicated(Protocol):
    """What of a patient an antidepressant meets."""

    pharmacology: Pharmacology
    person: Person
    patients: UInt32[Array, " n"]
    keys: Keys


def renewed(
    patient: Medicated, takes: Float[Array, " n"], node: PatientNode
) -> Float[Array, " n"]:
    """How far the antidepressant now taken takes [1]; each new one draws anew.

    Parameters
    ----------
    patient
        Who takes it.
    takes
        As it was before the node [1].
    node
        The node as each person meets it.
    """

    def draw(takes: Float[Array, " n"]) -> Float[Array, " n"]:
        return _drawn(patient, node.medicine, takes.dtype)

    def draw_own(takes: Float[Array, " n"]) -> Float[Array, " n"]:
        assert node.choices is not None
        last = node.choices.begun_medicines
        for number in (last, last + 1):  # by plan, or as rescue
            own = node.new_medicine & (node.medicine == number)
            takes = jnp.where(own, _drawn(patient, number, takes.dtype), takes)
        return takes

    keep = lambda takes: takes
    if node.choices is None:
        return jax.lax.cond(node.new_medicine, draw, keep, takes)
    return jax.lax.cond(node.choices.new_medicine, draw_own, keep, takes)


def _drawn(patient: Medicated, number: Int[Array, ""], kind: Any) -> Float[Array, " n"]:
    u = uniforms(patient.keys.medicine, patient.patients, number, 1, dtype=kind)[0]
    return patient.pharmacology.antidepressant.takes(patient.person.treatability, u)
