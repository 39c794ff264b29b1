"""Operating characteristics of a table made by hand."""

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.power.operating import operating
from kapsim.trial.power.worlds import DRUG, FELT_ONLY, NO_DRUG
from kapsim.trial.summaries.intervals import wilson_interval

PLACE = {"size": 0, "endpoint": "end", "comparison": "a vs b"}
EFFECTS = [-4.0, -2.0, -3.0, np.nan]
TRUTH = pd.DataFrame(
    [{"endpoint": "end", "comparison": "a vs b", "truth": -2.5, "truth_se": 0.1}]
)


def rows(world: str, rejected: list[bool], **columns: Any) -> list[dict[str, Any]]:
    """Replicates of a world."""
    effects = columns.get("estimate", [-1.0] * len(rejected))
    return [
        {
            **PLACE,
            "world": world,
            "replicate": r,
            "estimate": effects[r],
            "se": 1.0 + r if math.isfinite(effects[r]) else np.nan,
            "low": effects[r] - 1,
            "high": effects[r] + 1,
            "method": "mmrm us" if r < 3 else "mmrm",
            "tested": columns.get("tested", "superiority"),
            "rejected": hit or r in columns.get("against", ()),
            "succeeded": hit,
            "succeeded_adjusted": hit and r > 0,
        }
        for r, hit in enumerate(rejected)
    ]


TABLE = pd.DataFrame(
    rows(DRUG, [True, True, False, False], estimate=EFFECTS, against=[2])
    + rows(FELT_ONLY, [True, False, False, False])
    + rows(NO_DRUG, [False, False, True, False], against=[3])
    + rows("draw 1", [True, False])
    + rows("draw 2", [True, True])
)
BLINDS = pd.DataFrame(
    {
        "size": 0,
        "replicate": range(4),
        "comparison": "a vs b",
        "failed_blind": [True, True, True, False],
    }
)
NO_BLINDS = BLINDS.iloc[:0].astype({"comparison": object})


def row() -> dict[Any, Any]:
    """The one row of the table."""
    (only,) = operating(TABLE, TRUTH, BLINDS).to_dict("records")
    return only


def test_shares_are_exact_with_their_errors() -> None:
    found = row()
    for name, p, n in (
        ("power", 0.5, 4),
        ("power_adjusted", 0.25, 4),
        ("for_comparator", 0.25, 4),
        ("type_1", 0.5, 4),
        ("felt_only", 0.25, 4),
        ("coverage", 2 / 3, 3),
        ("failed_blind", 0.75, 4),
    ):
        assert found[name] == pytest.approx(p, rel=1e-12), name
        assert found[f"{name}_se"] == pytest.approx(math.sqrt(p * (1 - p) / n)), name
        ends = found[f"{name}_low"], found[f"{name}_high"]
        assert ends == wilson_interval(round(p * n), n), name


def test_means_are_of_those_with_an_estimate() -> None:
    found = row()
    assert (found["replicates"], found["failed"]) == (4, 1)
    assert found["mean_estimate"] == pytest.approx(-3)
    assert found["sd_estimate"] == pytest.approx(1)
    assert found["mean_se"] == pytest.approx(2)
    assert found["bias"] == pytest.approx(-0.5)
    assert found["bias_se"] == pytest.approx(1 / math.sqrt(3))
    assert math.isnan(found["low"])  # of three no percentiles are known
    assert json.loads(found["methods"]) == {"mmrm us": 0.75, "mmrm": 0.25}


def test_assurance_is_the_mean_over_draws() -> None:
    found = row()
    assert found["assurance"] == pytest.approx(0.75)
    assert found["assurance_se"] == pytest.approx(0.25)
    without = TABLE[~TABLE["world"].str.startswith("draw")]
    (plain,) = operating(without, TRUTH, BLINDS).to_dict("records")
    assert math.isnan(plain["assurance"])


def test_a_truth_that_is_not_known_leaves_the_rest() -> None:
    truth = TRUTH.assign(truth=math.nan)
    (found,) = operating(TABLE, truth, BLINDS).to_dict("records")
    assert all(math.isnan(found[name]) for name in ("bias", "coverage", "coverage_se"))
    assert found["power"] == 0.5


def test_a_trial_that_cannot_be_blind_has_no_blind() -> None:
    (found,) = operating(TABLE, TRUTH, NO_BLINDS).to_dict("records")
    assert math.isnan(found["failed_blind"])
    empty = pd.DataFrame(columns=BLINDS.columns, dtype=object)
    (found,) = operating(TABLE, TRUTH, empty).to_dict("records")
    assert math.isnan(found["failed_blind"])


def test_trials_that_all_failed_are_told() -> None:
    none = TABLE.assign(estimate=math.nan, se=math.nan, low=math.nan, high=math.nan)
    (found,) = operating(none, TRUTH, BLINDS).to_dict("records")
    assert found["failed"] == found["replicates"] == 4
    assert math.isnan(found["mean_estimate"])
    assert math.isnan(found["coverage"])


def test_percentiles_are_told_of_enough_trials() -> None:
    effects = np.linspace(-4.0, -2.0, 41).tolist()
    many = pd.DataFrame(rows(DRUG, [True] * 41, estimate=effects))
    (found,) = operating(many, TRUTH, BLINDS).to_dict("records")
    assert (found["low"], found["high"]) == (pytest.approx(-3.95), pytest.approx(-2.05))
    assert (found["power"], found["power_high"]) == (1, 1)
    assert found["power_low"] == pytest.approx(41 / (41 + 1.959964**2))
    assert math.isnan(found["power_se"])


def test_a_test_with_one_side_cannot_speak_for_the_comparator() -> None:
    margin = TABLE.assign(tested="non-inferiority")
    (found,) = operating(margin, TRUTH, BLINDS).to_dict("records")
    assert found["tested"] == "non-inferiority"
    assert found["power"] == 0.5
    assert math.isnan(found["for_comparator"])
