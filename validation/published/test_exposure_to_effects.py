"""Dissociation and blood pressure of a drawn population against reported figures.

Some of these were used to set assumed parameters (the records say which), so this is a
check that the records do what they say, not evidence for the model. 4096 people; the
standard error of the mean total is 0.14 points, of a share 0.8 %.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import (
    BloodPressure,
    BloodPressureInputs,
    Dissociation,
    DissociationInputs,
    IntravenousKetamine,
    NasalEsketamine,
)
from kapsim.engine import records
from validation.courses import course, infusion, people, spray

N = 4096
TIMES = np.linspace(0.0, 4.0, 121)


def drawn(mechanism, seed):
    """A mechanism with every field that has a recorded spread drawn per person."""
    rng = np.random.default_rng(seed)
    found = records(mechanism).items()
    spreads = {name: r.between for name, r in found if r.between is not None}
    names, ids = list(spreads), [r.id for _, r in found if r.between is not None]
    covariance = np.zeros((len(ids), len(ids)))
    for i, spread in enumerate(spreads.values()):
        covariance[i, i] = spread.sd**2
        for other, value in spread.covariance.items():
            covariance[i, ids.index(other)] = value
    normal = rng.multivariate_normal(np.zeros(len(ids)), covariance, N).T
    for name, eta in zip(names, normal, strict=True):
        typical = np.asarray(getattr(mechanism, name))
        if spreads[name].distribution == "logitnormal":
            value = 1 / (1 + (1 - typical) / typical * np.exp(-eta))
        else:
            value = typical * np.exp(eta)
        field = lambda m, name=name: getattr(m, name)
        mechanism = eqx.tree_at(field, mechanism, jnp.asarray(value))
    return mechanism


def population():
    rng = np.random.default_rng(5)
    weight = np.clip(rng.normal(80.0, 16.0, N), 45.0, 140.0)
    return people(N, weight=weight, age=np.clip(rng.normal(45.0, 12.0, N), 18.0, 64.0))


def effects(route, dose, dissociation, pressure):
    """Times, expected CADSS totals and systolic rise, [m, n]."""
    time, levels = course(drawn(route, 1), [dose], TIMES, population())
    s, r = jnp.asarray(levels.s_effect), jnp.asarray(levels.r_effect)
    one = jnp.asarray(1.0)

    def step(state, inputs):
        tolerance, delayed = state
        s0, r0, s1, r1, dt = inputs
        now = dissociation.points(tolerance, DissociationInputs(s0, r0, one))
        mean = DissociationInputs((s0 + s1) / 2, (r0 + r1) / 2, one)
        rise = pressure.rise(delayed).systolic
        delayed = pressure.step(delayed, BloodPressureInputs(mean.s_effect), dt)
        return (dissociation.step(tolerance, mean, dt), delayed), (now, rise)

    inputs = (s[:-1], r[:-1], s[1:], r[1:], jnp.asarray(np.diff(time)))
    start = (dissociation.init(), pressure.init())
    points, rise = jax.jit(lambda: jax.lax.scan(step, start, inputs)[1])()
    return time[:-1], np.asarray(points), np.asarray(rise)


@pytest.fixture(scope="module")
def readouts():
    return drawn(Dissociation(), 2), drawn(BloodPressure(), 3)


@pytest.fixture(scope="module")
def racemate(readouts):
    dose = infusion("ketamine", mg_per_kg=0.5, hours=2 / 3)
    return effects(IntravenousKetamine(), dose, *readouts)


@pytest.fixture(scope="module")
def high_spray(readouts):
    return effects(NasalEsketamine(), spray(84.0), *readouts)


def summary(time, points):
    """Mean and SD at 40 min, time of the greatest mean, share of it left at 90 min."""
    at = points[np.argmin(np.abs(time - 2 / 3))]
    mean = points.mean(axis=1)
    left = mean[np.argmin(np.abs(time - 1.5))] / mean.max()
    return at.mean(), at.std(), time[mean.argmax()], left


def matches(time, points):
    """Whether mean and SD are the reported 7.7 and 9.2, peak and end as described."""
    mean, sd, peak, left = summary(time, points)
    return (
        abs(mean - 7.7) < 0.6
        and abs(sd - 9.2) < 0.9
        and 0.5 < peak < 0.8
        and left < 0.2
    )


def test_dissociation_after_the_racemate(racemate):
    time, points, _ = racemate
    assert matches(time, points), summary(time, points)
    at = points[np.argmin(np.abs(time - 2 / 3))]
    assert 0.4 < np.mean(at > 4) < 0.6


def test_planted_lack_of_tolerance_is_seen(readouts, racemate):
    dissociation, pressure = readouts
    flat = eqx.tree_at(lambda d: d.t50, dissociation, jnp.asarray(1e9))
    dose = infusion("ketamine", mg_per_kg=0.5, hours=2 / 3)
    time, points, _ = effects(IntravenousKetamine(), dose, flat, pressure)
    assert not matches(time, points)


def test_dissociation_after_the_spray(check, high_spray):
    time, points, _ = high_spray
    # reported: 61 to 84 % above 4, peak at 40 min, over by 1.5 h
    check(
        "share with CADSS above 4 after 84 mg of nasal esketamine",
        np.mean(points.max(axis=0) > 4),
        0.61,
        0.84,
        source="label_spravato",
        missed="The label counts patients at any time over several doses, this is one "
        "dose; spread and midpoint of dissociation are assumed and not yet calibrated.",
    )
    _, _, peak, left = summary(time, points)
    assert 0.3 < peak < 0.8
    assert left < 0.3


def test_mean_rise_of_systolic_pressure(racemate):
    time, _, rise = racemate
    mean = rise.mean(axis=1)
    np.testing.assert_allclose(mean.max(), 12.61, rtol=0.05)  # three standard errors
    assert 0.6 < time[mean.argmax()] < 0.8


def test_share_with_a_great_rise_after_the_spray(high_spray):
    _, _, rise = high_spray
    # label: 8 to 19 % of patients have +40 systolic or +25 diastolic within four weeks,
    # so a single session must stay below
    assert 0.01 < np.mean(rise.max(axis=0) >= 40) < 0.19
