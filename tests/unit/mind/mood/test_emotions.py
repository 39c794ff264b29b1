"""Emotions that compete: by hand, their symmetry, and what keeps them apart."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.mind.mood import EmotionInputs, Emotions


@pytest.fixture(scope="module")
def emotions():
    return Emotions()


def settled(emotions, start, stress):
    quiet = EmotionInputs(jnp.asarray(stress), jnp.zeros(4))
    state = jnp.asarray(start)
    for _ in range(300):
        state, _ = emotions.trial(state, quiet)
    return np.asarray(state)


def test_a_drift_by_hand(emotions):
    strength = np.array([0.8, 0.5, 0.2, 0.1])
    got = emotions.drift(jnp.asarray(strength), jnp.asarray(0.1))
    within, across, inflow = 0.2, 1.1, 0.05
    cheerful = 0.8 * (1 - 0.1 - 0.8 - within * 0.5 - across * 0.3) + inflow
    sad = 0.2 * (1 + 0.1 - 0.2 - within * 0.1 - across * 1.3) + inflow
    np.testing.assert_allclose(got[0], cheerful, rtol=1e-13, atol=0)
    np.testing.assert_allclose(got[2], sad, rtol=1e-13, atol=0)


def test_two_states_are_stable_without_stress_and_one_under_much(emotions):
    good = settled(emotions, [0.8, 0.8, 0.1, 0.1], 0.0)
    bad = settled(emotions, [0.1, 0.1, 0.8, 0.8], 0.0)
    assert good[0] > 5 * good[2]
    np.testing.assert_allclose(bad, good[::-1], rtol=1e-12, atol=0)
    stressed = settled(emotions, [0.8, 0.8, 0.1, 0.1], 0.3)
    assert stressed[2] > 5 * stressed[0]


def test_noise_is_scaled_by_the_root_of_the_step_and_stops_at_zero(emotions):
    start = emotions.init()
    quiet, _ = emotions.trial(start, EmotionInputs(jnp.asarray(0.0), jnp.zeros(4)))
    push = jnp.asarray([1.0, -1.0, 0.0, -9.0])
    moved, shown = emotions.trial(start, EmotionInputs(jnp.asarray(0.0), push))
    size = float(emotions.noise) * np.sqrt(float(emotions.step))
    np.testing.assert_allclose((moved - quiet)[:2], [size, -size], rtol=1e-10, atol=0)
    assert float(moved[3]) == 0.0
    np.testing.assert_array_equal(shown, start)
