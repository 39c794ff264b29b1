"""Shares, odds and numbers needed to treat against printed examples and by hand."""

import math

import numpy as np
import pytest

from kapsim.trial.analysis.binary import (
    number_needed_to_treat,
    risk_difference,
    risk_differences,
)
from kapsim.trial.analysis.estimate import estimate
from kapsim.trial.analysis.logistic import logistic, separated

# Newcombe (1998), method 10, printed to four digits.
PRINTED = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 10, 0.6075, 1.0000),
]


def people(k1: int, n1: int, k0: int, n0: int) -> tuple[np.ndarray, np.ndarray]:
    """Who responded, and in which arm."""
    happened = np.repeat([1.0, 0.0, 1.0, 0.0], [k1, n1 - k1, k0, n0 - k0])
    return happened, np.repeat([1, 0], [n1, n0])


def none(arm: np.ndarray) -> np.ndarray:
    """No covariates."""
    return np.zeros((len(arm), 0))


@pytest.mark.parametrize(("k1", "n1", "k0", "n0", "low", "high"), PRINTED)
def test_newcombe_as_printed(k1, n1, k0, n0, low, high) -> None:
    found = risk_difference(*people(k1, n1, k0, n0))
    # half a unit of the last printed digit
    np.testing.assert_allclose((found.low, found.high), (low, high), rtol=0, atol=5e-5)


def test_wald_would_be_found_out() -> None:
    found = risk_difference(*people(56, 70, 48, 80))
    assert abs(found.value + 1.959964 * found.se - 0.3339) > 5e-5


def test_pearsons_test_by_hand() -> None:
    # 2 x 2 table 56 14 / 48 32: chi-squared = n (ad - bc)^2 / products of margins
    found = risk_difference(*people(56, 70, 48, 80))
    statistic = 150 * (56 * 32 - 14 * 48) ** 2 / (70 * 80 * 104 * 46)
    assert found.p == pytest.approx(math.erfc(math.sqrt(statistic / 2)))


def test_nobody_and_everybody() -> None:
    for k in (0, 10):
        found = risk_difference(*people(k, 10, k, 10))
        assert (found.value, found.p) == (0.0, 1.0)
    happened, arm = people(3, 10, 1, 10)
    happened[arm == 0] = math.nan
    assert "nobody observed in an arm" in risk_difference(happened, arm).method


def test_many_differences_are_as_each_alone() -> None:
    rng = np.random.default_rng(3)
    happened = (rng.random((4, 30)) < 0.4).astype(float)
    happened[1, :4] = math.nan
    arm = rng.permuted(np.tile(np.arange(30) % 2, (4, 1)), axis=1)
    found = risk_differences(happened, arm)
    for k in range(4):
        assert found.at(k) == risk_difference(happened[k], arm[k])


def test_number_needed_to_treat() -> None:
    clear = number_needed_to_treat(risk_difference(*people(56, 70, 48, 80)))
    assert clear.value == pytest.approx(5)
    assert (clear.low, clear.high) == pytest.approx((1 / 0.33387, 1 / 0.05243), 1e-4)
    assert not clear.through_infinity
    # Altman (1998): a difference that covers 0 runs from benefit to infinity to harm
    unclear = number_needed_to_treat(estimate(0.1, 0.1, "x"))
    assert unclear.through_infinity
    assert unclear.low == pytest.approx(1 / (0.1 + 0.1959964))
    assert unclear.high == pytest.approx(1 / (0.1 - 0.1959964))
    assert number_needed_to_treat(estimate(0.0, 0.1, "x")).value == math.inf
    assert math.isnan(number_needed_to_treat(estimate(math.nan, 1.0, "x")).low)
    harm = number_needed_to_treat(estimate(-0.5, 0.1, "x"))
    assert harm.low < harm.value < harm.high < 0


def test_odds_ratio_without_covariates_is_that_of_the_table() -> None:
    happened, arm = people(12, 30, 5, 25)
    found = logistic(happened, arm, none(arm))
    assert found.value == pytest.approx(math.log(12 * 20 / (18 * 5)), rel=1e-9)
    assert found.se == pytest.approx(math.sqrt(1 / 12 + 1 / 20 + 1 / 18 + 1 / 5))
    assert found.method == "logistic"


def test_zero_events_in_an_arm_by_firths_penalty() -> None:
    # in a saturated model the penalty adds a half to each cell
    happened, arm = people(6, 20, 0, 20)
    found = logistic(happened, arm, none(arm))
    assert found.method == "logistic, Firth, because separated"
    assert found.value == pytest.approx(math.log(6.5 * 20.5 / (14.5 * 0.5)), rel=1e-8)
    # of the order of Fisher's exact test, 0.020; Wald's would be 0.05
    assert 0.002 < found.p < 0.02
    assert found.low > 0
    mirrored = logistic(1 - happened, arm, none(arm))
    np.testing.assert_allclose(mirrored.value, -found.value, rtol=1e-8)
    np.testing.assert_allclose(mirrored.low, -found.high, rtol=1e-8)


def test_separation_by_a_covariate_is_seen() -> None:
    arm, x = np.arange(12) % 2, np.arange(12.0)
    design = np.column_stack([np.ones(12), x])
    apart, mixed = (x > 5) * 1.0, np.where(x == 7, 0.0, x > 4)
    assert separated(apart, design)
    assert not separated(mixed, design)
    tied = np.where(x == 5, 1.0, apart)[[*range(12), 5]]
    assert separated(tied * (np.arange(13) < 12), design[[*range(12), 5]])
    assert "Firth" in logistic(apart, arm, x[:, None]).method
    assert logistic(mixed, arm, x[:, None]).method == "logistic"


@pytest.mark.parametrize(
    ("happened", "arm", "why"),
    [
        (np.zeros(20), np.arange(20) % 2, "it happened to nobody"),
        (np.ones(20), np.arange(20) % 2, "it happened to everybody"),
        (np.full(20, math.nan), np.arange(20) % 2, "nobody observed in an arm"),
        (np.arange(20) % 3 == 0, np.ones(20), "nobody observed in an arm"),
    ],
)
def test_what_has_no_odds_ratio_says_why(happened, arm, why) -> None:
    found = logistic(happened, arm, np.arange(20.0)[:, None])
    assert math.isnan(found.value)
    assert found.method == f"logistic: not estimable, {why}"


def test_more_covariates_than_patients() -> None:
    rng = np.random.default_rng(2)
    found = logistic(np.array([1, 0, 1, 0]), np.arange(4) // 2, rng.normal(size=(4, 5)))
    assert math.isnan(found.p)
