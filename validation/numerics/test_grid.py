"""Time grid and precision: halving all steps, double precision, width of a block.

Limit of the grid: no arm's mean MADRS moves by more than 0.1 point at any visit when
every step is halved. The noise of both runs is the same by construction.
"""

import dataclasses
import functools
from collections.abc import Iterator

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import kapsim.trial.arms.timeline as timeline_module
from kapsim.engine.grid import StepRule, build_grid
from kapsim.engine.random import patient_indices
from kapsim.engine.scan import WIDTH, simulate
from kapsim.trial.arms.simulation import Prepared, prepare
from kapsim.trial.loading import load_protocol
from validation.trials import KETAMINE, ONCE, Totals, arm, fresh, text, totals, trial

GRID, PRECISION = 0.1, 0.05
NARROW = 16
COARSE = StepRule(bands=((24.0, 3.0), (np.inf, 24.0)), before_h=24.0)
THERAPY = [
    {"modality": "restructuring", "minutes": 50, "days": [2, 9, 16]},
    {"modality": "activation", "minutes": 50, "days": [3], "homework": True},
]
SHORT = arm("ketamine and therapy", KETAMINE, ONCE, sessions=THERAPY)
TRIALS = ("synapse", "singh-2016-iv", "kap-2x2", "molecule-or-time")


def furthest(one: Totals, other: Totals) -> float:
    """Largest distance of the means of two runs over the visits [points]."""
    return max(abs(float((one[visit] - other[visit]).mean())) for visit in one)


@pytest.fixture
def coarse_grid(monkeypatch) -> Iterator[None]:
    """Steps of hours after a dose and of a day later, in place of kapsim's."""
    planted = functools.partial(build_grid, rule=COARSE)
    prepare.cache_clear()
    monkeypatch.setattr(timeline_module, "build_grid", planted)
    yield
    prepare.cache_clear()


def test_halved_steps_short(check, coarse_grid, monkeypatch):
    name = "one dose with therapy: halved steps move mean MADRS by"
    protocol = trial(SHORT)
    coarse = fresh(protocol, SHORT["name"])
    monkeypatch.undo()
    prepare.cache_clear()
    usual = totals(protocol, SHORT["name"])
    halved = totals(protocol, SHORT["name"], refine=2)
    moved = furthest(usual, halved)
    check(name, moved, high=GRID, unit="points", source="required")
    check.planted(name, "steps of 3 and 24 h", furthest(coarse, halved))


@pytest.mark.validation_slow
@pytest.mark.parametrize("name", TRIALS)
def test_halved_steps(check, name):
    protocol = load_protocol(name)
    for one in protocol.arms:
        usual = totals(protocol, one.name)
        halved = totals(protocol, one.name, refine=2)
        what = f"{name}, {one.name}: halved steps move mean MADRS by"
        moved = furthest(usual, halved)
        check(what, moved, high=GRID, unit="points", source="required")


@pytest.mark.validation_slow
@pytest.mark.parametrize("name", TRIALS[:3])
def test_double_precision(check, name):
    protocol = load_protocol(name)
    single = [totals(protocol, one.name) for one in protocol.arms]
    double = [totals(protocol, one.name, precision="float64") for one in protocol.arms]
    moved = max(map(furthest, single, double))
    what = f"{name}: double precision moves any mean MADRS by"
    check(what, moved, high=PRECISION, unit="points", source="required")
    rounded = {k: v + 0.5 * (v > v.mean()) for k, v in single[0].items()}
    check.planted(
        what, "half a point more above the mean", furthest(rounded, single[0])
    )


@eqx.filter_jit
def _ketamine(people, schedule, indices, moments):
    return simulate(people.watched(indices), schedule, moments)[1].ketamine_ng_ml


def concentrations(prepared: Prepared, width: int) -> np.ndarray:
    """Ketamine of the first patients at all nodes, stepped in a block of a width."""
    slot = jnp.arange(len(prepared.schedule.time), dtype=jnp.int32)
    schedule = dataclasses.replace(prepared.schedule, slot=slot)
    found = _ketamine(
        prepared.cohort, schedule, patient_indices(0, width), prepared.nodes
    )
    return np.asarray(found, float)[:, :NARROW]


@pytest.mark.validation_slow
def test_width_of_a_block(check):
    """A compiler once gave wrong kinetics for blocks of 2,048 patients only."""
    name = "ketamine in a whole block against a narrow one, share of the peak"
    protocol = trial(SHORT)
    prepared = prepare(text(protocol), SHORT["name"], 20, "float64", 1)
    narrow = concentrations(prepared, NARROW)
    whole = concentrations(prepared, WIDTH)
    apart = np.abs(whole - narrow).max() / narrow.max()
    check(name, apart, high=1e-9, source="our choice")
    shifted = np.abs(np.roll(whole, 1, axis=1) - narrow).max() / narrow.max()
    check.planted(name, "patients shifted by one", shifted)
