import dataclasses

import numpy as np
import pytest

from kapsim.drug import (
    Dose,
    IntravenousKetamine,
    IntravenousMidazolam,
    Molecule,
    NasalEsketamine,
    NoDrug,
    RouteName,
    base_mg,
    breakpoints,
    drug_nodes,
)
from kapsim.units import SaltForm

INFUSION = Dose(
    time_h=1.0,
    molecule=Molecule.KETAMINE,
    route=RouteName.INTRAVENOUS,
    mg_per_kg=0.5,
    duration_h=0.75,
)
SPRAY = Dose(
    time_h=2.0,
    molecule=Molecule.ESKETAMINE,
    route=RouteName.NASAL,
    mg=84.0,
    devices=3,
)
SHAM = Dose(time_h=3.0, molecule=Molecule.PLACEBO, route=RouteName.NASAL)


def grid(*times):
    time = np.asarray(times, float)
    return time, np.append(np.diff(time), 0.0)


def test_infusion_becomes_a_rate_per_weight_until_its_end():
    time, dt = grid(0.0, 1.0, 1.5, 1.75, 4.0)
    nodes = drug_nodes(IntravenousKetamine(), [INFUSION], time, dt)
    np.testing.assert_allclose(nodes.rate[:, 0, 1], [0, 2 / 3, 2 / 3, 0, 0], rtol=1e-12)
    assert not np.any(nodes.rate[:, :, 0])
    assert not np.any(nodes.bolus)
    assert nodes.dose_number.tolist() == [0, 1, 1, 1, 1]
    assert nodes.hours_since_dose.tolist() == [0, 0, 0.5, 0.75, 3.0]


def test_amount_is_kept_whatever_the_grid():
    time, dt = grid(0.0, 0.9, 1.3, 2.0)  # no node at the start or the end
    nodes = drug_nodes(IntravenousKetamine(), [INFUSION], time, dt)
    np.testing.assert_allclose(np.sum(nodes.rate[:, 0, 1] * dt), 0.5, rtol=1e-12)


def test_spray_splits_over_devices_and_the_swallowed_part_flows():
    route = NasalEsketamine()
    np.testing.assert_allclose(breakpoints(route, [SPRAY]), (2.0, 2.53), rtol=1e-12)
    time, dt = grid(0.0, 2.0, 2.53, 3.0)
    nodes = drug_nodes(route, [SPRAY], time, dt)
    np.testing.assert_allclose(nodes.bolus[1, :, 0], [28.0, 56.0, 0, 0], rtol=1e-12)
    flow = np.array([0, 0, 28.0, 56.0]) / 0.53
    np.testing.assert_allclose(nodes.rate[1, :, 0], flow, rtol=1e-12)
    assert not np.any(nodes.rate[2:])
    assert nodes.nasal.tolist() == [0, 1, 1, 1]


def test_placebo_counts_as_an_administration_and_carries_nothing():
    time, dt = grid(0.0, 3.0, 4.0)
    for route in (NoDrug(), NasalEsketamine(), IntravenousKetamine()):
        nodes = drug_nodes(route, [SHAM], time, dt)
        assert not np.any(nodes.bolus)
        assert not np.any(nodes.rate)
        assert nodes.given.tolist() == [0, 1, 1]
        assert not np.any(nodes.dose_number)
        assert nodes.nasal.tolist() == [0, 1, 1]


def test_order_of_doses_does_not_matter():
    time, dt = grid(0.0, 2.0, 2.53, 3.0, 26.0, 26.53, 30.0)
    later = dataclasses.replace(SPRAY, time_h=26.0, mg=56.0, devices=2)
    one = drug_nodes(NasalEsketamine(), [SPRAY, SHAM, later], time, dt)
    other = drug_nodes(NasalEsketamine(), [later, SPRAY, SHAM], time, dt)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a, b)


def test_a_spray_between_nodes_is_refused():
    time, dt = grid(0.0, 1.9, 3.0)
    with pytest.raises(ValueError, match=r"a dose at 2 h needs a grid node"):
        drug_nodes(NasalEsketamine(), [SPRAY], time, dt)


@pytest.mark.parametrize(
    ("route", "dose", "takes"),
    [
        (IntravenousKetamine(), SPRAY, "intravenous ketamine"),
        (
            IntravenousKetamine(molecule=Molecule.ESKETAMINE),
            INFUSION,
            "intravenous esketamine",
        ),
        (NasalEsketamine(), INFUSION, "nasal esketamine"),
        (IntravenousMidazolam(), INFUSION, "intravenous midazolam"),
        (NoDrug(), INFUSION, "placebo"),
    ],
)
def test_a_route_refuses_what_it_cannot_take(route, dose, takes):
    with pytest.raises(ValueError, match=f"takes {takes}; got {dose.molecule}"):
        route.portions(dose)


@pytest.mark.parametrize(
    "change",
    [
        {"mg": -1.0},
        {"duration_h": float("nan")},
        {"mg_per_kg": float("inf")},
        {"duration_h": 1e-9},
    ],
)
def test_a_meaningless_dose_is_refused(change):
    with pytest.raises(ValueError, match=r"finite and not negative|at least"):
        dataclasses.replace(INFUSION, **change)


def test_no_devices_are_refused():
    with pytest.raises(ValueError, match=r"devices must be at least 1; got 0"):
        dataclasses.replace(SPRAY, devices=0)


def test_salts():
    # the label states 28 mg of base as 32.3 mg of the hydrochloride
    base = base_mg(32.3, Molecule.ESKETAMINE, SaltForm.HYDROCHLORIDE)
    np.testing.assert_allclose(base, 28.0, rtol=1e-3)
    assert base_mg(28.0, Molecule.ESKETAMINE, SaltForm.BASE) == 28.0
    with pytest.raises(ValueError, match="placebo has no hydrochloride"):
        base_mg(1.0, Molecule.PLACEBO, SaltForm.HYDROCHLORIDE)


def test_what_is_given_at_one_time_is_one_dose():
    time, dt = grid(0.0, 1.0, 2.0)
    route = IntravenousKetamine()
    bolus = dataclasses.replace(INFUSION, duration_h=0.0)
    nodes = drug_nodes(route, [INFUSION, bolus], time + INFUSION.time_h, dt)
    assert nodes.dose_number.tolist() == [1, 1, 1]


def test_only_ketamine_is_counted_and_everything_is_felt():
    time, dt = grid(0.0, 1.0, 2.0)
    sham = dataclasses.replace(SHAM, time_h=0.0)
    later = dataclasses.replace(INFUSION, time_h=1.0)
    nodes = drug_nodes(IntravenousKetamine(), [sham, later], time, dt)
    assert nodes.dose_number.tolist() == [0, 1, 1]
    assert nodes.given.tolist() == [1, 1, 1]
