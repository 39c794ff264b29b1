"""The grid: nodes where asked, steps within the rule, refinements nested."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from kapsim.engine.grid import (
    DEFAULT_RULE,
    SAME_TIME_H,
    StepRule,
    build_grid,
    node_index,
)

HOURLY = StepRule(before_h=4.0, bands=((2.0, 0.5), (math.inf, 3.0)))
times = st.lists(st.floats(-48.0, 700.0), max_size=8)


def steps_within(grid: np.ndarray, doses: list[float], rule: StepRule) -> bool:
    """Whether every step keeps to the rule, by a route of its own."""
    for start, end in itertools.pairwise(grid):
        given_before = [dose for dose in doses if dose <= start + SAME_TIME_H]
        since = start - max(given_before) if given_before else -1.0
        longest = rule.before_h
        if given_before:
            longest = next(
                step for until, step in rule.bands if since < until - 2 * SAME_TIME_H
            )
        if end - start > longest * (1 + 1e-6):
            return False
    return True


def test_grid_by_hand() -> None:
    grid = build_grid(-6.0, 6.0, [0.0], [1.25], rule=HOURLY)
    before, fine = [-6.0, -3.0], [0.0, 1.25 / 3, 2.5 / 3, 1.25, 1.625]
    np.testing.assert_allclose(
        grid, [*before, *fine, 2.0, 4.0, 6.0], rtol=1e-15, atol=1e-15
    )


def test_a_new_dose_restarts_the_rule() -> None:
    grid = build_grid(0.0, 8.0, [0.0, 1.0], [], rule=HOURLY)
    np.testing.assert_allclose(
        grid, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3 + 5 / 2, 8], rtol=1e-15, atol=0
    )


@given(doses=times, stops=times, refine=st.integers(1, 5))
def test_grids_keep_their_promises(
    doses: list[float], stops: list[float], refine: int
) -> None:
    grid = build_grid(-48.0, 700.0, doses, stops)
    assert grid[0] == -48.0
    assert grid[-1] == 700.0
    assert (np.diff(grid) > SAME_TIME_H / 2).all()
    node_index(grid, [*doses, *stops])
    assert steps_within(grid, doses, DEFAULT_RULE)
    finer = build_grid(-48.0, 700.0, doses, stops, refine=refine)
    assert finer.size == (grid.size - 1) * refine + 1
    np.testing.assert_array_equal(finer[::refine], grid)


def test_the_rule_check_catches_a_missing_node() -> None:
    """Planted fault."""
    grid = build_grid(0.0, 24.0, [0.0], [])
    assert steps_within(grid, [0.0], DEFAULT_RULE)
    assert not steps_within(np.delete(grid, 7), [0.0], DEFAULT_RULE)


def test_stops_closer_than_a_moment_share_a_node() -> None:
    grid = build_grid(0.0, 4.0, [1.0], [1.0 + SAME_TIME_H / 2, 3.0])
    assert node_index(grid, [1.0])[0] == node_index(grid, [1.0 + SAME_TIME_H / 2])[0]
    assert 1.0 in grid


def test_default_grid_is_short() -> None:
    grid = build_grid(0.0, 28 * 24.0, [0.0], [])
    assert grid.size == 1 + 24 + 16 + 18 + 12 + 48


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"end_h": -1.0}, "end after it starts"),
        ({"refine": 0}, "refine must be 1 or more; got 0"),
        ({"doses_h": [-1.0, 25.0]}, r"in \[0, 24\] h; got -1 h, 2 outside"),
        ({"stops_h": [math.nan]}, "got nan h, 1 outside"),
    ],
)
def test_bad_grids_are_refused(change: dict[str, object], message: str) -> None:
    request = {"start_h": 0.0, "end_h": 24.0, "doses_h": [0.0], "stops_h": []}
    with pytest.raises(ValueError, match=message):
        build_grid(**{**request, **change})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "rule",
    [
        {"bands": ()},
        {"bands": ((2.0, 1.0),)},
        {"bands": ((4.0, 1.0), (2.0, 1.0), (math.inf, 2.0))},
        {"bands": ((2.0, 0.0), (math.inf, 2.0))},
        {"before_h": 0.0},
    ],
)
def test_bad_rules_are_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"bands must ascend|above 0 h"):
        StepRule(**rule)  # pyright: ignore[reportArgumentType]


def test_a_time_without_a_node_is_refused() -> None:
    grid = build_grid(0.0, 24.0, [], [6.0])
    np.testing.assert_array_equal(grid[node_index(grid, [24.0, 0.0])], [24.0, 0.0])
    with pytest.raises(ValueError, match="no node at 7 h: the nearest is 6 h"):
        node_index(grid, [6.0, 7.0])
