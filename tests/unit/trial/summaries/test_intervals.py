"""Intervals against printed examples."""

import math

import numpy as np
import pytest

from kapsim.trial.summaries.intervals import (
    t_interval,
    wilson_interval,
    wilson_intervals,
)

# Newcombe (1998), score method without continuity correction, printed to four digits.
PRINTED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("count", "n", "low", "high"), PRINTED)
def test_wilson_as_printed(count: int, n: int, low: float, high: float) -> None:
    # half a unit of the last printed digit
    np.testing.assert_allclose(
        wilson_interval(count, n), (low, high), rtol=0, atol=0.5e-4
    )


@pytest.mark.parametrize(("count", "n", "low", "high"), PRINTED)
def test_the_wald_interval_would_be_found_out(
    count: int, n: int, low: float, high: float
) -> None:
    share = count / n
    half = 1.959964 * math.sqrt(share * (1 - share) / n)
    worst = max(abs(share - half - low), abs(share + half - high))
    assert worst > 0.5e-4


def test_wilson_is_symmetric_and_stays_inside() -> None:
    low, high = wilson_interval(3, 11)
    mirrored_low, mirrored_high = wilson_interval(8, 11)
    # exact up to rounding of a handful of operations
    np.testing.assert_allclose(
        (low, high), (1 - mirrored_high, 1 - mirrored_low), 1e-13
    )
    assert wilson_interval(0, 5)[0] == 0.0
    assert wilson_interval(5, 5)[1] == 1.0
    assert all(math.isnan(bound) for bound in wilson_interval(0, 0))


def test_many_shares_at_once_with_none_among_them() -> None:
    count, n = (np.array([float(row[k]) for row in PRINTED]) for k in (0, 1))
    found = wilson_intervals(count, np.append(n[:-1], math.nan))
    for k, row in enumerate(PRINTED[:-1]):
        assert (found[0][k], found[1][k]) == wilson_interval(row[0], row[1])
    assert np.isnan([found[0][-1], found[1][-1]]).all()


# Two-sided 95 % points of Student's t as every table prints them.
@pytest.mark.parametrize(
    ("n", "point"), [(2, 12.706), (5, 2.776), (10, 2.262), (31, 2.042), (1001, 1.962)]
)
def test_t_as_printed(n: int, point: float) -> None:
    low, high = t_interval(3.0, 2.0, n)
    half = point * 2.0 / math.sqrt(n)
    # half a unit of the last printed digit of the point
    error = 0.5e-3 * 2.0 / math.sqrt(n) * 1.01
    np.testing.assert_allclose((low, high), (3 - half, 3 + half), rtol=0, atol=error)


def test_no_interval_without_a_spread() -> None:
    assert all(math.isnan(bound) for bound in t_interval(3.0, math.nan, 1))
    assert t_interval(3.0, 0.0, 9) == (3.0, 3.0)


def test_a_wider_level_is_a_wider_interval() -> None:
    assert t_interval(0.0, 1.0, 9, level=0.99)[1] > t_interval(0.0, 1.0, 9)[1]
    assert wilson_interval(4, 9, level=0.99)[1] > wilson_interval(4, 9)[1]
