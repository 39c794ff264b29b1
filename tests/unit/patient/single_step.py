"""Two people of round numbers at one node, for single steps that a hand can follow.

Whatever fades has all the time in the world, whoever is asked comes, and only the first
modality does anything: each signal of it has a weight of its own. What a test is about
it sets anew, by the path of the number.
"""

import functools
from collections.abc import Mapping
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from kapsim.engine.random import patient_indices
from kapsim.mind import Evidence, SelfEvidence
from kapsim.patient import PatientNode, VirtualPatient
from kapsim.patient.state import Coping, Moved, Offer, PatientState, Plastic
from kapsim.therapy import MODALITIES
from tests.unit.patient.people import QUICK, calendar, cohort

T = TypeVar("T")

LN2 = float(np.log(2.0))
LN3 = float(np.log(3.0))
NEVER = float("inf")
EXACT = {"rtol": 1e-12, "atol": 0}
"""A dozen operations, each right to 1e-16 in double precision: wide by a thousand."""

_PERSON = {
    "person.severity": 30.0,
    "person.receptivity": [2.0, 1.0],
    "person.set": [1.0, -1.0],
    "person.response": [1.0, 0.5],
    "person.hard_times": 0.0,
    "person.offset": 0.0,
    "person.balance.life": 0.0,
    "person.balance.shift": 2.0,
    "person.balance.profile": 0.0,
    "person.balance.defeat": 0.5,
    "person.balance.mood.mood": -0.5,
}
_MIND = {
    "mind.places.n_life": 6.0,
    "mind.places.alpha": 2.0,
    "mind.behaviour.a_min": 0.0,
    "mind.behaviour.b": 2.0,
    "mind.behaviour.a0": 0.0,
    "mind.behaviour.d_a": 0.5,
    "mind.behaviour.f0": 0.1,
    "mind.contest.e_min": 1.0,
    "mind.rumination.mu_low": -1e6,
    "mind.mood.bias": 0.5,
    "mind.body.tau_i": NEVER,
    "mind.body.chi": 0.0,
    "mind.learner.k_c": 0.0,
    "mind.learner.q0": 0.0,
    "life.fluctuation": 1.0,
}
_THERAPY = {
    "therapy.modality.f_t": 0.1,
    "therapy.modality.pi_t": 4.0,
    "therapy.modality.content": 1.5,
    "therapy.modality.kappa": 3.0,
    "therapy.modality.tau_s": NEVER,
    "therapy.modality.tau_h": NEVER,
    "therapy.modality.h": 0.5,
    "therapy.attendance.dropout": 0.0,
    "therapy.attendance.missed": 0.0,
    "therapy.attendance.width": 1.0,
    "therapy.alliance.growth": LN2,
    "therapy.alliance.relief": 3.0,
    "therapy.alliance.ruptures": 0.0,
    "therapy.alliance.damage": 0.5,
    "therapy.reliance.lowers": 0.5,
    "therapy.reliance.tau": NEVER,
    "therapy.trait.tau": 24 / LN2,
    "therapy.experience.f_x": 0.2,
    "therapy.experience.precision": 3.0,
    "therapy.experience.growth": LN2,
    "therapy.experience.tau": NEVER,
    "therapy.experience.set_up": 0.4,
    "therapy.experience.setting": 0.2,
    "therapy.experience.spread": 0.1,
}
_LEARNED = ("skill", "insight", "self_blame", "effort")
_PRACTICE = {
    f"therapy.{name}.{key}": value
    for name in _LEARNED
    for key, value in (("k", LN2 / 24 / 0.4), ("tau", NEVER))
}


def first(*weights: float) -> np.ndarray:
    """A table with these weights for the first modality, and none for the others."""
    table = np.zeros((len(weights), len(MODALITIES)))
    table[:, 0] = weights
    return table if len(weights) > 1 else table[0]


_TABLES = {
    "reach": first(1.0, 2.0, 4.0),
    "loosening": first(0.1, 0.2, 0.4),
    "lift": first(3.0),
    "exposure": first(5.0),
    "training": first(7.0),
    "calm": first(0.5),
    "skill": first(11.0),
    "insight": first(13.0),
    "self_blame": first(17.0),
    "effort": first(19.0),
    "bond": first(1.0),
    "framing": first(1.0),
}
ROUND = {**_PERSON, **_MIND, **_THERAPY, **_PRACTICE} | {
    f"therapy.modality.{name}": table for name, table in _TABLES.items()
}
STATE = {
    "severity": [30.0, 20.0],
    "beliefs.mu": 0.0,
    "beliefs.pi": 1.0,
    "body.energy": 0.0,
    "life.fluctuation": 0.0,
    "life.drift": 0.0,
    "life.symptom": 0.0,
    "life.events": 0.0,
    "mood.mood": -0.5,
    "sessions.session": first(0.5),
    "bond.alliance": [0.5, 0.25],
    "bond.attendance.present": 1.0,
    "bond.experience.frame": [0.5, 0.0],
    "bond.experience.setting": 1.0,
    "learned.reliance": 0.4,
    "places.events": 2.0,
    "defeat": 0.5,
}


def at(tree: T, values: Mapping[str, Any]) -> T:
    """The same with other numbers at these paths."""
    find = lambda whole: [
        functools.reduce(getattr, path.split("."), whole) for path in values
    ]
    new = [
        jnp.broadcast_to(jnp.asarray(value, old.dtype), old.shape)
        for value, old in zip(values.values(), find(tree), strict=True)
    ]
    return eqx.tree_at(find, tree, new) if values else tree


@functools.cache
def two() -> tuple[VirtualPatient, PatientState]:
    """Two people of round numbers, and a state of them."""
    make = lambda indices: cohort().patients(indices)
    drawn = eqx.filter_jit(make, **QUICK)(patient_indices(0, 2))
    patient = at(drawn, ROUND)
    return patient, at(patient.init(), STATE)


def who(
    person: Mapping[str, Any] | None = None, state: Mapping[str, Any] | None = None
) -> tuple[VirtualPatient, PatientState]:
    """The two people with some other numbers, and their state."""
    patient, usual = two()
    return at(patient, person or {}), at(usual, state or {})


def close(got: Any, want: Any) -> None:
    """Equal to what the hand gave, up to rounding."""
    np.testing.assert_allclose(np.asarray(got), want, **EXACT)


def node(**changes: Any) -> PatientNode:
    """A node of two hours at which nothing happens but these changes."""
    quiet = jax.tree.map(lambda leaf: leaf[0], calendar(1.0))
    return at(quiet, {"dt": 2.0, "slot": -1, **changes})


ZERO, TABLE = jnp.zeros(2), jnp.zeros((3, 2))
PLASTIC = Plastic(*[ZERO] * len(Plastic._fields))
"""No drug has been given."""

COPING = Coping(ZERO, ZERO)
"""Nothing is approached, nothing ruminated."""

MOVED = Moved(TABLE, ZERO)
"""No belief moves, and defeat is as usual."""


def quiet_offer(state: PatientState) -> Offer:
    """Therapy that brings nothing."""
    return Offer(
        sessions=state.sessions,
        bond=state.bond,
        learned=state.learned,
        practised=state.practised,
        calm=ZERO + 1,
        training=ZERO,
        lift=ZERO,
        blocked=ZERO,
        evidence=Evidence(TABLE, TABLE, TABLE),
        places=state.places,
        certainty_loss=TABLE,
        experience=SelfEvidence(TABLE, TABLE, TABLE),
    )
