"""Which p value is held against alpha, and which tests stand after adjustment."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from kapsim.trial.power import verdicts
from kapsim.trial.power.effects import Effects
from kapsim.trial.power.worlds import DRUG, NO_DRUG
from tests.unit.trial.power.builders import CHANGE, trial

VALUE, SE, DF = np.array([1.0, -1.0, np.nan]), np.array([0.8, 0.8, np.nan]), 60.0


def effect(unit: str = "points") -> Effects:
    """Two estimates, and one that failed."""
    df = np.where(np.isfinite(VALUE), DF, np.nan)
    p = 2 * scipy.stats.t.sf(np.abs(VALUE) / SE, df)
    method = np.array(["x"] * 3, object)
    return Effects(unit, VALUE, SE, df, VALUE - 2 * SE, VALUE + 2 * SE, p, method)


def aim(objective: str) -> dict[str, Any]:
    """Design with a margin of 2.5."""
    return {"design": {"objective": objective, "margin": 2.5}}


def test_superiority_is_the_two_sided_p() -> None:
    np.testing.assert_array_equal(verdicts.tested_p(effect(), trial()), effect().p)


def test_non_inferiority_is_twice_the_one_sided_p_at_the_margin() -> None:
    p = verdicts.tested_p(effect(), trial(**aim("non-inferiority")))
    direct = 2 * scipy.stats.t.cdf((VALUE - 2.5) / SE, DF)
    np.testing.assert_allclose(p, direct, rtol=1e-12, atol=0)


def test_of_shares_more_is_better() -> None:
    p = verdicts.tested_p(effect("percent points"), trial(**aim("non-inferiority")))
    direct = 2 * scipy.stats.t.sf((VALUE + 2.5) / SE, DF)
    np.testing.assert_allclose(p, direct, rtol=1e-12, atol=0)


def test_equivalence_is_the_greater_of_two() -> None:
    p = verdicts.tested_p(effect(), trial(**aim("equivalence")))
    below = scipy.stats.t.cdf((VALUE - 2.5) / SE, DF)
    above = scipy.stats.t.sf((VALUE + 2.5) / SE, DF)
    np.testing.assert_allclose(p, np.maximum(below, above), rtol=1e-12, atol=0)


def test_a_margin_in_points_is_none_for_logarithms() -> None:
    found = effect("log odds ratio")
    p = verdicts.tested_p(found, trial(**aim("non-inferiority")))
    np.testing.assert_array_equal(p, found.p)


def table(*tests: tuple[str, bool, list[float]]) -> pd.DataFrame:
    """Rows of endpoints in two worlds; p values by replicate."""
    rows = [
        (world, 0, r, name, "a vs b", primary, p if world == DRUG else 0.5)
        for world in (DRUG, NO_DRUG)
        for name, primary, values in tests
        for r, p in enumerate(values)
    ]
    names = ["world", "size", "replicate", "endpoint", "comparison"]
    found = pd.DataFrame(rows, columns=pd.Index([*names, "primary", "p_tested"]))
    return found.assign(tested="superiority", favours_first=True)


TWO = table(
    ("first", True, [0.03, 0.2, 0.01, np.nan]),
    ("second", True, [0.04, 0.01, 0.04, 0.01]),
    ("other", False, [0.04, 0.04, 0.2, 0.2]),
)


@pytest.mark.parametrize(
    ("how", "first", "second"),
    [
        ("none", [1, 0, 1, 0], [1, 1, 1, 1]),
        ("bonferroni", [0, 0, 1, 0], [0, 1, 0, 1]),
        ("holm", [0, 0, 1, 0], [0, 1, 1, 1]),
        ("hochberg", [1, 0, 1, 0], [1, 1, 1, 1]),
        ("fixed sequence", [1, 0, 1, 0], [1, 0, 1, 0]),
    ],
)
def test_primary_tests_share_their_error(
    how: str, first: list[int], second: list[int]
) -> None:
    found = verdicts.with_verdicts(TWO, trial(CHANGE, plan={"multiplicity": how}))
    pd.testing.assert_frame_equal(found[list(TWO.columns)], TWO)
    drug = found[found["world"] == DRUG]
    told = {
        name: own[["rejected", "rejected_adjusted"]].to_numpy(bool).T.tolist()
        for name, own in drug.groupby("endpoint")
    }
    assert told["first"][1] == list(map(bool, first))
    assert told["second"][1] == list(map(bool, second))
    assert told["other"][1] == [True, True, False, False]
    assert told["first"][0] == [True, False, True, False]
    assert not found.loc[found["world"] == NO_DRUG, "rejected_adjusted"].any()


def test_the_error_is_that_of_the_plan() -> None:
    found = verdicts.with_verdicts(TWO, trial(plan={"alpha": 0.02}))
    own = found[(found["world"] == DRUG) & (found["endpoint"] == "first")]
    assert own["rejected"].tolist() == [False, False, True, False]


# -- which way a test rejects ----------------------------------------------------------


def verdict(found: pd.DataFrame, name: str) -> list[bool]:
    """Verdicts on the first endpoint with the drug."""
    own = found[(found["world"] == DRUG) & (found["endpoint"] == "first")]
    return own[name].tolist()


def test_a_rejection_for_the_comparator_is_no_success() -> None:
    wrong = TWO.assign(favours_first=TWO["replicate"] != 0)
    found = verdicts.with_verdicts(wrong, trial())
    assert verdict(found, "rejected") == [True, False, True, False]
    assert verdict(found, "succeeded") == [False, False, True, False]
    assert verdict(found, "succeeded_adjusted") == [False, False, True, False]


@pytest.mark.parametrize("objective", ["non-inferiority", "equivalence"])
def test_a_test_against_a_margin_has_its_own_side(objective: str) -> None:
    shown = TWO.assign(favours_first=False, tested=objective)
    found = verdicts.with_verdicts(shown, trial(**aim(objective)))
    assert verdict(found, "succeeded") == verdict(found, "rejected")
    assert verdict(found, "succeeded") == [True, False, True, False]


def test_nothing_is_handed_on_by_a_rejection_in_the_wrong_direction() -> None:
    first = (TWO["endpoint"] == "first") & (TWO["replicate"] == 0)
    wrong = TWO.assign(favours_first=~first)
    plan = {"multiplicity": "fixed sequence"}
    found = verdicts.with_verdicts(wrong, trial(CHANGE, plan=plan))
    own = found[(found["world"] == DRUG) & (found["endpoint"] == "second")]
    assert own["rejected_adjusted"].tolist() == [True, False, True, False]
    assert own["succeeded_adjusted"].tolist() == [False, False, True, False]
    assert own["succeeded"].all()
