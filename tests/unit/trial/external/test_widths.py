"""Widths of intervals, by their unit."""

import math

import numpy as np
import pandas as pd

from kapsim.trial.external.widths import beside_naive, widths

ROWS = pd.DataFrame(
    [
        ("points", -3.0, 1.0, 0.0, 8.0),
        ("ratio", 0.5, 2.0, 0.25, 4.0),
        ("days", 20.0, math.inf, 5.0, 9.0),
        ("ratio", 0.0, 2.0, 0.25, 4.0),
    ],
    columns=["unit", "low", "high", "naive_low", "naive_high"],
)


def test_widths_of_ratios_are_those_of_logarithms() -> None:
    known = [4.0, math.log(4.0), math.inf, math.inf]
    np.testing.assert_allclose(widths(ROWS), known, rtol=1e-12, atol=0)


def test_only_intervals_with_two_ends_are_held_against_the_naive() -> None:
    np.testing.assert_allclose(beside_naive(ROWS), [0.5, 0.5], rtol=1e-12, atol=0)
