"""Predictive distributions, and how they are scored."""

import math
from typing import Any

import numpy as np
import pytest
import scipy.stats

from kapsim.trial.external.forecast import (
    as_ratio,
    beta_binomial,
    log_beta_binomial,
    log_normal,
    normal,
    of_counts,
    of_numbers,
    of_ratios,
    of_times,
)
from kapsim.trial.external.shares import Counted


def _binomial(n: int, share: float) -> Any:
    return scipy.stats.binom(n, share)


def drawn(mean: float = -10.0, sd: float = 2.0, number: int = 4000) -> np.ndarray:
    """Means of replicates."""
    return np.random.default_rng(1).normal(mean, sd, number)


def test_numbers_are_scored_by_a_normal_law() -> None:
    replicates = drawn()
    made = of_numbers(replicates, -12.0)
    assert made is not None
    law: Any = scipy.stats.norm(replicates.mean(), replicates.std(ddof=1))
    assert made.log_score == pytest.approx(law.logpdf(-12.0), rel=1e-12)
    np.testing.assert_allclose(
        (made.low, made.high), np.quantile(replicates, [0.025, 0.975]), rtol=1e-12
    )
    assert made.holds(-12.0)
    assert not made.holds(-16.0)
    assert of_numbers(np.array([1.0, np.nan]), 1.0) is None
    assert math.isnan(log_normal(1.0, 1.0, 0.0))


def test_ratios_are_scored_by_their_logarithms() -> None:
    logs = drawn(math.log(0.5), 0.3)
    made = of_ratios(np.exp(logs), 0.4)
    assert made is not None
    law: Any = scipy.stats.norm(logs.mean(), logs.std(ddof=1))
    assert made.log_score == pytest.approx(law.logpdf(math.log(0.4)), rel=1e-9)
    assert made.value == pytest.approx(math.exp(logs.mean()), rel=1e-9)
    assert as_ratio(normal(0.0, 1.0, 0.0)).high == pytest.approx(math.exp(1.959964))


@pytest.mark.parametrize("between", [0.0, 0.01])
def test_counts_are_scored_by_a_beta_binomial_law(between: float) -> None:
    mean, n = 0.3, 24
    law: Any = scipy.stats.binom(n, mean)
    if between:
        size = mean * (1 - mean) / between - 1
        law = scipy.stats.betabinom(n, size * mean, size * (1 - mean))
    for count in (0, 7, n):
        found = log_beta_binomial(count, n, mean, between)
        assert found == pytest.approx(law.logpmf(count), rel=1e-9)
    made = beta_binomial(mean, between, 100 * 7 / n, n)
    assert made.log_score == pytest.approx(law.logpmf(7), rel=1e-9)
    ends = 100 * law.ppf([0.025, 0.975]) / n
    np.testing.assert_allclose((made.low, made.high), ends, rtol=1e-12)
    assert made.sd == pytest.approx(100 * law.std() / n, rel=1e-9)


def test_replicates_of_one_share_have_no_variance_of_their_own() -> None:
    luck = np.random.default_rng(3)
    of, plain = np.full(4000, 20.0), _binomial(20, 0.3)
    made = of_counts(Counted(luck.binomial(20, 0.3, 4000).astype(float), of), 35.0, 20)
    assert made is not None
    assert made.log_score == pytest.approx(plain.logpmf(7), abs=0.1)
    spread = luck.beta(3, 7, 4000)  # of trials that differ in truth: SD 0.14
    wide = of_counts(Counted(luck.binomial(20, spread).astype(float), of), 35.0, 20)
    assert wide is not None
    law: Any = scipy.stats.betabinom(20, 3, 7)
    assert wide.log_score == pytest.approx(law.logpmf(7), abs=0.1)
    assert wide.high > made.high


def test_what_no_replicate_shows_has_a_probability_all_the_same() -> None:
    made = of_counts(Counted(np.zeros(1000), np.full(1000, 12.0)), 25.0, 12)
    assert made is not None
    assert math.isfinite(made.log_score)
    assert made.log_score < -20
    assert not made.holds(25.0)


def test_a_median_that_some_trials_do_not_reach() -> None:
    days = np.exp(drawn(3.0, 0.4, 1000))
    days[:300] = np.inf
    made = of_times(days, 20.0)
    assert made is not None
    assert math.isinf(made.high)
    assert made.holds(400.0)
    assert math.isnan(made.sd)
    known = np.log(days[300:])
    law: Any = scipy.stats.norm(known.mean(), known.std(ddof=1))
    wanted = law.logpdf(math.log(20.0)) + math.log(0.7)
    assert made.log_score == pytest.approx(wanted, rel=1e-9)
    assert of_times(np.full(5, np.inf), 20.0) is None


@pytest.mark.stochastic
@pytest.mark.parametrize(("shift", "low", "high"), [(0.0, 0.93, 0.97), (4.0, 0.0, 0.6)])
def test_the_interval_covers_95_of_100_and_fewer_if_the_prediction_is_off(
    shift: float, low: float, high: float
) -> None:
    """Of 2,000 figures the SE of a coverage of 0.95 is 0.005: 4 SE either side."""
    luck = np.random.default_rng(11)
    held = 0
    for _ in range(2000):
        made = of_numbers(luck.normal(-10 + shift, 2, 400), 0.0)
        assert made is not None
        held += made.holds(luck.normal(-10, 2))
    assert low <= held / 2000 <= high
