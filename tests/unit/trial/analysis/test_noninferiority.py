"""Tests against margins are those of the interval."""

import math

import pytest

from kapsim.trial.analysis.estimate import estimate
from kapsim.trial.analysis.noninferiority import equivalence_test, margin_test

NORMAL = estimate(0.5, 1.0, "x")


def test_bound_is_that_of_the_two_sided_interval() -> None:
    for df in (math.inf, 12.0):
        found = estimate(0.5, 1.0, "x", df=df)
        below, above = (margin_test(found, 3, lower_is_better=x) for x in (True, False))
        assert below.bound == pytest.approx(found.high)
        assert above.bound == pytest.approx(found.low)


def test_shown_where_the_bound_does_not_reach_the_margin() -> None:
    edge = NORMAL.high
    assert margin_test(NORMAL, edge + 1e-6).shown
    assert not margin_test(NORMAL, edge - 1e-6).shown
    assert margin_test(NORMAL, edge).p == pytest.approx(0.025)


def test_which_side_is_worse() -> None:
    better = estimate(-2.0, 0.5, "x")
    assert margin_test(better, 1.0).p < 1e-8
    odds = margin_test(better, 1.0, lower_is_better=False)
    assert (odds.margin, odds.shown) == (-1.0, False)
    assert odds.p > 0.97


def test_equivalence_is_two_tests_and_the_90_percent_interval() -> None:
    found = estimate(0.5, 1.0, "x", level=0.9)
    assert equivalence_test(found, found.low - 1e-6, found.high + 1e-6).shown
    assert not equivalence_test(found, found.low - 1e-6, found.high - 1e-6).shown
    lopsided = equivalence_test(found, -10, found.high)
    assert lopsided.p == pytest.approx(0.05)
    assert lopsided.above.shown


def test_nothing_estimated_shows_nothing() -> None:
    nothing = estimate(math.nan, 1.0, "x")
    assert not margin_test(nothing, 2).shown
    found = equivalence_test(nothing, -1, 1)
    assert not found.shown
    assert math.isnan(found.p)


def test_impossible_margins_are_refused() -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        margin_test(NORMAL, 0.0)
    with pytest.raises(ValueError, match="below the upper"):
        equivalence_test(NORMAL, 1, 1)
