"""Ratios of hazards and of odds, worked by hand."""

import math

import numpy as np
import pytest

from kapsim.lab.statistics import Followed, hazard_ratio, odds_ratio


def followed(times: list[float], happened: list[bool]) -> Followed:
    """A group of people."""
    return Followed(np.array(times), np.array(happened))


def test_hazard_ratio_by_hand() -> None:
    # 2 = 2h/(h + 1) + h/(h + 2), so h² - h - 4 = 0
    one, other = (followed(times, [True, True]) for times in ([1.0, 3.0], [2.0, 4.0]))
    found = hazard_ratio(one, other)
    assert found.value == pytest.approx((1 + math.sqrt(17)) / 2)
    assert found.value / found.low == pytest.approx(found.high / found.value)
    assert hazard_ratio(other, one).value == pytest.approx(1 / found.value)


def test_hazard_ratio_of_ties_by_hand() -> None:
    # Two of four at once, one of each group; one of each goes on to the end. By Efron's
    # rule 1 = 2h/(2h + 2) + 1.5h/(1.5h + 1.5) has h = 1, which a third person who goes
    # on in the second group makes 1 = 2h/(2h + 3) + 1.5h/(1.5h + 2.5), h² = 2.5.
    one = followed([1.0, 2.0], [True, False])
    assert hazard_ratio(one, one).value == pytest.approx(1)
    other = followed([1.0, 2.0, 2.0], [True, False, False])
    assert hazard_ratio(one, other).value == pytest.approx(math.sqrt(2.5))


@pytest.mark.stochastic
def test_hazard_ratio_is_found() -> None:
    # Standard error of the logarithm 0.02: four of them; the draws are fixed
    rng = np.random.default_rng(3)
    times = [np.ceil(50 * rng.exponential(x, 8000)) / 50 for x in (1.0, 2.0)]
    groups = [Followed(np.minimum(t, 1.0), t <= 1.0) for t in times]
    assert abs(math.log(hazard_ratio(*groups).value / 2)) < 0.09
    late = Followed(np.minimum(times[1], 1.0), times[1] < 2.0)  # planted: not censored
    assert abs(math.log(hazard_ratio(groups[0], late).value / 2)) > 0.09


def test_odds_ratio_by_hand() -> None:
    found = odds_ratio([True, True, True, False], [True, False, False, False])
    half = 1.959964 * math.sqrt(1 / 3 + 1 + 1 + 1 / 3)
    assert found == pytest.approx((9, 9 / math.exp(half), 9 * math.exp(half)))


def test_share_within_a_time() -> None:
    group = followed([1.0, 2.0, 3.0, 3.0], [True, True, True, False])
    assert group.within(2) == 0.5
