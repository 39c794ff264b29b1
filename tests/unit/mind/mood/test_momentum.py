"""Mood with momentum: by hand, its stability against eigenvalues, and its limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import run_trials
from kapsim.mind.mood import (
    MomentumInputs,
    MomentumState,
    Mood,
    MoodInputs,
    MoodMomentum,
    MoodState,
    largest_stable_feedback,
)


def person(f=1.1, eta_h=0.1, eta_v=0.1):
    return MoodMomentum(
        f=jnp.asarray(f), eta_h=jnp.asarray(eta_h), eta_v=jnp.asarray(eta_v)
    )


def state(momentum, value):
    return MomentumState(jnp.asarray(momentum), jnp.asarray(value))


def test_a_trial_by_hand():
    after, told = person(1.3, 0.2, 0.05).trial(
        state(0.4, 3.0), MomentumInputs(jnp.asarray(5.0))
    )
    felt = 5.0 * 1.3 ** np.tanh(0.4)
    surprise = felt - 3.0
    momentum = 0.4 + 0.2 * (surprise - 0.4)
    np.testing.assert_allclose(told.felt, felt, rtol=1e-14, atol=0)
    np.testing.assert_allclose(told.surprise, surprise, rtol=1e-14, atol=0)
    np.testing.assert_allclose(after.momentum, momentum, rtol=1e-14, atol=0)
    np.testing.assert_allclose(after.value, 3.0 + 0.05 * surprise, rtol=1e-14, atol=0)
    np.testing.assert_allclose(told.mood, np.tanh(momentum), rtol=1e-14, atol=0)
    assert float(told.expected) == 3.0


def test_a_good_mood_sweetens_reward_and_a_bad_one_sours_it():
    felt = [
        float(person().trial(state(h, 0.0), MomentumInputs(jnp.asarray(1.0)))[1].felt)
        for h in (-1.0, 0.0, 1.0)
    ]
    assert felt[0] < felt[1] == 1.0 < felt[2]


def test_without_feedback_momentum_is_the_leaky_integral_of_surprises():
    rewards = jnp.asarray([3.0, 0.0, 10.0, 1.0, 4.0])
    after, told = run_trials(person(1.0, 0.3, 0.1), MomentumInputs(rewards))
    weights = 0.3 * 0.7 ** np.arange(4, -1, -1)
    want = weights @ np.asarray(told.surprise)
    np.testing.assert_allclose(after.momentum, want, rtol=1e-13, atol=0)


def test_the_momentum_of_a_persons_mood_is_the_same_integral():
    mood, dt = Mood(), jnp.asarray(6.0)
    eta = float(-np.expm1(-float(dt) / float(mood.tau_h)))
    rewards = jnp.asarray([3.0, 0.0, 10.0, 1.0, 4.0])
    after, told = run_trials(person(1.0, eta, 0.1), MomentumInputs(rewards))
    zero = jnp.zeros(1)
    feeling = MoodState(zero, zero)
    for surprise in np.asarray(told.surprise):
        flux = jnp.full(1, surprise) / mood.flux_unit
        feeling = mood.step(feeling, MoodInputs(zero, flux, zero, zero, zero, zero), dt)
    np.testing.assert_allclose(feeling.momentum[0], after.momentum, rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("reward", "eta_h", "eta_v"), [(10.0, 0.1, 0.1), (3.0, 0.3, 0.05), (1.0, 0.5, 1.0)]
)
def test_the_limit_of_stability_against_eigenvalues(reward, eta_h, eta_v):
    limit = float(
        largest_stable_feedback(*(jnp.asarray(x) for x in (reward, eta_h, eta_v)))
    )

    def largest(f):
        turn = lambda point: jnp.stack(
            person(f, eta_h, eta_v).trial(
                MomentumState(point[0], point[1]), MomentumInputs(jnp.asarray(reward))
            )[0]
        )
        slope = jax.jacfwd(turn)(jnp.asarray([0.0, reward]))
        return np.abs(np.linalg.eigvals(np.asarray(slope))).max()

    np.testing.assert_allclose(largest(limit), 1.0, rtol=1e-12, atol=0)
    assert largest(limit * 0.99) < 1 < largest(limit * 1.01)
