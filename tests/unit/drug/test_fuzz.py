"""Random dosing histories, sane or not: every way in, at once, overlapping, huge.

The grid always has the same number of nodes, so the steps compile once. Amounts in the
modes have signs of their own; what must not be negative is what is read of them.
"""

import dataclasses

import equinox as eqx
import hypothesis
import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import Covariates, Dose, Molecule, RouteName, breakpoints, drug_nodes
from kapsim.drug.history.history import (
    Given,
    History,
    Person,
    Reset,
    Sample,
    SteadyKind,
)
from kapsim.drug.history.rows import INFUSED
from kapsim.drug.history.solve import solve_history
from kapsim.drug.routes.choice import TAKES, route_for

NODES = 64
END_H = 100.0
LEAST = -1e-9
ADDING_UP = 1e-9
WAYS = [(molecule, way) for molecule, ways in TAKES.items() for way in ways]
ACTIVE = [(molecule, way) for molecule, way in WAYS if molecule != Molecule.PLACEBO]
PEOPLE = Covariates(
    weight_kg=jnp.asarray([45.0, 140.0]),
    age_years=jnp.asarray([18.0, 88.0]),
    asian=jnp.asarray([0.0, 1.0]),
    japanese=jnp.asarray([0.0, 1.0]),
    female=jnp.asarray([1.0, 0.0]),
)

TIMES = st.floats(0.0, END_H - 1) | st.sampled_from([0.0, 1.0, 24.0])
AMOUNTS = st.sampled_from([0.0, 1e-9, 1e6]) | st.floats(0.0, 1e3) | st.floats(0.0, 1e6)
LENGTHS = st.sampled_from([0.0, 1e-6, 200.0]) | st.floats(1e-6, 50.0)


@st.composite
def doses(draw, ways=ACTIVE, times=TIMES):
    molecule, way = draw(st.sampled_from(ways))
    return Dose(
        time_h=draw(times),
        molecule=molecule,
        route=way,
        mg=draw(AMOUNTS),
        mg_per_kg=draw(st.sampled_from([0.0, 0.5, 1e4])),
        duration_h=draw(LENGTHS) if way in INFUSED else 0.0,
        devices=draw(st.integers(1, 6)),
    )


HISTORIES = st.lists(doses(WAYS), max_size=5)


@dataclasses.dataclass(repr=False)
class Everything:
    """One route that takes whatever can be given, and its kinetics."""

    route: object
    levels: object


@pytest.fixture(scope="module")
def everything():
    route = route_for([Dose(time_h=0.0, molecule=m, route=way) for m, way in ACTIVE])
    # op by op: far less to compile than the modes of all routes as one program
    kinetics = route.solve(PEOPLE)

    @eqx.filter_jit
    def stepped(nodes, dt):
        def step(state, here):
            node, length = here
            given = kinetics.give(state, node)
            row = jnp.stack([*kinetics.read(given)])
            return kinetics.step(given, node, length), row

        return jax.lax.scan(step, kinetics.init(), (nodes, dt))[1]

    def levels(listed, grid):
        dt = np.append(np.diff(grid), 0.0)
        nodes = drug_nodes(route, listed, grid, dt)
        return np.asarray(stepped(jax.tree.map(jnp.asarray, nodes), jnp.asarray(dt)))

    return Everything(route, levels)


def grid_of(route, listed):
    """Breakpoints, an even spread, and as many late nodes as make the number."""
    stops = [t for t in breakpoints(route, listed) if t <= END_H]
    time = np.unique([0.0, *stops, END_H])
    assert len(time) <= NODES
    even = np.setdiff1d(np.linspace(0.0, END_H, 2 * NODES), time)
    return np.sort(np.append(time, even[: NODES - len(time)]))


def rounding(listed):
    """What sums of modes that cancel may leave of the amounts [ng/mL]."""
    heaviest = float(PEOPLE.weight_kg.max())
    return 1e-12 * sum(dose.mg + dose.mg_per_kg * heaviest for dose in listed)


def assert_sound(levels, listed):
    assert np.all(np.isfinite(levels))
    assert np.all(levels >= LEAST * levels.max(axis=0) - rounding(listed))


@pytest.mark.thorough
@hypothesis.given(HISTORIES)
@hypothesis.settings(max_examples=60)
def test_no_history_gives_nonsense(everything, listed):
    levels = everything.levels(listed, grid_of(everything.route, listed))
    assert_sound(levels, listed)


@pytest.mark.thorough
@hypothesis.given(HISTORIES, HISTORIES)
@hypothesis.settings(max_examples=25)
def test_histories_add_up(everything, some, others):
    grid = grid_of(everything.route, some + others)
    one, other = (everything.levels(listed, grid) for listed in (some, others))
    both = everything.levels(some + others, grid)
    allowed = ADDING_UP * both.max(axis=0) + rounding(some + others)
    assert np.all(np.abs(both - one - other) <= allowed)


@pytest.mark.thorough
@pytest.mark.parametrize("way", ACTIVE, ids=lambda way: " ".join(way))
def test_every_way_in_alone(everything, way):
    molecule, route = way
    dose = Dose(time_h=1.0, molecule=molecule, route=route, mg=1e6, devices=3)
    grid = grid_of(everything.route, [dose])
    levels = everything.levels([dose], grid)
    assert_sound(levels, [dose])
    assert levels.max() > 1e3
    assert not np.any(levels[grid < 1.0])
    half = everything.levels([dataclasses.replace(dose, mg=5e5)], grid)
    assert np.all(np.abs(levels - 2 * half) <= 1e-12 * levels.max(axis=0))


# -- histories with samples, resets and steady states ----------------------------------

FEW = [
    (Molecule.KETAMINE, RouteName.INTRAVENOUS),
    (Molecule.ESKETAMINE, RouteName.NASAL),
    (Molecule.PLACEBO, RouteName.NASAL),
]
FEW_ROUTE = route_for([Dose(time_h=0.0, molecule=m, route=way) for m, way in FEW])
SAMPLED = tuple(Sample(time_h=time) for time in np.linspace(0.0, END_H, 40))


@st.composite
def given_doses(draw):
    dose, kind = draw(doses(FEW)), draw(st.integers(0, 2))
    return Given(
        dose=dose,
        steady=SteadyKind(kind),
        every_h=draw(INTERVALS) if kind else 0.0,
    )


@pytest.mark.parametrize("fault", [float("nan"), float("inf"), -1e-6])
def test_planted_nonsense_is_seen(fault):
    dose = Dose(time_h=0.0, molecule=FEW[0][0], route=FEW[0][1], mg=10.0)
    levels = np.array([[100.0, 20.0], [50.0, 10.0]])
    assert_sound(levels, [dose])
    levels[1, 1] = fault
    with pytest.raises(AssertionError):
        assert_sound(levels, [dose])


INTERVALS = st.sampled_from([0.3, 24.0]) | st.floats(5.0, 1e4)
RESETS = st.builds(Reset, time_h=TIMES)
HAPPENED = st.lists(given_doses() | RESETS, max_size=5)


@pytest.mark.slow
@hypothesis.given(HAPPENED, HAPPENED)
@hypothesis.settings(max_examples=30)
def test_no_events_give_nonsense(one, other):
    who = [
        Person(weight_kg=45.0, age_years=88.0),
        Person(weight_kg=140.0, age_years=18.0, female=1.0, asian=1.0, japanese=1.0),
    ]
    histories = [
        History(
            id=str(i),
            covariates=person,
            events=tuple(sorted((*events, *SAMPLED), key=lambda e: e.time_h)),
        )
        for i, (person, events) in enumerate(zip(who, (one, other), strict=True))
    ]
    table = solve_history(histories, route=FEW_ROUTE)
    for history in histories:
        own = table[table["ID"] == history.id]
        levels = own.drop(columns=["ID", "TIME", "EVID", "CMT", "DV"]).to_numpy()
        assert_sound(levels, history.doses)
