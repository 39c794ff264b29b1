"""Looks before the end: who is looked at, and where trials stop."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.power.looks import critical_values, first_entered, sequential
from kapsim.trial.power.worlds import DRUG, NO_DRUG
from kapsim.trial.protocol import Protocol
from tests.unit.trial.power.builders import drawn, trial

TOTAL = 200


def looked(**looks: Any) -> Protocol:
    """A trial with two looks."""
    return trial(plan={"looks": {"fractions": [0.5, 1], **looks}})


def test_the_first_are_the_first_with_all_their_visits() -> None:
    of = drawn()
    early = first_entered(of, 0.5)
    for name, whole, part in zip(of._fields, of, early, strict=True):
        if whole.ndim == 1:
            np.testing.assert_array_equal(part, whole, err_msg=name)
        else:
            np.testing.assert_array_equal(part, whole[:, :12], err_msg=name)
    assert first_entered(of, 1.0).arm.shape == of.arm.shape
    assert first_entered(of, 0.01).arm.shape == (3, 2)


def interim(rows: dict[str, list[tuple[float, float]]]) -> pd.DataFrame:
    """P values at both looks by world."""
    long = [
        (world, r, look, p)
        for world, trials in rows.items()
        for r, both in enumerate(trials)
        for look, p in enumerate(both, start=1)
    ]
    names = ["world", "replicate", "look", "p_tested"]
    found = pd.DataFrame(long, columns=pd.Index(names))
    return found.assign(tested="superiority", favours_first=True)


def test_trials_stop_at_the_first_bound_they_cross() -> None:
    # nominal: 0.0031 at half, 0.049 at the end
    with_drug = [(0.001, 0.5), (0.01, 0.04), (0.01, 0.06), (np.nan, 0.001)]
    table = interim({DRUG: with_drug, NO_DRUG: [(0.5, 0.5)] * 3 + [(0.002, 0.9)]})
    found = sequential(table, looked(), TOTAL)
    assert found is not None
    half, end = found["looks"]
    assert half["nominal_p"] == pytest.approx(0.003051, abs=1e-5)
    assert end["nominal_p"] == pytest.approx(0.049, abs=2e-4)
    assert (half["fraction"], end["fraction"]) == (0.5, 1)
    assert (half["stop_probability"], end["stop_probability"]) == (0.25, 0.5)
    assert (half["stop_probability_null"], end["stop_probability_null"]) == (0.25, 0)
    assert (found["power"], found["type_1"]) == (0.75, 0.25)
    assert found["expected_n"] == pytest.approx((100 + 3 * 200) / 4)
    assert found["expected_n_null"] == pytest.approx((100 + 3 * 200) / 4)
    assert found["spending"] == "obrien-fleming"


def test_a_world_that_was_not_run_is_not_known() -> None:
    found = sequential(interim({DRUG: [(0.001, 0.5)]}), looked(), TOTAL)
    assert found is not None
    assert np.isnan(found["type_1"])
    assert np.isnan(found["looks"][0]["stop_probability_null"])


def test_without_looks_there_is_nothing() -> None:
    assert sequential(interim({DRUG: [(0.1, 0.1)]}), trial(), TOTAL) is None
    assert sequential(interim({DRUG: []}), looked(), TOTAL) is None


@pytest.mark.parametrize(
    ("spending", "first"),
    [
        ({"spending": "pocock"}, 0.031),
        ({"spending": "kim-demets", "shape": 1}, 0.025),
        ({"spending": "hwang-shih-decani", "shape": 0}, 0.025),
        ({"spending": "obrien-fleming"}, 0.00305),
    ],
)
def test_spending_decides_what_is_needed_early(
    spending: dict[str, Any], first: float
) -> None:
    looks = looked(**spending).plan.looks
    assert looks is not None
    bounds = critical_values(looks, 0.05)
    assert bounds.nominal_p[0] == pytest.approx(first, rel=0.01)
    assert bounds.alpha_spent[-1] == pytest.approx(0.05, rel=1e-9)


def test_to_stop_for_the_comparator_is_no_success() -> None:
    with_drug = [(0.001, 0.5), (0.001, 0.001), (0.01, 0.04), (0.5, 0.5)]
    table = interim({DRUG: with_drug, NO_DRUG: with_drug})
    wrong = table.assign(favours_first=~table["replicate"].isin([1, 2]))
    found = sequential(wrong, looked(), TOTAL)
    assert found is not None
    assert (found["power"], found["for_comparator"]) == (0.25, 0.5)
    assert found["type_1"] == 0.75
    half, end = found["looks"]
    assert (half["stop_probability"], end["stop_probability"]) == (0.25, 0)
    assert (half["stop_probability_null"], end["stop_probability_null"]) == (0.5, 0.25)
    assert found["expected_n"] == pytest.approx((2 * 100 + 2 * 200) / 4)
    margin = sequential(wrong.assign(tested="non-inferiority"), looked(), TOTAL)
    assert margin is not None
    assert margin["power"] == 0.75
    assert np.isnan(margin["for_comparator"])
