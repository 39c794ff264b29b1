"""Curves and hazards worked by hand."""

import math

import numpy as np
import pytest

from kapsim.trial.analysis.survival import cox, kaplan_meier, log_rank, median_time

TIMES = np.array([1.0, 2.0, 2.0, 4.0, 5.0, 7.0])
HAPPENED = np.array([1, 1, 0, 1, 0, 1])
ARM = np.array([1, 0, 1, 0, 1, 0])
NONE = np.zeros((6, 0))


def test_curve_by_hand() -> None:
    found = kaplan_meier(TIMES, HAPPENED)
    assert found.time.tolist() == [1, 2, 4, 7]
    assert found.at_risk.tolist() == [6, 5, 3, 1]
    shares = np.array([5 / 6, 2 / 3, 4 / 9])
    np.testing.assert_allclose(found.survival, [*shares, 0], rtol=1e-12)
    greenwood = np.cumsum([1 / 30, 1 / 20, 1 / 6])
    np.testing.assert_allclose(found.se[:3], shares * np.sqrt(greenwood), rtol=1e-12)
    width = 1.959963984540054 * np.sqrt(greenwood) / np.log(shares)
    np.testing.assert_allclose(
        found.low[:3], shares ** np.exp(-width), rtol=1e-12, atol=0
    )
    np.testing.assert_allclose(
        found.high[:3], shares ** np.exp(width), rtol=1e-12, atol=0
    )
    assert math.isnan(found.low[3])


def test_medians() -> None:
    assert median_time(kaplan_meier(TIMES, HAPPENED)).value == 4
    # along a half from 2 to 3: the middle, as R has it
    flat = kaplan_meier(np.array([1.0, 2, 3, 9]), np.array([1, 1, 1, 0]))
    assert median_time(flat).value == 2.5
    rare = median_time(kaplan_meier(TIMES, np.array([1, 0, 0, 0, 0, 0])))
    assert math.isnan(rare.value)
    assert "fewer than half" in rare.method
    never = kaplan_meier(TIMES, np.zeros(6))
    assert never.time.size == 0
    assert "fewer than half" in median_time(never).method


def test_log_rank_by_hand() -> None:
    # one of each arm, all events: at 1 (of 2 and 2), 2 (1, 2), 3 (1, 1), 4 (0, 1)
    found = log_rank(np.arange(1.0, 5), np.ones(4), np.array([1, 0, 1, 0]))
    expected = 1 / 2 + 1 / 3 + 1 / 2
    variance = 1 / 4 + 2 / 9 + 1 / 4
    assert found.statistic == pytest.approx((2 - expected) ** 2 / variance)
    assert found.p == pytest.approx(math.erfc(math.sqrt(found.statistic / 2)))


def test_hazard_by_hand() -> None:
    # 2 = 2h/(h + 1) + h/(h + 2), so h² - h - 4 = 0
    found = cox(
        np.array([1.0, 3, 2, 4]), np.ones(4), np.array([1, 1, 0, 0]), np.zeros((4, 0))
    )
    assert found.value == pytest.approx(math.log((1 + math.sqrt(17)) / 2))


def test_missing_people_and_other_arms_are_left_out() -> None:
    times = np.append(TIMES, [math.nan, 3.0])
    arm = np.append(ARM.astype(float), [1, math.nan])
    happened = np.append(HAPPENED, [1, 1])
    assert cox(times, happened, arm, np.zeros((8, 0))) == cox(
        TIMES, HAPPENED, ARM, NONE
    )
    assert log_rank(times, happened, arm) == log_rank(TIMES, HAPPENED, ARM)


def test_what_has_no_hazard_says_why() -> None:
    one_arm = HAPPENED * (ARM == 1)
    assert "nobody in an arm" in cox(TIMES, one_arm, ARM, NONE).method
    assert not math.isnan(log_rank(TIMES, one_arm, ARM).p)
    assert "nobody" in log_rank(TIMES, 0 * HAPPENED, ARM).method
    after = log_rank(np.array([1.0, 2, 3, 4]), np.arange(4) > 1, np.arange(4) > 1)
    assert "while both arms were followed" in after.method
    assert "observed" in cox(TIMES, HAPPENED, 0 * ARM, NONE).method
    # all of one arm before all of the other: the hazard ratio grows without end
    apart = cox(np.arange(6.0), np.ones(6), np.arange(6) < 3, NONE)
    assert apart.method == "cox: not estimable, the likelihood has no maximum"
