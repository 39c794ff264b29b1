"""Populations that differ: what age takes from treatments, and people in hospital."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from kapsim.engine.random import patient_indices
from kapsim.evidence import library
from kapsim.patient import Cohort
from kapsim.patient.person import Person
from tests.unit.patient.people import DEMOGRAPHY, QUICK, N, cohort

TREATED = ("response", "expectancy", "treatability", "receptivity")
"""All by which a treatment acts on a person."""


def _of(people: Cohort, indices: jax.Array) -> Person:
    """The persons alone, without their kinetics."""
    return people.people.draw(
        people.mind, people.demography, people.entry, people.seed, indices
    )


_persons = eqx.filter_jit(_of, **QUICK)


def persons(values: Mapping[str, float] | None = None, **demography: Any) -> Person:
    """The first people of a trial with other parameters and another enrolment."""
    changed = DEMOGRAPHY._replace(**demography)
    numbers = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), changed)
    people = dataclasses.replace(cohort(values), demography=numbers)
    return jax.tree.map(np.asarray, _persons(people, patient_indices(0, N)))


def aged(years: float, ageing: float | None = None) -> Person:
    """People who are all of one age."""
    values = {} if ageing is None else {"patient.person.ageing": ageing}
    return persons(values, age_mean=years, age_low=years, age_high=years)


def recorded(name: str) -> float:
    """A single recorded number."""
    value = library().parameter(name).value
    assert isinstance(value, float)
    return value


def assert_same(one: Any, other: Any) -> None:
    """All leaves are the same to the bit."""
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("years", "factor"), [(65.0, np.exp(-0.15)), (70.0, np.exp(-0.3))]
)
def test_beyond_sixty_every_treatment_does_less(years: float, factor: float) -> None:
    """By exp(-0.3) in the first decade; once in each, though one follows another."""
    old, ageless = aged(years, ageing=0.3), aged(years, ageing=0.0)
    assert (old.age_years == years).all()
    for name in TREATED:
        want = getattr(ageless, name) * factor
        np.testing.assert_allclose(getattr(old, name), want, rtol=1e-14, err_msg=name)
    same = {name: getattr(old, name) for name in TREATED}
    assert_same(ageless._replace(**same), old)


def test_up_to_sixty_nothing_changes_to_the_bit() -> None:
    mixed = [persons({"patient.person.ageing": x}, age_high=90.0) for x in (0.0, 1.0)]
    young = mixed[0].age_years <= 60
    assert 0.5 < young.mean() < 1
    for name in TREATED:
        without, with_it = (getattr(one, name) for one in mixed)
        np.testing.assert_array_equal(without[young], with_it[young])
        assert (without[~young] > with_it[~young]).all()
    assert_same(aged(60.0, ageing=1.0), aged(60.0, ageing=0.0))


def test_without_ageing_the_old_are_treated_as_the_young() -> None:
    old = aged(80.0, ageing=0.0)
    assert_same(old._replace(age_years=aged(40.0).age_years), aged(40.0))


def test_the_fall_begins_where_its_record_says() -> None:
    values = {"patient.person.ageing_from": 50.0, "patient.person.ageing": 0.3}
    years = {"age_mean": 60.0, "age_low": 60.0, "age_high": 60.0}
    np.testing.assert_allclose(
        persons(values, **years).response,
        persons({}, **years).response * np.exp(-0.3),
        rtol=1e-14,
    )


def test_a_chance_stays_a_chance_if_treatments_do_more_with_age() -> None:
    more, ageless = aged(70.0, ageing=-1.0), aged(70.0, ageing=0.0)
    want = np.minimum(ageless.treatability * np.e, 1)
    assert (want == 1).any()
    np.testing.assert_allclose(more.treatability, want, rtol=1e-14)
    ratio = ageless.receptivity / ageless.treatability
    np.testing.assert_allclose(more.receptivity, more.treatability * ratio, rtol=1e-14)


def test_inpatients_differ_by_the_level_of_life_alone() -> None:
    """As if the level of everybody's life were lower by the record."""
    shift, level = recorded("patient.life.inpatient"), recorded("patient.life.level")
    inside, outside = persons(inpatient=1.0), persons()
    moved = persons({"patient.life.level": level + shift})
    np.testing.assert_allclose(
        inside.balance.life, moved.balance.life, rtol=0, atol=1e-13
    )
    # The rest have as poor a life as their beliefs need, in hospital or not.
    less = outside.balance.life - inside.balance.life
    assert less.min() == 0
    assert less.max() == pytest.approx(-shift, abs=1e-13)
    assert (np.abs(less + shift) < 1e-13).mean() > 0.3
    assert_same(inside._replace(balance=outside.balance), outside)


def test_outpatients_do_not_notice_the_record() -> None:
    assert_same(persons({"patient.life.inpatient": 5.0}, inpatient=0.0), persons())


COMMON = "patient.person.common"


def test_what_is_common_makes_treatments_take_in_the_same_people() -> None:
    same = {"age_mean": 40, "age_low": 40, "age_high": 40}
    same |= {"failures_mean": 2, "failures_low": 2}
    alone, alike = (persons({COMMON: c}, **same) for c in (0.0, 0.9))
    takes = lambda one: (one.response, one.expectancy, one.treatability)
    for before, after in zip(takes(alone), takes(alike), strict=True):
        assert stats.kstest(before, after).pvalue > 1e-3
    ranks = lambda one: np.asarray(stats.spearmanr(np.stack(takes(one), axis=1))[0])
    apart, close = ranks(alone)[np.triu_indices(3, 1)], ranks(alike)
    assert np.abs(apart).max() < 4.5 / np.sqrt(N)
    by_normals = 6 / np.pi * np.arcsin(0.9**2 / 2)
    assert close[1, 2] == pytest.approx(by_normals, abs=4.5 / np.sqrt(N))
    assert close[0, 1:].min() > 0.3
