"""The belief update task: rates as written, and what each lever does."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.mind.belief import News, NewsLearner

ZERO = jnp.asarray(0.0)
PLAIN = NewsLearner(optimism=ZERO, s_credible=jnp.asarray(1e9))


def updated(learner, content, *, start=0.4, known=0.0, relaxed=0.0, induced=0.0):
    """Estimate after one piece of news, and the rate used."""
    numbers = (content, known, relaxed, induced)
    news = News(*(jnp.asarray(float(number)) for number in numbers))
    after, seen = learner.trial(jnp.asarray(start), news)
    return float(after), float(seen.rate)


@pytest.mark.parametrize("content", [0.9, 0.1])
def test_without_optimism_good_and_bad_news_move_alike(content):
    after, rate = updated(PLAIN, content)
    want = float(PLAIN.rate)
    np.testing.assert_allclose(rate, want, rtol=1e-14, atol=0)
    np.testing.assert_allclose(after, 0.4 + want * (content - 0.4), rtol=1e-14, atol=0)


def test_optimism_is_half_the_difference_of_the_rates():
    rosy = NewsLearner(optimism=jnp.asarray(0.1), s_credible=jnp.asarray(1e9))
    good, bad = updated(rosy, 0.9)[1], updated(rosy, 0.1)[1]
    np.testing.assert_allclose(good - bad, 0.2, rtol=1e-13, atol=0)
    np.testing.assert_allclose(good + bad, 2 * float(rosy.rate), rtol=1e-13, atol=0)


@pytest.mark.parametrize("induced", [0.0, 0.4, 1.0])
def test_the_window_sets_the_ratio_of_the_rates(induced):
    good = updated(PLAIN, 0.9, induced=induced)[1]
    bad = updated(PLAIN, 0.1, induced=induced)[1]
    plus, minus = float(PLAIN.beta_plus), float(PLAIN.beta_minus)
    want = (1 + plus * induced) / (1 - minus * induced)
    np.testing.assert_allclose(good / bad, want, rtol=1e-14, atol=0)


def test_relaxation_raises_the_rate_towards_one():
    rate, relaxed = float(PLAIN.rate), updated(PLAIN, 0.9, relaxed=0.5)[1]
    np.testing.assert_allclose(
        relaxed, rate / (rate + (1 - rate) / 2), rtol=1e-14, atol=0
    )
    np.testing.assert_allclose(updated(PLAIN, 0.9, relaxed=1.0)[1], 1, rtol=0, atol=0)


def test_only_good_news_loses_credit():
    doubting = NewsLearner(optimism=ZERO, s_credible=jnp.asarray(0.5))
    good, bad = updated(doubting, 0.9)[1], updated(doubting, -0.1)[1]
    np.testing.assert_allclose(good / bad, np.exp(-0.5), rtol=1e-14, atol=0)


def test_what_is_known_is_not_updated():
    assert updated(PLAIN, 0.9, known=1.0)[0] == 0.4
    half = updated(PLAIN, 0.9, known=0.5)[0] - 0.4
    whole = updated(PLAIN, 0.9)[0] - 0.4
    np.testing.assert_allclose(half, whole / 2, rtol=1e-14, atol=0)
