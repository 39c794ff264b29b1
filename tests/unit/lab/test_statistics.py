"""Estimates against their definitions and against what they must cover."""

import numpy as np
import pytest

from kapsim.lab.statistics import (
    correlation,
    hedges_g,
    mean,
    pooled_odds_ratio,
    share,
)


def test_share_counts_and_its_interval_is_wilsons() -> None:
    # Wilson's interval for 3 of 10, from Newcombe's formula worked by hand
    assert share([True] * 3 + [False] * 7) == pytest.approx(
        (0.3, 0.1078, 0.6032), abs=1e-4
    )
    assert share(np.zeros(5, bool)).low == 0.0


def test_g_by_hand() -> None:
    # means 2 and 4, both variances 1: d = -2; J at 4 degrees of freedom is
    # G(2) / (G(1.5) sqrt(2)) = 1 / (0.8862 * 1.4142) = 0.7979
    found = hedges_g([1.0, 2.0, 3.0], [3.0, 4.0, 5.0])
    assert found.value == pytest.approx(-2 * 0.7979, abs=1e-4)
    assert found.high - found.value == pytest.approx(found.value - found.low)


def drawn(sizes: tuple[int, int], true: float) -> np.ndarray:
    """Estimates of 4000 trials whose groups lie `true` apart."""
    rng = np.random.default_rng(5)
    groups = lambda: (rng.normal(true, 1.0, sizes[0]), rng.normal(0.0, 1.0, sizes[1]))
    return np.array([hedges_g(*groups()) for _ in range(4000)])


@pytest.mark.stochastic
def test_g_has_no_bias_in_small_groups() -> None:
    # SD about 0.7, standard error 0.011: four of them; the draws are fixed
    average = drawn((5, 5), 0.8)[:, 0].mean()
    assert abs(average - 0.8) < 0.045
    assert abs(average / 0.9027 - 0.8) > 0.045  # planted fault: not corrected by J


@pytest.mark.stochastic
def test_the_interval_of_g_covers() -> None:
    # standard error of the coverage 0.35 %: four of them; the draws are fixed
    found = drawn((15, 25), 0.8)
    covers = lambda true: np.mean((found[:, 1] <= true) & (true <= found[:, 2]))
    assert 0.935 < covers(0.8) < 0.965
    assert covers(1.0) < 0.935  # planted fault: of another difference


def test_mean_and_its_interval_by_hand() -> None:
    # SD 1, t(2) = 4.3027: half the interval is 4.3027 / sqrt(3)
    assert mean([1, 2, 3]) == pytest.approx((2, 2 - 2.4841, 2 + 2.4841), abs=1e-4)


def test_correlation_and_its_interval_by_hand() -> None:
    # atanh 0.8 = 1.0986, less and plus 1.9600 / sqrt(4 - 3)
    found = correlation([1, 2, 3, 4], [1, 3, 2, 4])
    assert found == pytest.approx((0.8, -0.6970, 0.9956), abs=1e-4)


def test_odds_ratio_pooled_over_strata_by_hand() -> None:
    one = [[True, True, False, False], [True, False, False, False]]
    other = [[True, False, False, False], [True, False, False, False]]
    assert pooled_odds_ratio(one, other) == pytest.approx((2 * 3 + 3) / (2 + 3))
