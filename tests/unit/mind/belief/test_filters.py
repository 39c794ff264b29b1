"""Filters: the published equations typed in again, exact limits, and the bounds."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import run_trials
from kapsim.mind.belief import (
    BinaryFilter,
    ContinuousFilter,
    Volatility,
    binary_trials,
    continuous_trials,
)

ORIGINAL = Volatility(h=jnp.asarray(1.0))
FIXED = Volatility(kappa=jnp.asarray(0.0))
OUTCOMES = np.random.default_rng(8).uniform(size=60) < np.repeat([0.8, 0.2, 0.7], 20)
CONTENT = np.random.default_rng(6).normal(size=60) + np.repeat([0.0, 2.0, -1.0], 20)
run = eqx.filter_jit(run_trials)


def binary(learner, **received):
    return run(learner, binary_trials(jnp.asarray(OUTCOMES.astype(float)), **received))


def graded(learner, **received):
    return run(learner, continuous_trials(jnp.asarray(CONTENT), 0.8, **received))


def original_equations(kappa, omega, theta, weigh=1.0):
    """Means and variances of Mathys 2011, equations 21 to 34, in their own form."""
    mu2, mu3, s2, s3, found = 0.0, 0.0, 1.0, 1.0, []
    for u in OUTCOMES:
        p = 1 / (1 + np.exp(-mu2))
        spread = np.exp(kappa * mu3 + omega)
        new_s2 = 1 / (1 / (s2 + spread) + p * (1 - p))
        new_mu2 = mu2 + new_s2 * (u - p)
        w, r = spread / (s2 + spread), (spread - s2) / (spread + s2)
        delta = (new_s2 + (new_mu2 - mu2) ** 2) / (spread + s2) - 1
        pi3 = 1 / (s3 + theta) + kappa**2 * w * (w + r * delta) / 2
        mu3 = mu3 + weigh * kappa * w * delta / (2 * pi3)
        mu2, s2, s3 = new_mu2, new_s2, 1 / pi3
        found.append([p, mu2, s2, mu3, s3])
    return np.array(found)


@pytest.mark.parametrize(("kappa", "omega"), [(1.0, -2.5), (1.4, -4.0), (0.5, -1.0)])
def test_the_original_form_is_the_published_one(kappa, omega):
    above = Volatility(
        kappa=jnp.asarray(kappa), omega=jnp.asarray(omega), h=jnp.asarray(1.0)
    )
    end, seen = binary(BinaryFilter(above))
    want = original_equations(kappa, omega, float(above.theta))
    np.testing.assert_allclose(seen.expected, want[:, 0], rtol=1e-12, atol=0)
    last = np.array([end.mu, 1 / end.pi, end.mu_v, 1 / end.pi_v])
    # rounding in different order over sixty trials
    np.testing.assert_allclose(last, want[-1, 1:], rtol=1e-10, atol=0)


def test_a_volatility_moved_by_twice_as_much_is_seen():
    end, _ = binary(BinaryFilter(ORIGINAL))
    above = ORIGINAL
    wrong = original_equations(1.0, float(above.omega), float(above.theta), weigh=2.0)
    assert abs(float(end.mu_v) - wrong[-1, 3]) > 1e-3


def test_with_fixed_volatility_the_graded_filter_is_a_kalman_filter():
    _, seen = graded(ContinuousFilter(FIXED))
    mean, variance = 0.0, 1.0
    for trial, outcome in enumerate(CONTENT):
        variance += np.exp(float(FIXED.omega))
        share = variance / (variance + 1 / 0.8)
        np.testing.assert_allclose(seen.rate[trial], share, rtol=1e-12, atol=0)
        # the mean is a sum of sixty terms of either sign
        np.testing.assert_allclose(seen.expected[trial], mean, rtol=0, atol=1e-13)
        mean, variance = mean + share * (outcome - mean), variance * (1 - share)


def test_an_interval_adds_as_much_variance_as_as_many_trials():
    above = FIXED
    state = ContinuousFilter(above).init()
    twice = above.predict(above.predict(state, jnp.asarray(1.0))[0], jnp.asarray(1.0))
    once = above.predict(state, jnp.asarray(2.0))
    np.testing.assert_allclose(once[0].pi, twice[0].pi, rtol=1e-14, atol=0)
    np.testing.assert_allclose(once[0].pi_v, twice[0].pi_v, rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    ("task", "learner"),
    [(binary, BinaryFilter(FIXED)), (graded, ContinuousFilter(FIXED))],
    ids=["binary", "graded"],
)
def test_relaxation_moves_the_belief_and_not_its_precision(task, learner):
    _, usual = task(learner)
    _, relaxed = task(learner, relaxed=0.5)
    assert np.all(relaxed.rate[:1] > usual.rate[:1])
    np.testing.assert_array_equal(relaxed.predicted.pi[:2], usual.predicted.pi[:2])


def test_good_and_bad_news_are_weighed_by_their_sign():
    _, plain = binary(BinaryFilter(FIXED))
    _, rosy = binary(BinaryFilter(FIXED), good=1.5, bad=0.5)
    assert OUTCOMES[0]
    np.testing.assert_allclose(rosy.rate[0], 1.5 * plain.rate[0], rtol=1e-14, atol=0)
    assert np.mean(rosy.expected) > np.mean(plain.expected) + 0.1
    _, same = binary(BinaryFilter(FIXED), good=1.0, bad=1.0)
    np.testing.assert_array_equal(same.expected, plain.expected)


def test_a_belief_never_goes_past_the_evidence():
    _, seen = graded(ContinuousFilter(FIXED), good=50.0, bad=50.0)
    np.testing.assert_array_equal(seen.rate, np.ones(60))
    np.testing.assert_allclose(seen.expected[1:], CONTENT[:-1], rtol=0, atol=1e-14)


def test_a_certain_belief_can_still_be_moved():
    start = BinaryFilter(mu_0=jnp.asarray(500.0), pi_0=jnp.asarray(1e-5))
    _, seen = binary(start)
    least = float(start.p_min)
    np.testing.assert_allclose(seen.expected[0], 1 - least, rtol=1e-15, atol=0)
    assert np.abs(seen.predicted.mu[1:]).max() <= np.log((1 - least) / least)
    assert seen.expected.min() < 0.5


def test_volatility_keeps_within_its_ends_and_keeps_some_precision():
    wild = Volatility(omega=jnp.asarray(30.0), kappa=jnp.asarray(4.0))
    end, _ = graded(ContinuousFilter(wild, pi_v0=jnp.asarray(1e-4)))
    exponent = float(wild.kappa * end.mu_v + wild.omega)
    assert float(wild.x_min) <= exponent <= float(wild.x_max) + 1e-12


def test_a_great_surprise_leaves_some_precision_of_volatility():
    above = Volatility()
    predicted, weight = above.predict(ContinuousFilter().init(), jnp.asarray(1.0))
    great = jnp.asarray(90.0)
    told, _ = above.learn(predicted, weight, great, predicted.pi, great)
    want = float(above.share * predicted.pi_v)
    np.testing.assert_allclose(told.pi_v, want, rtol=1e-15, atol=0)
