"""Dissociation, drug high and circulation of a population against reported figures.

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
    Cardiovascular,
    CardiovascularInputs,
    Dissociation,
    DissociationInputs,
    DrugHigh,
    DrugHighInputs,
    IntravenousKetamine,
    NasalEsketamine,
)
from validation.courses import course, infusion, spray
from validation.population import drawn, population

TIMES = np.linspace(0.0, 5.0, 151)
GREAT = "share with +40 mmHg systolic or +25 diastolic after 84 mg of nasal esketamine"
OVER_A_COURSE = (
    "the label counts patients with any such reading over four weeks; here the rise of "
    "a person is the same at every equal dose, and nothing is read without drug"
)


def effects(route, dose, dissociation, heart):
    """Times; CADSS totals and drug high [m, n]; rises of the circulation [3, m, n]."""
    time, levels = course(drawn(route, 1), [dose], TIMES, population())
    s, r = jnp.asarray(levels.s_effect), jnp.asarray(levels.r_effect)
    one = jnp.asarray(1.0)
    high = eqx.tree_at(lambda h: h.c50, DrugHigh(), dissociation.c50)

    def step(state, inputs):
        tolerance, delayed = state
        s0, r0, s1, r1, dt = inputs
        now = dissociation.points(tolerance, DissociationInputs(s0, r0, one))
        felt = high.read(DrugHighInputs(s0, r0, tolerance, one))
        mean = DissociationInputs((s0 + s1) / 2, (r0 + r1) / 2, one)
        rise = jnp.stack(heart.rise(delayed))
        delayed = heart.step(delayed, CardiovascularInputs(mean.s_effect), dt)
        return (dissociation.step(tolerance, mean, dt), delayed), (now, felt, rise)

    inputs = (s[:-1], r[:-1], s[1:], r[1:], jnp.asarray(np.diff(time)))
    start = (dissociation.init(), heart.init())
    points, felt, rise = jax.jit(lambda: jax.lax.scan(step, start, inputs)[1])()
    rises = np.moveaxis(np.asarray(rise), 1, 0)
    return time[:-1], np.asarray(points), np.asarray(felt), rises


@pytest.fixture(scope="module")
def readouts():
    return drawn(Dissociation(), 2), drawn(Cardiovascular(), 3)


@pytest.fixture(scope="module")
def racemate(readouts):
    dose = infusion("ketamine", mg_per_kg=0.5, hours=2 / 3)
    return effects(IntravenousKetamine(), dose, *readouts)


@pytest.fixture(scope="module")
def high_spray(readouts):
    return effects(NasalEsketamine(), spray(84.0), *readouts)


# -- dissociation and drug high --------------------------------------------------------


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
    time, points, _, _ = racemate
    assert matches(time, points), summary(time, points)
    at = points[np.argmin(np.abs(time - 2 / 3))]
    assert 0.4 < np.mean(at > 4) < 0.6


def test_planted_lack_of_tolerance_is_seen(readouts, racemate):
    dissociation, heart = readouts
    flat = eqx.tree_at(lambda d: d.t50, dissociation, jnp.asarray(1e9))
    dose = infusion("ketamine", mg_per_kg=0.5, hours=2 / 3)
    time, points, _, _ = effects(IntravenousKetamine(), dose, flat, heart)
    assert not matches(time, points)


def test_dissociation_after_the_spray(check, high_spray):
    time, points, _, _ = high_spray
    # reported: 61 to 84 % above 4, peak at 40 min, over by 1.5 h
    check(
        "share with CADSS above 4 after 84 mg of nasal esketamine",
        np.mean(points.max(axis=0) > 4),
        0.61,
        0.84,
        source="label_spravato",
        missed="The label counts patients at any time over several doses, this is one "
        "dose of people who react alike at every dose. A search over the effect site, "
        "tolerance, steepness and spread within their ranges found no set that meets "
        "this share, a peak of the mean later than 30 min and the course after an "
        "infusion together.",
    )
    _, _, peak, left = summary(time, points)
    check(
        "peak of mean dissociation after 84 mg of nasal esketamine",
        60 * peak,
        30,
        50,
        unit="min",
        source="label_spravato",
        note="reported at 40 min, when most trials look",
        missed="Tolerance within a session brings the peak forward while the spray is "
        "still being absorbed; less of it leaves too much at 90 min.",
    )
    assert left < 0.3


def test_drug_high_follows_dissociation(high_spray, racemate):
    for time, points, felt, _ in (high_spray, racemate):
        assert felt.max() < 10
        peaks = [time[x.mean(axis=1).argmax()] for x in (points, felt)]
        assert abs(peaks[0] - peaks[1]) <= 0.2
        assert felt.mean(axis=1).max() > 2 * felt.mean(axis=1)[-1]


# -- circulation -----------------------------------------------------------------------


def test_mean_rises_after_the_racemate(check, racemate):
    time, _, _, rises = racemate
    means = rises.mean(axis=2)
    # limits: the pooled intervals; the slopes were set to these means
    for name, unit, mean, low, high in (
        ("systolic pressure", "mmHg", means[0].max(), 10.40, 14.82),
        ("diastolic pressure", "mmHg", means[1].max(), 6.89, 10.09),
        ("heart rate", "bpm", means[2].max(), 0.55, 7.63),
    ):
        check(
            f"mean rise of {name} after 0.5 mg/kg of the racemate",
            mean,
            low,
            high,
            unit=unit,
            source="vankawala_2021",
        )
    # and the means themselves, to three standard errors
    np.testing.assert_allclose(means.max(axis=1), [12.61, 8.49, 4.09], rtol=0.06)
    assert 0.6 < time[means[0].argmax()] < 0.8


def great(rises):
    """Share of people with a rise that the label counts."""
    return np.mean((rises[0].max(axis=0) >= 40) | (rises[1].max(axis=0) >= 25))


def test_share_with_a_great_rise_after_the_spray(check, high_spray, readouts):
    rises = high_spray[3]
    check(GREAT, great(rises), 0.08, 0.19, source="label_spravato", note=OVER_A_COURSE)
    slopes = [np.asarray(s) for s in (readouts[1].systolic, readouts[1].diastolic)]
    alike = [
        rise / own * own.mean() for rise, own in zip(rises[:2], slopes, strict=True)
    ]
    check.planted(GREAT, "people who all rise alike", great(alike))


def test_course_of_pressure_after_the_spray(high_spray):
    time, _, _, rises = high_spray
    mean = rises[0].mean(axis=1)
    # label: peak at about 40 min, lasting about 4 h
    assert 0.5 < time[mean.argmax()] < 0.9
    left = mean[np.argmin(np.abs(time - 4.0))]
    assert 0.05 * mean.max() < left < 0.35 * mean.max()
