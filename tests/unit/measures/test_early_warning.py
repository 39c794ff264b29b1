"""Early warnings against numpy, pandas and scipy, and what they do in plain cases."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import scipy.stats

from kapsim.measures.early_warning import (
    EarlyWarning,
    kendall,
    rolling,
    surrogates,
    without_mean,
)

TIMES, WIDTH = 60, 30
LONG, DRAWS = 240, 19


@pytest.fixture(scope="module")
def luck():
    return np.random.default_rng(8)


@pytest.fixture(scope="module")
def series(luck):
    mixed = luck.normal(size=(TIMES, 3)) @ luck.normal(size=(3, 3))
    return mixed.cumsum(axis=0) / 5


def test_indicators_against_pandas(series):
    got = rolling(jnp.asarray(series), WIDTH)
    frame = pd.DataFrame(series)
    windows = range(WIDTH, TIMES + 1)
    part = lambda end: frame.iloc[end - WIDTH : end]
    memory = [part(e).apply(lambda s: s.autocorr(1)).mean() for e in windows]
    variance = [part(e).var(ddof=0).mean() for e in windows]
    pairs = np.triu_indices(3, 1)
    joint = [np.abs(part(e).corr().to_numpy()[pairs]).mean() for e in windows]
    # differences of running sums lose about three of sixteen digits
    np.testing.assert_allclose(got.autocorrelation, memory, rtol=1e-11, atol=0)
    np.testing.assert_allclose(got.variance, variance, rtol=1e-11, atol=0)
    np.testing.assert_allclose(got.correlation, joint, rtol=1e-11, atol=0)


def test_one_signal_has_no_correlation(series):
    got = rolling(jnp.asarray(series[:, :1]), WIDTH)
    assert np.isnan(got.correlation).all()
    assert np.isfinite(got.variance).all()


def test_kendall_against_scipy(luck):
    rows = luck.normal(size=(4, 25))
    got = kendall(jnp.asarray(rows))
    both = [np.asarray(scipy.stats.kendalltau(np.arange(25), row)) for row in rows]
    np.testing.assert_allclose(got, [one[0] for one in both], rtol=1e-13, atol=0)


def test_the_kernel_takes_out_a_slow_mean_and_an_infinite_one_the_mean_alone(series):
    slow = np.sin(np.linspace(0, 3, TIMES))[:, None] * np.ones((1, 3))
    left = np.asarray(without_mean(jnp.asarray(slow), 0.05))
    assert np.abs(left[10:-10]).max() < 0.05 * np.abs(slow).max()
    plain = without_mean(jnp.asarray(series), math.inf)
    np.testing.assert_allclose(plain, series - series.mean(axis=0), rtol=0, atol=1e-13)


def test_surrogates_have_the_memory_and_the_correlation_of_the_series(luck):
    memory, length = np.array([0.7, 0.2]), 4000
    push = luck.normal(size=(length, 2)) @ np.array([[1.0, 0.6], [0.0, 0.8]])
    own = np.zeros((length, 2))
    for t in range(1, length):
        own[t] = memory * own[t - 1] + push[t]
    noise = luck.normal(size=(2, length, 2))
    other = np.asarray(surrogates(jnp.asarray(own), jnp.asarray(noise)))[1]
    lag = [np.corrcoef(other[:-1, i], other[1:, i])[0, 1] for i in range(2)]
    # four standard errors of a correlation in 4,000 observations
    np.testing.assert_allclose(lag, memory, rtol=0, atol=4 / math.sqrt(length))
    left = other[1:] - memory * other[:-1]
    np.testing.assert_allclose(np.corrcoef(left.T)[0, 1], 0.6, rtol=0, atol=0.05)


@functools.cache
def reader():
    return jax.jit(EarlyWarning().read)


def test_a_series_that_slows_down_is_warned_of_and_its_reverse_is_not(luck):
    memory = np.linspace(0.0, 0.95, LONG)
    push = luck.normal(size=(LONG, 2))
    slowing = np.zeros_like(push)
    for t in range(1, LONG):
        slowing[t] = memory[t] * slowing[t - 1] + push[t]
    noise = jnp.asarray(luck.normal(size=(DRAWS, LONG, 2)))
    ahead = reader()(jnp.asarray(slowing), noise)
    back = reader()(jnp.asarray(slowing[::-1]), noise)
    assert ahead.trend.autocorrelation > 0.5
    assert ahead.trend.variance > 0.5
    assert all(bool(alarm) for alarm in EarlyWarning().alarms(ahead)[:2])
    assert not any(bool(alarm) for alarm in EarlyWarning().alarms(back)[:2])


def test_p_counts_the_series_itself(luck):
    series = jnp.asarray(luck.normal(size=(LONG, 2)))
    found = reader()(series, jnp.asarray(luck.normal(size=(DRAWS, LONG, 2))))
    for p in found.p:
        steps = float(p) * (DRAWS + 1)
        assert 1 <= round(steps) <= DRAWS + 1
        np.testing.assert_allclose(steps, round(steps), rtol=1e-12, atol=0)
