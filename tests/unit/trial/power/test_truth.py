"""What is true of a cohort, and what taking it person by person saves."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.conduct.people import Covariates
from kapsim.trial.power.truth import everyone, ratio_of_means, truths
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


# -- with the drug only felt -----------------------------------------------------------


def felt() -> Held:
    """Half of the persons fall further where the drug is only felt."""
    fall = np.where(np.arange(2000) % 2 == 0, 8, 4)
    return held(ketamine=outcomes(fall), saline=outcomes(4))


def test_an_effect_that_is_only_felt_has_its_error_and_its_share() -> None:
    of, inert = held(), felt()
    row = truths(of, inert, trial()).iloc[0]
    change = lambda one, arm: (
        one.cohort[arm].totals[5, 0] - one.cohort[arm].totals[0, 0]
    ).astype(float)
    own, only = (change(w, "ketamine") - change(w, "saline") for w in (of, inert))
    n = len(only)
    assert row["truth_felt_only"] == pytest.approx(only.mean(), rel=1e-12)
    error = only.std(ddof=1) / np.sqrt(n)
    assert row["truth_felt_only_se"] == pytest.approx(error, rel=1e-12)
    share = only.mean() / own.mean()
    assert row["felt_share"] == pytest.approx(share, rel=1e-12)
    delta = (only - share * own).std(ddof=1) / np.sqrt(n) / abs(own.mean())
    # Fieller's interval is that of the delta method where the whole is well known
    assert row["felt_share_low"] == pytest.approx(share - 1.96 * delta, abs=delta / 20)
    assert row["felt_share_high"] == pytest.approx(share + 1.96 * delta, abs=delta / 20)


def test_shares_of_persons_have_a_felt_share_and_ratios_none() -> None:
    table = truths(held(), felt(), trial({**CHANGE, "kind": "response"}))
    percent, odds = table.to_dict("records")
    ratio = percent["truth_felt_only"] / percent["truth"]
    assert percent["felt_share"] == pytest.approx(ratio, rel=1e-9)
    assert percent["felt_share_low"] < ratio < percent["felt_share_high"]
    assert percent["truth_felt_only_se"] > 0
    assert np.isnan(odds["felt_share"])


def test_the_felt_share_is_of_the_same_persons() -> None:
    failing = outcomes(np.where(np.arange(2000) % 2 == 0, 8, 4), failed=(0, 5))
    inert = held(ketamine=failing, saline=outcomes(4))
    whole, part = (truths(held(), w, trial()).iloc[0] for w in (felt(), inert))
    assert part["felt_share"] == pytest.approx(whole["felt_share"], rel=0.01)


def test_a_whole_that_is_not_told_from_nothing_has_no_parts() -> None:
    luck = np.random.default_rng(4).normal(size=(2, 400))
    assert np.isnan(ratio_of_means(luck[0], luck[1] - luck[1].mean())).all()
    assert np.isnan(ratio_of_means(np.ones(1), np.ones(1))).all()
    low, high = ratio_of_means(luck[0] + 2, luck[1] + 4)[1:]
    assert low < 0.5 < high


@pytest.mark.stochastic
def test_the_interval_of_a_ratio_holds_it_as_often_as_it_says() -> None:
    luck = np.random.default_rng(7)  # false alarm below 1e-4: 95 % of 1,000, SD 0.7 %
    hits = 0
    for _ in range(1000):
        whole = luck.normal(1.0, 3.0, 200)
        part = 0.3 * whole + luck.normal(0.0, 1.0, 200)
        _, low, high = ratio_of_means(part, whole)
        hits += bool(low <= 0.3 <= high)
    assert 0.92 < hits / 1000 < 0.98
