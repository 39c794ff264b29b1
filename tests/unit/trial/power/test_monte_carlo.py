"""What a number of trials can tell, and what it cannot."""

import math

import numpy as np
import pytest

from kapsim.trial.power.monte_carlo import FEWEST, mean_share, middle, share
from kapsim.trial.summaries.intervals import t_interval, wilson_interval


def test_a_share_has_its_error_and_wilsons_interval() -> None:
    found = share(np.array([True, False, False, True, False]))
    assert found.value == pytest.approx(0.4)
    assert found.se == pytest.approx(math.sqrt(0.4 * 0.6 / 5))
    assert (found.low, found.high) == wilson_interval(2, 5)
    assert list(found.columns("x")) == ["x", "x_se", "x_low", "x_high"]


@pytest.mark.parametrize("hit", [True, False])
def test_all_or_none_is_no_certainty(hit: bool) -> None:
    found = share(np.full(100, hit))
    assert found.value == hit
    assert math.isnan(found.se)
    assert found.high - found.low == pytest.approx(0.037, abs=5e-4)


def test_of_no_replicates_nothing_is_known() -> None:
    assert all(map(math.isnan, share(np.zeros(0, bool))))


def test_the_error_of_a_mean_share_is_that_of_its_draws() -> None:
    shares = np.array([0.4, 0.8, 0.9])
    found = mean_share(shares)
    assert found.se == pytest.approx(shares.std(ddof=1) / math.sqrt(3))
    low, high = t_interval(found.value, shares.std(ddof=1), 3)
    assert high > 1
    assert (found.low, found.high) == (pytest.approx(low), 1)
    certain = mean_share(np.ones(12))
    assert math.isnan(certain.se)
    assert (certain.low, certain.high) == wilson_interval(12, 12)
    assert math.isnan(mean_share(np.array([0.5])).low)


def test_the_middle_needs_enough_trials() -> None:
    luck = np.random.default_rng(3).normal(size=(FEWEST, 2))
    luck[0, 1] = np.nan
    low, high = middle(luck)
    assert low[0] == pytest.approx(np.quantile(luck[:, 0], 0.025))
    assert high[0] == pytest.approx(np.quantile(luck[:, 0], 0.975))
    assert np.isnan([low[1], high[1]]).all()
    assert np.isnan(middle(luck[:-1])).all()
