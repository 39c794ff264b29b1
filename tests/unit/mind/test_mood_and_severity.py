"""Mood, behaviour, rumination and severity: values by hand, bounds and limits."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.mind import (
    Behaviour,
    BehaviourInputs,
    Mood,
    MoodInputs,
    MoodState,
    Rumination,
    RuminationInputs,
    Severity,
    SeverityInputs,
)


def row(*values):
    return jnp.asarray(values, float)


def feeling(belief=0.0, flux=0.0, energy=0.0, window=0.0, relaxed=0.0, lift=0.0):
    parts = (belief, flux, energy, window, relaxed, lift)
    return MoodInputs(*(row(v) for v in parts))


def test_mood_at_rest_by_hand():
    got = Mood().rest(row(0.1), feeling(-0.9, 0.0, -0.4, 0.5, 0.3, 0.2))
    drive = (
        1.1 * -0.9
        + 0.8 * 0.1
        + 0.5 * -0.4
        + float(Mood().b_p) * 0.5
        + float(Mood().b_rho) * 0.3
        + 0.2
    )
    np.testing.assert_allclose(got, [np.tanh(drive)], rtol=1e-14, atol=0)


@pytest.mark.parametrize("belief", [-30.0, 0.0, 30.0])
def test_mood_stays_inside_one(belief):
    state = MoodState(row(0.0), row(0.99))
    for hours in (0.1, 5.0, 1000.0):
        state = Mood().step(state, feeling(belief), jnp.asarray(hours))
        assert abs(float(state.mood[0])) <= 1
    assert float(state.mood[0]) == pytest.approx(np.sign(belief), abs=1e-12)


def test_mood_is_neutral_when_nothing_acts():
    state = Mood().step(MoodState(row(0.0), row(0.0)), feeling(), jnp.asarray(9.0))
    assert float(state.mood[0]) == float(state.momentum[0]) == 0.0


def test_momentum_follows_the_flux_in_units_of_the_flux():
    mood = Mood()
    flux = 0.02
    rested = mood.step(
        MoodState(row(0.0), row(0.0)), feeling(flux=flux), 1e5 + row(0)[0]
    )
    want = flux * float(mood.flux_unit)
    np.testing.assert_allclose(rested.momentum, [want], rtol=1e-12, atol=0)
    tau = jnp.asarray(float(mood.tau_h))
    faded = mood.step(rested, feeling(), tau).momentum
    np.testing.assert_allclose(faded, [want / np.e], rtol=1e-12, atol=0)


def test_a_direct_lift_needs_the_window():
    mood = Mood(b_p=jnp.asarray(2.0))
    shut, wide = (mood.rest(row(0.0), feeling(-0.5, window=w)) for w in (0.0, 0.5))
    assert float(wide[0]) > float(shut[0])
    off = Mood(b_p=jnp.asarray(0.0))
    np.testing.assert_array_equal(off.rest(row(0.0), feeling(-0.5, window=0.5)), shut)


def approached(belief=0.0, mood=0.0, drive=0.0, lift=0.0):
    inputs = BehaviourInputs(*(row(v) for v in (belief, mood, drive, lift)))
    return float(Behaviour().read(inputs)[0])


def test_approach_by_hand():
    least = float(Behaviour().a_min)
    drawn = 1 / (1 + np.exp(-(4 * (0.5 * -0.4 + 0.5 * -0.2 + 0.25) + 0.3)))
    want = least + (1 - least) * drawn
    np.testing.assert_allclose(approached(-0.4, -0.2, 0.0, 0.3), want, rtol=1e-14)


def test_some_life_reaches_those_who_avoid_it():
    np.testing.assert_allclose(approached(-50.0, -1.0), Behaviour().a_min, rtol=1e-12)
    np.testing.assert_allclose(approached(50.0, 1.0), 1.0, rtol=1e-12)


def test_on_the_drug_little_is_approached():
    np.testing.assert_allclose(approached(drive=1.0), 0.2 * approached(), rtol=1e-12)


def ruminated(rank=-1.0, mood=-0.5, drive=0.0, window=0.0):
    inputs = RuminationInputs(*(row(v) for v in (rank, mood, drive, window)))
    return float(Rumination().read(inputs)[0])


def test_rumination_by_hand():
    want = 8 / 24 / (1 + np.exp(4 * (-1.0 + 0.3 * -0.5 + 0.1)))
    np.testing.assert_allclose(ruminated(), want, rtol=1e-13)
    quiet = 1 - 0.35 * 0.8 - 0.45 * 0.5
    np.testing.assert_allclose(
        ruminated(drive=0.8, window=0.5), want * quiet, rtol=1e-13
    )


def test_rumination_is_never_negative_nor_above_its_rate():
    for rank in (-50.0, 0.0, 50.0):
        for full in (0.0, 1.0):
            assert 0 <= ruminated(rank, drive=full, window=full) <= 8 / 24


def test_the_shift_fades_at_the_floor():
    rumination = Rumination()
    mu = jnp.asarray([[float(rumination.mu_low)], [50.0], [-50.0]])
    shift = rumination.bounded(jnp.full((3, 1), 0.35), mu)
    np.testing.assert_allclose(shift[:, 0], [0.175, 0.35, 0.0], rtol=1e-12, atol=1e-100)


def score(mood=0.0, belief=0.0, offset=0.0, relief=0.0, fluctuation=0.0):
    values = (mood, belief, offset, relief, fluctuation)
    return SeverityInputs(*(row(v) for v in values))


def test_severity_at_rest_by_hand():
    got = Severity().rest(score(-0.8, -1.2, 1.5, 2.0, 0.7))
    weight = float(Severity().w_m)
    state = weight * -0.8 + (1 - weight) * -1.2
    want = 14.6 + 1.5 - 18 * state - 2.0 + 0.7
    np.testing.assert_allclose(got, [want], rtol=1e-14, atol=0)


def test_severity_follows_within_an_hour():
    severity = Severity()
    got = severity.step(row(30.0), score(), severity.tau_y)
    want = 14.6 + (30.0 - 14.6) / np.e
    np.testing.assert_allclose(got, [want], rtol=1e-13, atol=0)


def test_points_stay_on_the_scale():
    points = Severity().points(row(-5.0, 0.0, 31.5, 60.0, 75.0))
    np.testing.assert_array_equal(points, [0.0, 0.0, 31.5, 60.0, 60.0])
