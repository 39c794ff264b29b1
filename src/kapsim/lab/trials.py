"""Arms of whole virtual patients, for experiments that are small trials.

    design = Design(population={}, visits=["day 1", "day 2", "day 29"])
    drug = course(design, {"treatments": [...]}, setting)
    drug.totals["MADRS"][-1] - drug.totals["MADRS"][0]

An arm is written as in a protocol, and refused as there. The people and the noise are
fixed by the seed alone: all arms of an experiment treat the same persons.

What an arm is made of enters one compiled function as data: how many patients, how
many nodes and visits, what is given and measured, and every parameter. Another one is
compiled only for other ways of giving a drug (racemic ketamine and midazolam into a
vein, placebo and nothing share one), for other medicines that take away response, and
for many more visits or nodes than usual.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import Float, Int

from kapsim.drug import Molecule, RouteName
from kapsim.engine.outcome import Outcome
from kapsim.engine.random import patient_indices
from kapsim.engine.scan import cast, simulate_shared
from kapsim.lab.errors import LabError
from kapsim.lab.experiment import Setting
from kapsim.patient import Cohort, PatientNode
from kapsim.patient.person import Person
from kapsim.patient.seen import Seen, SeenPatient
from kapsim.trial.arms.cohorts import cohort, route
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.protocol import Arm, Protocol

SCALES = ("MADRS", "QIDS-SR", "PHQ-9")
"""Scales that are rated at every visit."""

OUTPATIENTS: Mapping[str, Any] = {
    "diagnosis": "major depressive disorder",
    "entry": {"scale": "MADRS", "at_least": 20},
    "baseline": {"scale": "MADRS", "mean": 30, "sd": 6},
    "failures": {"mean": 1, "at_least": 0},
    "age": {"mean": "42 yr", "sd": "12 yr", "at_least": "18 yr", "at_most": "70 yr"},
    "weight": {"mean": "80 kg", "sd": "16 kg"},
    "female": "60 %",
    "antidepressant": "none",
}
"""People of a design that does not say otherwise."""

WIDTH = 512
"""Patients that are stepped at once; fewer are filled up to it."""

_PRECISION = "float32"


@dataclasses.dataclass(frozen=True)
class Design:
    """Who takes part in an experiment, and when they are seen.

    Attributes
    ----------
    population
        Fields of a protocol's population that differ from `OUTPATIENTS`.
    visits
        Moments such as "day 1" or "day 2 + 4 h", ascending; the first is the baseline.
    parameters, hypotheses
        Other values of parameters, by record and in its unit; hypotheses on or off.
    """

    population: Mapping[str, Any]
    visits: Sequence[str]
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    hypotheses: Mapping[str, bool] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Course:
    """What was seen of the patients of an arm at each visit.

    Attributes
    ----------
    times_h
        Time of each visit [h since the first dose].
    totals
        Rated totals by scale [points].
    signals
        Inner signals by name (`patient.Signals`), in the units of their names.
    """

    times_h: Float[np.ndarray, " visits"]
    totals: Mapping[str, Int[np.ndarray, "visits n"]]
    signals: Mapping[str, Float[np.ndarray, "visits n"]]


def course(design: Design, arm: Mapping[str, Any], setting: Setting) -> Course:
    """What happens to `setting.patients` people in an arm.

    Parameters
    ----------
    design
        Who they are, and when they are seen.
    arm
        An arm of a protocol; its name may be left out.
    setting
        Seed and number of people, the same ones in every arm.

    Raises
    ------
    ValueError
        If the design or the arm is no sound protocol: of pydantic, with the field.
    LabError
        If a patient came to numbers that mean nothing.
    """
    protocol = Protocol.model_validate(_document(design, arm))
    people = _people(protocol, setting.seed)
    line = timeline(protocol, protocol.arms[0], people.route)
    schedule, visits = cast(line.schedule, _PRECISION), len(protocol.visits)
    blocks = [
        _block(people, start, schedule, visits)
        for start in range(0, setting.patients, WIDTH)
    ]
    seen: Seen = jax.tree.map(
        lambda *parts: np.concatenate(parts, axis=-1)[..., : setting.patients],
        *blocks,
    )
    if (seen.ratings.outcome != Outcome.OK).any():
        failed = int((seen.ratings.outcome != Outcome.OK).any(axis=0).sum())
        raise LabError(f"{failed} patients came to numbers that mean nothing.")
    return Course(
        times_h=np.array([visit.time_h for visit in protocol.visits]),
        totals=dict(_totals(protocol, seen)),
        signals={
            name: np.asarray(rows, np.float64)
            for name, rows in seen.signals._asdict().items()
        },
    )


def persons(design: Design, setting: Setting) -> Person:
    """Who takes part in a design: the same persons as in each of its arms.

    Raises
    ------
    ValueError
        If the design is no sound protocol: of pydantic, with the field.
    """
    protocol = Protocol.model_validate(_document(design, {}))
    people = _people(protocol, setting.seed)
    blocks = [
        people.persons(patient_indices(start, WIDTH))
        for start in range(0, setting.patients, WIDTH)
    ]
    return jax.tree.map(
        lambda *parts: np.concatenate(parts, axis=-1)[..., : setting.patients], *blocks
    )


def _document(design: Design, arm: Mapping[str, Any]) -> dict[str, Any]:
    """The design with one arm, as a protocol is written."""
    visits = [
        {"at": at, "baseline": index == 0, "scales": list(SCALES)}
        for index, at in enumerate(design.visits)
    ]
    return {
        "kapsim": 1,
        "name": "laboratory",
        "title": "An arm of an experiment",
        "summary": "One arm of a trial of the laboratory.",
        "population": {**OUTPATIENTS, **design.population},
        "arms": [{"name": "arm", **arm}],
        "visits": visits,
        "parameters": dict(design.parameters),
        "hypotheses": dict(design.hypotheses),
    }


def _totals(
    protocol: Protocol, seen: Seen
) -> Iterator[tuple[str, Int[np.ndarray, "visits n"]]]:
    for index, measure in enumerate(protocol.measures):
        yield measure.value, np.asarray(seen.ratings.totals)[:, index]


# -- compiled once ---------------------------------------------------------------------


def _people(protocol: Protocol, seed: int) -> Cohort:
    """The cohort, with the common kinetics where they take all that is given."""
    arm = protocol.arms[0]
    people = cohort(protocol, arm, seed=seed, precision=_PRECISION)
    given = {(dose.molecule, dose.route) for dose in doses(protocol, arm)}
    given = {one for one in given if one[0] is not Molecule.PLACEBO}
    if not given <= {(m, RouteName.INTRAVENOUS) for m in _COMMON}:
        return people
    wide = arm.model_copy(update={"treatments": _common_treatments()})
    return dataclasses.replace(
        people, route=route(protocol, wide, protocol_values(protocol))
    )


_COMMON = (Molecule.KETAMINE, Molecule.MIDAZOLAM)


def _common_treatments() -> tuple:
    """One dose of each drug of the common kinetics."""
    shared = {"form": "base", "amount": "0.5 mg/kg", "route": "intravenous"}
    shared |= {"over": "40 min", "days": [1]}
    drugs: list[dict[str, Any]] = [
        {"drug": "ketamine", "enantiomer": "racemate"},
        {"drug": "midazolam"},
    ]
    arm = Arm.model_validate(
        {"name": "arm", "treatments": [{**shared, **drug} for drug in drugs]}
    )
    return arm.treatments


def _block(people: Cohort, start: int, schedule: PatientNode, visits: int) -> Seen:
    """What is seen of `WIDTH` patients, as NumPy arrays."""
    drawn = people.rated(patient_indices(start, WIDTH))
    return simulate_shared(SeenPatient(drawn), schedule, visits)
