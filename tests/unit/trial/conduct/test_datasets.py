"""ADSL, ADQS and the flow of people, against the trial that they show."""

import numpy as np
import pytest

from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.datasets import adqs, adsl
from kapsim.trial.conduct.flow import flow
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.protocol import Measure, Protocol
from tests.unit.trial.conduct.builders import ITEMS, cohort, covariates, trial
from tests.unit.trial.conduct.test_estimands import LEFT, SEEN, by_hand

DESIGN = {"sites": 4, "blocks": [4], "strata": ["female", "site"]}


@pytest.fixture(scope="module")
def planned() -> Protocol:
    """A stratified trial in which a third leaves."""
    return trial(design=DESIGN, conduct={"dropout": "30 %"})


@pytest.fixture(scope="module")
def made(planned: Protocol) -> Trials:
    """Three replicates of it."""
    sizes = {"ketamine": 40, "saline": 40}
    return conduct(planned, cohort(), sizes, range(3), 1, covariates=covariates())


def test_adsl_has_a_row_for_each_person(planned: Protocol, made: Trials) -> None:
    table = adsl(made, planned, covariates(), index=2)
    assert len(table) == table["USUBJID"].nunique() == 80
    assert table["USUBJID"][0] == "small/00002/00001"
    arms = np.array(["ketamine", "saline"])[made.arm[2]]
    assert (table["TRT01P"] == arms).all()
    known = covariates()
    assert (table["AGE"] == np.floor(known.age_years[made.person[2]])).all()
    women = known.female[made.person[2]] > 0
    assert ((table["SEX"] == "F") == women).all()
    sexes = table["STRATAR"].str.startswith("female")
    assert (sexes == women).all()
    assert (table["STRATAR"].str[-1] == table["SITEID"].str[-1]).all()
    assert (table["MADRSBL"] == made.baseline[2, :, 0]).all()
    gone = table["EOSSTT"] == "DISCONTINUED"
    assert (gone == (made.left[2] < 6)).all()
    assert ((table["DCSREAS"] != "") == gone).all()
    assert ((table["PPROTFL"] == "Y") <= ~gone).all()


def test_flags_of_the_trial_worked_out_by_hand() -> None:
    protocol = trial()
    table = adsl(by_hand(protocol), protocol, covariates())
    assert table["SAFFL"].tolist() == ["Y", "Y", "Y", "Y", "Y", "N"]
    assert table["FASFL"].tolist() == ["Y", "Y", "Y", "Y", "Y", "N"]
    assert table["PPROTFL"].tolist() == ["N", "Y", "Y", "N", "N", "N"]
    assert table["DCSREAS"].tolist() == [
        "",
        "",
        "",
        "LACK OF EFFICACY",
        "OTHER",
        "SIMULATION FAILED",
    ]


def test_adqs_holds_what_was_seen(planned: Protocol, made: Trials) -> None:
    table = adqs(made, planned, index=1)
    for column, code in enumerate(["MADRSTOT", "QIDSSTOT"]):
        own = table[table["PARAMCD"] == code]
        seen = made.score[1, :, :, column]
        assert len(own) == (~np.isnan(seen)).sum()
        wide = own.pivot(index="USUBJID", columns="AVISITN", values="AVAL")
        np.testing.assert_array_equal(wide.to_numpy(), seen)
    later = table[table["AVISITN"] > 0]
    assert (later["CHG"] == later["AVAL"] - later["BASE"]).all()
    assert later["PCHG"].to_numpy() == pytest.approx(
        (100 * later["CHG"] / later["BASE"]).to_numpy()
    )
    first = table[table["AVISITN"] == 0]
    assert (first["ADY"] == 1).all()
    assert (first["ABLFL"] == "Y").all()
    assert first["CHG"].isna().all()
    assert (table["ANL01FL"] == "Y").all()
    assert (table["DTYPE"] == "").all()


def test_items_stand_beside_the_totals(planned: Protocol, made: Trials) -> None:
    arms = cohort()
    table = adqs(made, planned, arms)
    own = table[table["PARAMCD"] == "MADRS03"]
    total = table[table["PARAMCD"] == "MADRSTOT"]
    assert table["PARAMCD"].nunique() == 2 + ITEMS
    assert table["PARAMCD"].str.len().max() <= 8
    assert len(own) == len(total)
    name, visit = own["USUBJID"].iloc[-1], own["AVISITN"].iloc[-1]
    place = int(name.rsplit("/", 1)[1]) - 1
    arm = planned.arms[made.arm[0, place]].name
    assert own["AVAL"].iloc[-1] == arms[arm].items[visit, 2, made.person[0, place]]


@pytest.mark.parametrize(
    ("estimand", "kind", "more"),
    [("composite", "BOCF", 8), ("while on treatment", "LOCF", 11)],
)
def test_derived_rows_stand_beside_what_was_seen(
    estimand: str, kind: str, more: int
) -> None:
    end = {"measure": "MADRS", "kind": "change", "at": "day 29", "estimand": estimand}
    protocol = trial(endpoints=[end])
    table = adqs(by_hand(protocol), protocol)
    own = table[table["PARAMCD"] == "MADRSTOT"]
    derived = own[own["DTYPE"] == kind]
    observed = own[own["DTYPE"] == ""]
    assert len(derived) == more
    assert len(observed) == np.sum(~np.isnan(SEEN))
    used = own[own["ANL01FL"] == "Y"]
    assert not used.duplicated(["USUBJID", "AVISITN"]).any()
    assert (derived["ANL01FL"] == "Y").all()
    stopped = own[own["ICESTOPF"] == "Y"]
    assert set(stopped["USUBJID"]) == {"small/00004/00002"}
    assert set(own[own["ICERESCF"] == "Y"]["AVISITN"]) == {4, 5}


def test_what_the_hypothetical_sets_aside_is_not_analysed() -> None:
    end = {"measure": "MADRS", "kind": "change", "at": "day 29"}
    protocol = trial(endpoints=[{**end, "estimand": "hypothetical"}])
    table = adqs(by_hand(protocol), protocol)
    own = table[table["PARAMCD"] == "MADRSTOT"]
    aside = own[own["ANL01FL"] == ""]
    assert len(aside) == 3 + 2
    assert (own["DTYPE"] == "").all()


def test_the_flow_adds_up(planned: Protocol, made: Trials) -> None:
    table = flow(made, planned, Measure.MADRS)
    assert len(table) == 6
    assert table.groupby("replicate")["randomised"].sum().tolist() == [80] * 3
    reasons = [reason.name.lower() for reason in Reason if reason]
    assert (table[reasons].sum(axis=1) == table["discontinued"]).all()
    assert (table["completed"] + table["discontinued"] == table["randomised"]).all()
    assert (table["analysed"] <= table["randomised"]).all()


def test_the_flow_of_the_trial_worked_out_by_hand() -> None:
    protocol = trial()
    drug, control = flow(by_hand(protocol), protocol, Measure.MADRS).to_dict("records")
    assert (drug["assessed"], drug["excluded"]) == (9, 3)
    assert (drug["randomised"], drug["completed"], drug["deviated"]) == (3, 3, 1)
    assert control["discontinued"] == sum(left < 6 for left in LEFT)
    assert control["lack_of_effect"] == control["other"] == control["failed"] == 1
    assert control["analysed"] == 2
