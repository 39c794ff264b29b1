"""Therapy session by session: pace, alliance, homework, places, sudden gains."""

import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.therapy import (
    alliance_and_homework,
    modality_places,
    session_frequency,
    sudden_gains,
)
from kapsim.lab.experiments.therapy.weekly import weekly
from kapsim.lab.statistics import correlation, hazard_ratio, hedges_g
from kapsim.lab.trials import Design, course
from validation.laboratory.checked import SEED, checked, numbers

platform.configure()

FEW = Setting(SEED, 512)


@pytest.mark.validation_slow
def test_session_frequency(check):
    names = checked(check, "session-frequency")
    found = numbers("session-frequency")
    arms = session_frequency.ARMS
    seen = {
        name: course(session_frequency.DESIGN, arms[name], FEW)
        for name in ("twice weekly", "weekly", "no therapy")
    }
    often, seldom, none = seen.values()
    same = [one.totals["QIDS-SR"][-1] for one in (seldom, seldom)]
    check.planted(
        names["difference_d"], "weekly sessions in both arms", hedges_g(*same).value
    )
    times = [session_frequency.responses(one) for one in (none, often)]
    check.planted(names["response_hazard"], "no sessions", hazard_ratio(*times).value)
    check.planted(
        names["frequency_g"],
        "twice weekly against nothing",
        session_frequency.against_none(often, none, session_frequency.SHORT),
    )
    check.planted(
        names["more_sessions_g"],
        "twenty sessions against nothing",
        session_frequency.against_none(seldom, none, session_frequency.LONG),
    )
    faithful = Design(
        {}, session_frequency.DESIGN.visits, {"therapy.attendance.dropout": 0.0}
    )
    stayed = course(faithful, arms["twice weekly"], FEW)
    check.planted(
        names["attrition_twice"],
        "nobody stops coming",
        session_frequency.attrition(stayed),
    )
    check.planted(
        names["attrition_ratio"],
        "the arms exchanged",
        found["attrition_weekly"] / found["attrition_twice"],
    )


@pytest.mark.validation_slow
def test_alliance_and_homework(check):
    names = checked(check, "alliance-and-homework")
    seen = {
        name: course(alliance_and_homework.DESIGN, arm, FEW)
        for name, arm in alliance_and_homework.ARMS.items()
    }
    done, left = seen.values()
    others = np.roll(alliance_and_homework.early_alliance(done), 1)
    check.planted(
        names["alliance_outcome"],
        "the alliance of somebody else",
        correlation(others, alliance_and_homework.improvement(done)).value,
    )
    check.planted(
        names["homework_d"],
        "no homework in either arm",
        hedges_g(*[left.totals["QIDS-SR"][-1]] * 2).value,
    )


@pytest.mark.validation_slow
def test_modality_places(check):
    names = checked(check, "modality-places")
    places = modality_places
    none = course(places.DESIGN, {}, FEW)
    both = course(places.DESIGN, {"sessions": weekly(places.SESSIONS)}, FEW)
    found = {place: places.effect(both, none, place) for place in places.OWN}
    same = {"restructuring": found, "activation": found}
    fault = "both modalities in both arms"
    for place in ("effort", "self_blame"):
        check.planted(names[f"own_{place}"], fault, places.lead(same, place))
    for ratio in ("restructuring_on_effort", "activation_on_self_blame"):
        check.planted(names[ratio], fault, 1.0)
    check.planted(
        names["selective_threat"],
        "restructuring and activation in place of exposure",
        places.selectivity({"exposure": found}, "belief_threat"),
    )
    check.planted(
        names["own_precision"],
        "support in place of interoceptive training",
        places.precision_rise("support") - places.precision_rise("interoceptive"),
    )
    year = [one.totals["PHQ-9"][places.YEAR].mean() for one in (none, both)]
    check.planted(
        names["activation_less_cognitive"],
        "nothing in place of activation",
        year[0] - year[1],
    )


def test_sudden_gains_of_series_made_by_hand():
    high, low = [30.0, 29.0, 31.0], [20.0, 21.0, 19.0]
    series = {
        "sudden": high + low,
        "small": [30.0, 29.0, 31.0, 25.0, 26.0, 24.0],
        "a small share": [60.0, 60.5, 59.5, 50.0, 50.5, 49.5],
        "noisy": [40.0, 14.0, 31.0, 20.0, 35.0, 12.0],
        "at the edge": [30.0, 20.0, 21.0, 19.0, 20.0, 20.0],
    }
    found = sudden_gains.gains(np.array(list(series.values())).T)
    who = dict(zip(series, found.anyone, strict=True))
    assert who == {name: name == "sudden" for name in series}
    assert np.argwhere(found.sudden).tolist() == [[2, 0]]
    # planted fault: no t test
    assert sudden_gains.gains(
        np.array([series["noisy"]]).T, critical_t=-np.inf
    ).anyone.all()
    back = np.array([[30.0, 29.0, 31.0, 20.0, 21.0, 19.0, 28.0]]).T
    kept = np.array([[30.0, 29.0, 31.0, 20.0, 21.0, 19.0, 24.0]]).T
    lost = lambda score: sudden_gains.reversed_share(score, sudden_gains.gains(score))
    assert (lost(back), lost(kept)) == (1.0, 0.0)


def test_the_bdi_of_a_qids_total():
    # 14 is 34 to 36 of the IDS-SR, in the middle 35: -1.75 + 0.72 * 35 = 23.45
    assert sudden_gains.bdi(np.array([[14]])).item() == pytest.approx(23.45)
    assert (np.diff(sudden_gains.BDI_OF_QIDS) >= 0).all()
    assert len(sudden_gains.BDI_OF_QIDS) == 28


@pytest.mark.validation_slow
def test_sudden_gains(check):
    names = checked(check, "sudden-gains")
    seen = course(sudden_gains.DESIGN, sudden_gains.ARMS["cognitive behavioural"], FEW)
    found = sudden_gains.gains(sudden_gains.session_scores(seen))
    check.planted(
        names["share_with_gain"],
        "no therapy",
        numbers("sudden-gains")["share_without_therapy"],
    )
    by_chance = np.roll(found.anyone, 1)
    ends = (sudden_gains.SESSIONS, sudden_gains.SESSIONS + 1)
    for name, visit in zip(("gainers_post", "gainers_follow_up"), ends, strict=True):
        check.planted(
            names[name],
            "the gains of somebody else",
            sudden_gains.advantage(seen, by_chance, visit),
        )
