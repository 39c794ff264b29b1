"""Scales, ticks and the spreading of labels against exact answers."""

import itertools

import numpy as np
import pytest

from kapsim.report.axes import Scale, minus, spread, time_ticks, value_ticks


def test_scale_is_linear_and_may_run_upwards():
    scale = Scale(0.0, 60.0, 300.0, 0.0)
    assert scale(0.0) == 300.0
    assert scale(60.0) == 0.0
    np.testing.assert_allclose(
        scale(np.array([15.0, 30.0])), [225.0, 150.0], rtol=1e-15
    )


@pytest.mark.parametrize(
    ("low", "high", "values", "labels"),
    [
        (0.0, 33.7, (0, 10, 20, 30, 40), ("0", "10", "20", "30", "40")),
        (0.0, 0.9, (0, 0.25, 0.5, 0.75, 1), ("0.00", "0.25", "0.50", "0.75", "1.00")),
        (-0.9, 0.3, (-1, -0.5, 0, 0.5), ("−1.0", "−0.5", "0.0", "0.5")),
        (5.0, 5.0, (5, 5.5, 6), ("5.0", "5.5", "6.0")),
    ],
)
def test_value_ticks_are_round_and_cover_the_data(low, high, values, labels):
    ticks = value_ticks(low, high, 4 if high != 5.0 else 2)
    np.testing.assert_allclose(ticks.values, values, rtol=1e-12, atol=1e-12)
    assert ticks.labels == labels


@pytest.mark.parametrize(
    ("low", "high", "count", "labels", "title"),
    [
        (-5, 50, 9, ("0", "12", "24", "36", "48"), "hours since the first dose"),
        (-48, 168, 12, ("−2", "−1", *"01234567"), "days since the first dose"),
        (0, 84 * 24, 7, ("0", "2", "4", "6", "8", "10", "12"), "weeks since"),
        (
            0,
            60 * 168,
            12,
            ("0", "8", "16", "24", "32", "40", "48", "56"),
            "weeks since",
        ),
    ],
)
def test_time_ticks_take_the_unit_that_suits_the_span(low, high, count, labels, title):
    ticks = time_ticks(float(low), float(high), count)
    assert ticks.labels == labels
    assert ticks.title.startswith(title)


def test_labels_are_spread_without_overlap_and_in_order():
    places, sizes = [100.0, 101.0, 99.0, 300.0], [20.0, 34.0, 20.0, 20.0]
    moved = spread(places, sizes, 0.0, 310.0)
    order = np.argsort(places)
    assert list(np.argsort(moved)) == list(order)
    for one, other in itertools.pairwise(order):
        assert moved[other] - moved[one] >= (sizes[one] + sizes[other]) / 2 - 1e-9
    assert moved[2] == 99.0
    assert max(moved) <= 300.0


def test_labels_are_pushed_back_from_the_foot():
    moved = spread([290.0, 295.0], [20.0, 20.0], 0.0, 300.0)
    np.testing.assert_allclose(moved, [270.0, 290.0], rtol=1e-15)


def test_minus_sign_and_no_negative_zero():
    assert minus("-3.2") == "−3.2"
    assert minus("-0.0") == "0.0"
