"""Blocks of replicates: the same whatever the block, and whatever else is asked."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.power.replicates import (
    arm_block,
    blind_block,
    covariates,
    effect_block,
)
from kapsim.trial.power.worlds import FELT_ONLY, NO_DRUG
from kapsim.trial.protocol import Protocol
from tests.unit.trial import builders as small
from tests.unit.trial.conduct.builders import covariates as made, outcomes, visits
from tests.unit.trial.power.builders import (
    CHANGE,
    drawn,
    payload,
    trial,
    written,
)

ENDS = [
    {**CHANGE, "method": "ancova"},
    {**CHANGE, "kind": "response"},
    {**CHANGE, "kind": "mean", "method": "t test"},
    {**CHANGE, "kind": "relapse", "at": "day 8", "among": "response"},
    CHANGE,
]
PLAN = {"covariates": ["age", "severity"], "imputation": "at random"}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up cohort in a file."""
    return written(tmp_path_factory.mktemp("cohort"))


def block(protocol: Protocol, cohort: Path, **changes: Any) -> pd.DataFrame:
    """Rows of a block of effects."""
    table = effect_block(payload(protocol, cohort, **changes)).to_pandas()
    names = ["look", "endpoint", "comparison", "replicate"]
    return table.sort_values(names, ignore_index=True)


def test_a_block_is_its_parts(tmp_path: Path) -> None:
    arms = {"ketamine": outcomes(14, count=3), "saline": outcomes(4, count=3)}
    cohort = written(tmp_path, **arms)
    protocol = trial(*ENDS, plan=PLAN, visits=visits((1, 8, 29)))
    whole = block(protocol, cohort)
    parts = [block(protocol, cohort, first=first, count=4) for first in (0, 4)]
    names = ["look", "endpoint", "comparison", "replicate"]
    joined = pd.concat(parts).sort_values(names, ignore_index=True)
    repeated = whole["method"].str.startswith("mmrm")
    assert repeated.sum() == 8
    pd.testing.assert_frame_equal(whole[~repeated], joined[~repeated], check_exact=True)
    pd.testing.assert_frame_equal(
        whole[repeated], joined[repeated], rtol=1e-9, atol=1e-9
    )
    assert whole.groupby("endpoint").size().eq(8).all()


@pytest.mark.parametrize("work", [arm_block, blind_block])
def test_other_blocks_are_their_parts(work: Any, cohort: Path) -> None:
    whole = work(payload(trial(), cohort)).to_pandas()
    parts = [
        work(payload(trial(), cohort, first=k, count=4)).to_pandas() for k in (0, 4)
    ]
    names = [name for name in whole if whole[name].dtype == object] + ["replicate"]
    order = lambda table: table.sort_values([*names, *whole], ignore_index=True)
    pd.testing.assert_frame_equal(order(whole), order(pd.concat(parts)))


def test_without_the_drug_nothing_is_found(cohort: Path) -> None:
    protocol = trial({**CHANGE, "method": "t test"}, conduct="ideal")
    drug = block(protocol, cohort, count=60)
    none = block(protocol, cohort, count=60, world=NO_DRUG, control="saline")
    assert drug["estimate"].mean() < -5
    assert abs(none["estimate"].mean()) < 1.5
    assert set(none["world"]) == {NO_DRUG}


def test_trials_of_a_draw_are_studies_whose_arms_lie_off_the_model(
    cohort: Path,
) -> None:
    protocol = trial({**CHANGE, "method": "t test"}, conduct="ideal")
    plain = block(protocol, cohort, count=120)["estimate"]
    study = block(protocol, cohort, count=120, spreads=(4.0, 0.0, 0.0))["estimate"]
    arms = block(protocol, cohort, count=120, spreads=(0.0, 4.0, 0.0))["estimate"]
    assert study.var() == pytest.approx(plain.var(), rel=0.25)  # both arms alike
    assert arms.var() - plain.var() == pytest.approx(2 * 4.0**2, rel=0.4)


def test_looks_are_of_the_first_comparison_and_the_last_is_the_end(
    cohort: Path,
) -> None:
    ancova, looks = {**CHANGE, "method": "ancova"}, {"fractions": [0.5, 1]}
    protocol = trial(ancova, plan={"looks": looks, "imputation": "at random"})
    table = block(protocol, cohort, count=4)
    assert table.groupby("look").size().to_dict() == {0: 4, 1: 4, 2: 4}
    last, end = (
        table[table["look"] == look].drop(columns="look").reset_index(drop=True)
        for look in (2, 0)
    )
    pd.testing.assert_frame_equal(last, end)
    felt = block(protocol, cohort, count=4, world=FELT_ONLY)
    assert set(felt["look"]) == {0}


def test_looks_without_the_drug_are_those_of_the_first_control(tmp_path: Path) -> None:
    arms = small.data()["arms"]
    protocol = trial(
        {**CHANGE, "method": "t test"},
        plan={
            "looks": {"fractions": [0.5, 1]},
            "comparisons": [["ketamine", "saline"], ["saline", "ketamine"]],
        },
        arms=arms,
    )
    path = written(tmp_path)
    of = {
        control: block(protocol, path, count=2, world=NO_DRUG, control=control)
        for control in ("saline", "ketamine")
    }
    assert set(of["saline"]["look"]) == {0, 1, 2}
    assert set(of["ketamine"]["look"]) == {0}
    assert set(of["ketamine"]["comparison"]) == {"saline vs ketamine"}


def test_covariates_are_those_of_the_persons() -> None:
    of, known = drawn(), made()
    sites = np.arange(24) % 3
    of = of._replace(
        site=np.tile(sites, (3, 1)), person=of.person + np.array([[0], [50], [90]])
    )
    plan = {"covariates": ["female", "site", "severity", "age"]}
    extra = covariates(trial(design={"sites": 3}, plan=plan), of, known)
    assert extra.shape == (3, 24, 5)
    np.testing.assert_array_equal(extra[..., 0], known.female[of.person])
    np.testing.assert_array_equal(extra[1, :, 1:3], np.eye(3)[sites][:, 1:])
    np.testing.assert_array_equal(extra[..., 3], of.baseline[..., 0])
    np.testing.assert_array_equal(extra[..., 4], known.age_years[of.person])
    assert covariates(trial(), of, known).shape == (3, 24, 0)
