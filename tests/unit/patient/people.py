"""Virtual patients, their days and what becomes of them, for the tests of this room."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from kapsim.drug import (
    AbstractRoute,
    Dose,
    IntravenousKetamine,
    Molecule,
    NoDrug,
    RouteName,
    breakpoints,
    drug_nodes,
)
from kapsim.engine import AbstractSystem, build_grid, pad_schedule, simulate
from kapsim.engine.grid import node_index
from kapsim.engine.random import patient_indices, seed_words
from kapsim.measures import solve_entry
from kapsim.patient import Cohort, Demography, PatientNode, VirtualPatient, assemble
from kapsim.patient.state import PatientState
from kapsim.therapy import MODALITIES

N = 256
DAY = 24.0
RECORDS = 4
DEMOGRAPHY = Demography(
    age_mean=45.0,
    age_sd=12.0,
    age_low=18.0,
    age_high=70.0,
    weight_mean=80.0,
    weight_sd=16.0,
    failures_mean=3.0,
    failures_low=1,
    female_share=0.6,
    asian_share=0.5,
    japanese_share=0.25,
)
ENTRY = solve_entry(
    33.0,
    4.5,
    threshold=28,
    max_score=60,
    inflation=2.0,
    fluctuation_sd=3.0,
    error_sd=1.5,
)
STEADY_LIFE = {
    "patient.life.fluctuation": 0.0,
    "patient.life.drift": 0.0,
    "patient.life.event_rate": 0.0,
}
"""Life stays at its usual level."""


def cohort(
    values: Mapping[str, Any] | None = None, route: AbstractRoute | None = None
) -> Cohort:
    """People of a trial of resistant depression, in double precision."""
    return assemble(
        NoDrug() if route is None else route,
        ("MADRS",),
        values or {},
        seed=jnp.asarray(seed_words(11)),
        demography=DEMOGRAPHY,
        entry=ENTRY,
        precision="float64",
    )


QUICK: dict[str, Any] = {"compiler_options": {"xla_backend_optimization_level": 0}}
_drawn = eqx.filter_jit(lambda people, indices: people.patients(indices), **QUICK)


def drawn(people: Cohort) -> VirtualPatient:
    """The first N of these people."""
    return _drawn(people, patient_indices(0, N))


def steady(
    values: Mapping[str, Any] | None = None, route: AbstractRoute | None = None
) -> VirtualPatient:
    """The first people, whose life and symptoms do not fluctuate."""
    patient = drawn(cohort({**STEADY_LIFE, **(values or {})}, route))
    nothing = jax.tree.map(jnp.zeros_like, patient.person.life_at_entry)
    return eqx.tree_at(
        lambda p: (p.person.life_at_entry, p.life.symptom_sd),
        patient,
        (nothing, jnp.zeros_like(patient.life.symptom_sd)),
    )


def infusions(days: Sequence[float], mg_per_kg: float = 0.5) -> list[Dose]:
    """Ketamine into a vein over 40 minutes."""
    return [
        Dose(
            time_h=day * DAY,
            molecule=Molecule.KETAMINE,
            route=RouteName.INTRAVENOUS,
            mg_per_kg=mg_per_kg,
            duration_h=40 / 60,
        )
        for day in days
    ]


def calendar(
    days: float,
    *,
    doses: Sequence[Dose] = (),
    sessions: Mapping[str, Sequence[float]] | None = None,
    records: Sequence[float] | None = None,
    masked: float = 0.0,
    known: float = 0.0,
    refine: int = 1,
) -> PatientNode:
    """Schedule over some days; `sessions` of 50 min and `records` are in days."""
    route = IntravenousKetamine() if doses else NoDrug()
    seen = [days] if records is None else list(records)
    sessions = sessions or {}
    met = [day for times in sessions.values() for day in times]
    starts = [dose.time_h for dose in doses]
    stops = {*breakpoints(route, doses), *(day * DAY for day in (*seen, *met))}
    stops |= {float(hour) for hour in np.arange(0.0, days * DAY, DAY)}
    grid = build_grid(0.0, days * DAY, starts, sorted(stops), refine=refine)
    dt = np.append(np.diff(grid), 0.0)
    n, ones = len(grid), np.ones(len(grid))
    held = np.zeros((n, len(MODALITIES)))
    for name, times in sessions.items():
        nodes = node_index(grid, [day * DAY for day in times])
        held[nodes, MODALITIES.index(name)] += 1.0
    slot = np.full(n, -1, np.int32)
    slot[node_index(grid, [day * DAY for day in seen])] = np.arange(len(seen))
    day = np.floor(grid / DAY + 1e-9).astype(np.int32)
    leaves: dict[str, Any] = dict(
        time=grid,
        dt=dt,
        active=dt > 0,
        slot=slot,
        drug=drug_nodes(route, doses, grid, dt),
        on_board=np.full(n, bool(doses)),
        session=held,
        homework=0 * held,
        gap=0 * ones,
        closeness=ones,
        remote=0 * ones,
        ends_when_well=0 * ones,
        begun=np.searchsorted(np.sort(starts), grid - 1e-9).astype(np.int32),
        dosing=np.isin(np.arange(n), node_index(grid, starts)).astype(float),
        setting=0 * ones,
        antidepressant=0 * ones,
        medicine=np.zeros(n, np.int32),
        new_medicine=np.zeros(n, bool),
        masked=masked * ones,
        known=known * ones,
        new_day=np.append(False, np.diff(day) > 0),
        day=day,
        minute=np.round(grid * 60).astype(np.int32),
        rated=np.zeros((n, 1), bool),
        baseline=np.zeros(n, bool),
        rater_sd=0 * ones,
        carry=np.zeros(n, bool),
        hold=np.zeros(n, bool),
        rater_knows=0 * ones,
        rater_shares=0 * ones,
    )
    return pad_schedule(PatientNode(**jax.tree.map(jnp.asarray, leaves)), 512)


class Recorder(AbstractSystem[PatientState, PatientState]):
    """Patients whose whole state is recorded."""

    patient: VirtualPatient

    def init(self) -> PatientState:
        return self.patient.init()

    def step(self, state: PatientState, node: PatientNode) -> PatientState:
        return self.patient.step(state, node)

    def observe(self, state: PatientState, node: PatientNode) -> PatientState:
        return state


def follow(patient: VirtualPatient, schedule: PatientNode) -> PatientState:
    """States of these patients at the records of a schedule [RECORDS, ...]."""
    return simulate(Recorder(patient), schedule, RECORDS)[1]


def follow_from(
    patient: VirtualPatient, start: PatientState, schedule: PatientNode
) -> PatientState:
    """As `follow`, from another state of the mind."""
    person = patient.person
    balance = person.balance._replace(
        beliefs=start.beliefs, body=start.body, mood=start.mood
    )
    moved = dataclasses.replace(
        patient,
        person=person._replace(
            balance=balance, severity=start.severity, life_at_entry=start.life
        ),
    )
    return follow(moved, schedule)
