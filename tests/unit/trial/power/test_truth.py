"""What is true of a cohort, and what taking it person by person saves."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.conduct.people import Covariates
from kapsim.trial.power.truth import everyone, truths
from kapsim.trial.power.worlds import Held
from kapsim.trial.protocol import Protocol
from tests.unit.trial import designs
from tests.unit.trial.conduct.builders import outcomes
from tests.unit.trial.power.builders import CHANGE, PAIR, held, trial

IDEAL = {"conduct": "ideal"}


def true(protocol: Protocol, of: Held | None = None) -> pd.DataFrame:
    """Truths of the cohort; where the drug is only felt, of two equal arms."""
    same = held(ketamine=outcomes(4), saline=outcomes(4))
    return truths(of or held(), same, protocol)


def test_the_difference_of_means_is_exact_and_its_error_paired() -> None:
    of = held()
    row = true(trial(), of).iloc[0]
    changes = [
        (of.cohort[name].totals[5, 0] - of.cohort[name].totals[0, 0]).astype(float)
        for name in PAIR
    ]
    own = changes[0] - changes[1]
    n = len(own)
    assert row["truth"] == pytest.approx(own.mean(), rel=1e-12)
    assert row["truth_se"] == pytest.approx(own.std(ddof=1) / np.sqrt(n), rel=1e-12)
    unpaired = np.sqrt(sum(one.var(ddof=1) for one in changes) / n)
    assert row["se_unpaired"] == pytest.approx(unpaired, rel=1e-6)
    assert row["truth_se"] < row["se_unpaired"] / 2
    saved = (row["se_unpaired"] / row["truth_se"]) ** 2
    assert row["variance_saved"] == pytest.approx(saved)
    assert row["truth_felt_only"] == 0


def test_shares_and_odds_are_those_of_two_groups() -> None:
    of = held()
    table = true(trial({**CHANGE, "kind": "remission"}), of)
    well = [(of.cohort[name].totals[5, 0] <= 10).mean() for name in PAIR]
    assert table["truth"].iloc[0] == pytest.approx(100 * (well[0] - well[1]))
    assert table["endpoint"].iloc[1].endswith("(odds ratio)")
    assert table["unit"].tolist() == ["percent points", "log odds ratio"]
    assert table["variance_saved"].isna().all()


def test_odds_are_adjusted_as_in_the_trials() -> None:
    end, of = {**CHANGE, "kind": "response"}, held()
    telling = of.people.age_years + 2.0 * of.cohort["saline"].totals[5, 0]
    people = Covariates(**{**of.people._asdict(), "age_years": telling})
    of = of._replace(people=people)
    plain = true(trial(end), of).iloc[1]
    adjusted = true(trial(end, plan={"covariates": ["age"]}), of).iloc[1]
    assert abs(adjusted["truth"]) > abs(plain["truth"]) + 0.1


def test_people_whose_simulation_failed_are_left_out() -> None:
    drug = outcomes(14, failed=(0, 5))
    drug.totals[:, :, [0, 5]] = 60
    of = held(ketamine=drug)
    everybody = everyone(of.cohort, trial(), PAIR)
    assert everybody.arm.shape == (1, 2 * 1998)
    assert not np.isin(everybody.person, (0, 5)).any()


@pytest.mark.parametrize(
    ("strategy", "changes", "stops", "known"),
    [
        ("treatment policy", {}, True, True),
        ("hypothetical", {}, False, True),
        ("hypothetical", {}, True, False),
        ("composite", {}, True, False),
        ("composite", IDEAL, True, True),
        ("while on treatment", {}, False, False),
        ("while on treatment", IDEAL, False, True),
    ],
)
def test_what_the_cohort_does_not_hold_is_not_known(
    strategy: str, changes: dict[str, Any], stops: bool, known: bool
) -> None:
    stopped = np.zeros((6, 2000))
    stopped[3:, :400] = stops
    of = held(ketamine=outcomes(14, stopped=stopped))
    row = true(trial({**CHANGE, "estimand": strategy}, **changes), of).iloc[0]
    assert np.isfinite(row["truth"]) == known
    assert np.isfinite(row["truth_felt_only"]) == known


def test_composite_truth_counts_those_who_stop_as_unchanged() -> None:
    stopped = np.zeros((6, 2000))
    stopped[3:, :400] = 1
    of = held(ketamine=outcomes(14, stopped=stopped))
    row = true(trial({**CHANGE, "estimand": "composite"}, **IDEAL), of).iloc[0]
    drug, saline = (of.cohort[name].totals[[0, 5], 0] * 1.0 for name in PAIR)
    fell = drug[1] - drug[0]
    fell[:400] = 0
    direct = fell.mean() - (saline[1] - saline[0]).mean()
    assert row["truth"] == pytest.approx(direct, rel=1e-12)


def test_in_a_crossover_the_pair_are_both_sequences_of_a_person() -> None:
    protocol = designs.trial(
        *designs.sequences(15),
        design=designs.crossover(washout="13 d"),
        endpoints=[{**CHANGE, "at": "day 22"}],
        plan={"comparisons": [["a", "b"]]},
    )
    arms = {"a": outcomes(8, count=5), "b": outcomes(3, count=5)}
    of = Held(arms, held().people)
    row = truths(of, of, protocol).iloc[0]
    halves = [(arms[name].totals[1, 0] - arms[name].totals[3, 0]) / 2 for name in "ab"]
    own = halves[0] - halves[1]
    assert row["truth"] == pytest.approx(own.mean(), rel=1e-6)
    assert row["truth_se"] == pytest.approx(own.std(ddof=1) / np.sqrt(2000), rel=1e-9)
    assert row["truth_se"] < row["se_unpaired"]
