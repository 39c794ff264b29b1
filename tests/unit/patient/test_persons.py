"""Who the people are: the same in every arm, spread as their records say."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from kapsim.drug import Dissociation, IntravenousKetamine, NasalEsketamine
from kapsim.engine import param, records, variability
from kapsim.engine.random import patient_indices, seed_words, stream_normals
from kapsim.evidence import covariance_matrix, library
from kapsim.evidence.schema import Kind, Spread
from tests.unit.patient.people import DEMOGRAPHY, ENTRY, QUICK, cohort, drawn

MANY = 20_000
FOUR_AND_A_HALF = 4.5
"""Standard errors, exceeded by chance 7 times in a million."""


def people_of(n=MANY, first=0):
    return patient_indices(first, n)


SEED = jnp.asarray(seed_words(8))
spread = eqx.filter_jit(variability.spread, **QUICK)


class Drawn(eqx.Module):
    """A pair of parameters that covary."""

    volume: jax.Array = param("drug.intravenous.v1")
    clearance: jax.Array = param("drug.intravenous.cl")


@pytest.fixture(scope="module")
def arms():
    """The same indices in an arm without drug and in one with ketamine."""
    return drawn(cohort()), drawn(cohort(route=IntravenousKetamine()))


def test_the_same_person_in_every_arm(arms):
    without, ketamine = arms
    for part in ("person", "mind", "therapy", "brain", "pharmacology"):
        pairs = zip(
            jax.tree.leaves(getattr(without, part)),
            jax.tree.leaves(getattr(ketamine, part)),
            strict=True,
        )
        for a, b in pairs:
            np.testing.assert_array_equal(a, b)


def test_a_few_are_the_head_of_many():
    route = IntravenousKetamine()
    few, many = (spread(route, SEED, people_of(n)) for n in (3, 10))
    np.testing.assert_array_equal(few.cl, many.cl[:3])
    later = spread(route, SEED, people_of(2, first=1))
    np.testing.assert_array_equal(later.cl, many.cl[1:3])


def test_another_seed_is_other_people():
    route = IntravenousKetamine()
    one = spread(route, SEED, people_of(10)).cl
    two = spread(route, jnp.asarray(seed_words(9)), people_of(10)).cl
    assert (np.asarray(one) != np.asarray(two)).all()


def test_a_parameter_draws_the_same_whatever_stands_beside_it():
    """The first of a covarying pair; streams are keyed by the record."""
    whole = spread(IntravenousKetamine(), SEED, people_of(10))
    pair = spread(Drawn(), SEED, people_of(10))
    np.testing.assert_array_equal(whole.v1, pair.volume)


def test_nothing_is_drawn_where_no_spread_is_stated():
    route = IntravenousKetamine()
    drawn_route = spread(route, SEED, people_of(10))
    for name, record in records(route).items():
        size = np.asarray(getattr(drawn_route, name)).shape
        assert size == (() if record.between is None else (10,)), name


def transformed(mechanism, people):
    """Random effects of each varied parameter, on the scale of its spread."""
    effects = []
    for name, record in records(mechanism).items():
        if record.between is None:
            continue
        typical, own = (np.asarray(getattr(m, name)) for m in (mechanism, people))
        if record.between.distribution == "lognormal":
            effects.append(np.log(own / typical))
        elif record.between.distribution == "logitnormal":
            logit = lambda x: np.log(x) - np.log1p(-x)
            effects.append(logit(own) - logit(typical))
        else:
            effects.append(own - typical)
    varied = [r for r in records(mechanism).values() if r.between is not None]
    return np.stack(effects), np.array(covariance_matrix(tuple(varied)))


@pytest.mark.stochastic
@pytest.mark.parametrize("kind", [IntravenousKetamine, Dissociation])
def test_spreads_and_covariances_are_reproduced(kind):
    """False-alarm rate below 2e-4: at most two dozen checks, 7e-6 each."""
    effects, want = transformed(kind(), spread(kind(), SEED, people_of()))
    sd = np.sqrt(np.diag(want))
    assert (np.abs(effects.mean(axis=1)) < FOUR_AND_A_HALF * sd / np.sqrt(MANY)).all()
    got = effects @ effects.T / MANY
    error = np.sqrt((want**2 + np.outer(sd**2, sd**2)) / MANY)
    assert (np.abs(got - want) < FOUR_AND_A_HALF * error).all()
    off = want - np.diag(np.diag(want))
    if off.any():  # a covariance that is forgotten is noticed
        assert (np.abs(got) > FOUR_AND_A_HALF * error)[off != 0].all()


def test_the_kinds_of_spread_keep_their_ranges():
    kinds = {
        record.between.distribution
        for kind in (IntravenousKetamine, Dissociation)
        for record in records(kind).values()
        if record.between is not None
    }
    assert {"lognormal", "logitnormal"} <= kinds
    effect = spread(Dissociation(), SEED, people_of())
    share = np.asarray(effect.share)
    assert ((share > 0) & (share < 1)).all()


@pytest.mark.parametrize(
    ("distribution", "by_hand"),
    [
        ("normal", lambda x, z: x + 0.3 * z),
        ("lognormal", lambda x, z: x * np.exp(0.3 * z)),
        ("logitnormal", lambda x, z: 1 / (1 + (1 - x) / x * np.exp(-0.3 * z))),
    ],
)
def test_transforms_by_hand(monkeypatch, distribution, by_hand):
    record = library().parameter("drug.intravenous.v1")
    between = Spread(distribution=distribution, sd=0.3, kind=Kind.CALIBRATED)
    changed = record.model_copy(update={"between": between})
    monkeypatch.setattr(variability, "records", lambda _: {"volume": changed})
    typical = Drawn(volume=jnp.asarray(0.4))
    z = stream_normals(SEED, [f"between.{record.id}"], people_of(6))
    (z,) = (np.asarray(value) for value in z.values())
    got = variability.spread(typical, SEED, people_of(6)).volume
    np.testing.assert_allclose(got, by_hand(0.4, z), rtol=1e-13, atol=0)


def test_people_are_as_the_protocol_says(arms):
    person = arms[0].person
    age, weight = np.asarray(person.age_years), np.asarray(person.weight_kg)
    assert (age >= DEMOGRAPHY.age_low).all()
    assert (age <= DEMOGRAPHY.age_high).all()
    assert weight.min() > 20
    rated = np.asarray(person.rated)
    np.testing.assert_array_equal(rated, np.round(rated))
    assert rated.min() >= ENTRY.cut
    assert (np.asarray(person.expectancy) > 0).all()
    assert (np.asarray(person.response) > 0).all()


@pytest.mark.stochastic
@pytest.mark.parametrize("failures", [0, 2, 5])
def test_treatability_is_what_failed_treatments_leave(failures):
    """Beta(1, b + k), the posterior of a geometric trial; false alarms 1e-4."""
    everybody = dataclasses.replace(
        cohort(),
        demography=DEMOGRAPHY._replace(
            failures_mean=float(failures), failures_low=failures, age_high=60.0
        ),
    )
    person, b = drawn(everybody).person, float(everybody.people.treatability)
    found = stats.kstest(person.treatability, stats.beta(1, b + failures).cdf)
    assert found.pvalue > 1e-4
    ratio = np.asarray(person.receptivity / person.treatability)
    np.testing.assert_allclose(ratio, 1 + b, rtol=1e-12)


def test_sex_and_origin_have_their_shares(arms):
    person = arms[0].person
    n = len(np.asarray(person.female))
    for drawn_as, share in (
        (person.female, DEMOGRAPHY.female_share),
        (person.asian, DEMOGRAPHY.asian_share),
        (person.japanese, DEMOGRAPHY.japanese_share),
    ):
        error = np.sqrt(share * (1 - share) / n)
        assert abs(np.mean(np.asarray(drawn_as)) - share) < FOUR_AND_A_HALF * error
    assert (np.asarray(person.asian) >= np.asarray(person.japanese)).all()


def test_kinetics_follow_the_origin(arms):
    person, kinetics = arms[1].person, arms[1].kinetics
    nasal = drawn(cohort(route=NasalEsketamine()))
    assert np.array_equal(np.asarray(nasal.person.asian), np.asarray(person.asian))
    loss = np.asarray(nasal.kinetics.rate).min(axis=0)
    assert loss[person.asian == 1].mean() < loss[person.asian == 0].mean()
    assert kinetics.rate.shape[1] == len(loss)
