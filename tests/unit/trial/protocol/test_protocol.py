"""What a protocol means: times, rules, remarks, and the way through JSON."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from kapsim.trial.arms.cohorts import cohort
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.catalogue import contents
from kapsim.trial.protocol import (
    Drug,
    Hypothesis,
    Measure,
    Protocol,
    Route,
    moment_text,
    remarks,
)
from kapsim.trial.protocol.treatment import ROUTES
from kapsim.units import parse_time
from tests.unit.trial.builders import data, protocol


def test_times_are_hours_since_the_first_dose() -> None:
    small = protocol()
    arm = small.arm("ketamine")
    assert arm.dose_times_h == (0.0, 72.0)
    assert arm.session_times_h == (27.0, 51.0, 96.5)
    assert [visit.time_h for visit in small.visits] == [0.0, 2.0, 168.0]
    assert [visit.name for visit in small.visits] == ["day 1", "day 1 + 2 h", "day 8"]
    assert (small.start_h, small.horizon_h) == (0.0, 168.0)


def test_start_reaches_back_to_the_first_event() -> None:
    arms = data()["arms"]
    arms[1]["sessions"] = [{"modality": "preparation", "minutes": 60, "at": ["day -2"]}]
    assert protocol(arms=arms).start_h == -48.0


def test_quantities_keep_text_and_give_internal_values() -> None:
    small = protocol()
    given = small.arms[0].treatments[0]
    assert (given.amount, given.amount_mg, given.per_kg) == ("0.5 mg/kg", 0.5, True)
    assert given.over_h == pytest.approx(2 / 3, rel=1e-15)
    population = small.population
    assert (population.age.mean_yr, population.age.lowest_yr) == (44.0, 18.0)
    assert (population.weight.mean_kg, population.weight.sd_kg) == (80.0, 16.0)
    assert population.share_female == pytest.approx(0.6, rel=1e-15)


def test_json_gives_the_same_protocol_again() -> None:
    small = protocol(
        hypotheses={"H1": True, "expectancy_only": False},
        parameters={"mind.mood.b_p": 0.0},
        rules={"MADRS": {"remission_at_most": 12}},
    )
    text = json.dumps(small.model_dump(mode="json"))
    assert Protocol.model_validate(json.loads(text)) == small


def test_a_hypothesis_has_a_code_and_a_name() -> None:
    by_code = protocol(hypotheses={"H4": False}).hypotheses
    by_name = protocol(hypotheses={"direct_mood_lift": False}).hypotheses
    assert by_code == by_name == {Hypothesis.H4: False}


def test_esketamine_is_s() -> None:
    arms = data()["arms"]
    spray = {"drug": "esketamine", "form": "base", "amount": "56 mg", "route": "nasal"}
    arms[0]["treatments"] = [{**spray, "days": [1]}]
    assert protocol(arms=arms).arms[0].treatments[0].enantiomer == "S"


@pytest.mark.parametrize(
    ("drug", "enantiomer", "molecule"),
    [
        ("ketamine", "racemate", "ketamine"),
        ("ketamine", "S", "esketamine"),
        ("ketamine", "R", "arketamine"),
        ("esketamine", None, "esketamine"),
        ("arketamine", None, "arketamine"),
    ],
)
def test_a_mirror_form_has_its_own_name(
    drug: str, enantiomer: str | None, molecule: str
) -> None:
    arms = data()["arms"]
    item = {**arms[0]["treatments"][0], "drug": drug, "enantiomer": enantiomer}
    arms[0]["treatments"] = [item]
    small = protocol(arms=arms)
    given = small.arms[0].treatments[0]
    assert given.molecule == molecule
    assert [dose.molecule for dose in doses(small, small.arms[0])] == [molecule] * 2


@pytest.mark.parametrize(
    ("route", "over", "pace", "hours"),
    [
        ("intravenous", "0 min", "as a bolus", 0.0),
        ("intravenous", "90 min", "over 90 min", 1.5),
        ("subcutaneous", None, "", 0.0),
        ("subcutaneous", "2 h", "over 2 h", 2.0),
        ("oral extended release", None, "", 0.0),
    ],
)
def test_how_fast_a_dose_is_given(
    route: str, over: str | None, pace: str, hours: float
) -> None:
    arms = data()["arms"]
    item = {**arms[0]["treatments"][0], "route": route, "over": over}
    arms[0]["treatments"] = [item]
    small = protocol(arms=arms)
    assert small.arms[0].treatments[0].pace == pace
    assert doses(small, small.arms[0])[0].duration_h == hours
    assert contents(small.arms[0]).startswith(f"2 x ketamine 0.5 mg/kg {route}")


def test_drugs_and_routes_meet_in_one_arm() -> None:
    arms = data()["arms"]
    sedated = {
        "drug": "midazolam",
        "form": "base",
        "amount": "2 mg",
        "route": "intravenous",
        "over": "0 min",
        "at": ["day 1 + 10 min"],
    }
    sprayed = {
        "drug": "esketamine",
        "form": "base",
        "amount": "56 mg",
        "route": "nasal",
        "days": [6],
    }
    arms[0]["treatments"] += [sedated, sprayed]
    arms[0]["medicines"] = ["rifampicin"]
    small = protocol(arms=arms)
    given = doses(small, small.arms[0])
    assert {dose.molecule.value for dose in given} == {
        "ketamine",
        "midazolam",
        "esketamine",
    }
    assert [dose.devices for dose in given] == [1, 1, 1, 2]
    assert "with rifampicin" in contents(small.arms[0])


WAYS = [(d, way) for d, ways in ROUTES.items() for way in ways]


@pytest.mark.parametrize(("drug", "way"), WAYS)
def test_all_that_can_be_given_is_scheduled(drug: Drug, way: Route) -> None:
    """Every dose reaches the inlets of its route, in full, on the grid of its arm."""
    item = {"drug": drug.value, "route": way.value, "days": [1, 3]}
    if drug is not Drug.PLACEBO:
        item |= {"form": "base", "amount": "50 mg"}
    if drug is Drug.KETAMINE:
        item["enantiomer"] = "racemate"
    if way is Route.INTRAVENOUS:
        item["over"] = "30 min"
    arms = data()["arms"]
    arms[0]["treatments"] = [item]
    small = protocol(arms=arms)
    arm = small.arms[0]
    route = cohort(small, arm, seed=1).route
    line = timeline(small, arm, route)
    given, dt = line.schedule.drug, np.asarray(line.schedule.dt)
    mg = np.asarray(given.bolus).sum((0, 2)) + np.einsum("mpk,m->p", given.rate, dt)
    # where a dose enters at two kinds of inlet, each is told of the whole of it
    entered = sum(mg[: max(1, len(mg) // 2)]) if len(mg) else 0.0
    assert entered == pytest.approx(0.0 if drug is Drug.PLACEBO else 100.0, rel=1e-5)


def test_own_rules_are_completed_by_defaults() -> None:
    small = protocol(rules={"MADRS": {"remission_at_most": 12}})
    assert small.rule(Measure.MADRS).remission_at_most == 12
    assert small.rule(Measure.MADRS).response_percent == 50.0
    assert small.rule(Measure.QIDS_SR).remission_at_most == 5
    assert small.rule(Measure.CADSS).response_percent is None


def test_antidepressant_of_an_arm_wins() -> None:
    arms = data()["arms"]
    arms[0]["antidepressant"] = {"use": "started", "since": "day 2"}
    small = protocol(arms=arms)
    assert small.antidepressant_of(small.arms[0]).starts_h == (24.0,)
    assert small.antidepressant_of(small.arms[1]).use == "none"


def test_remarks_say_what_is_not_simulated() -> None:
    arms = data()["arms"]
    arms[0]["treatments"][0]["days"] = [1, 8, 15]
    said = remarks(protocol(arms=arms))
    assert "dose on day 8 comes after the last visit" in said[0]
    assert "nor are 1 more" in said[0]
    assert not [text for text in remarks(protocol()) if "not simulated" in text]


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0.0, "day 1"),
        (2.0, "day 1 + 2 h"),
        (168.5, "day 8 + 30 min"),
        (-3.0, "day 1 - 3 h"),
        (-24.0, "day -1"),
        (-23.0, "day 1 - 23 h"),
        (-47.0, "day -2 + 1 h"),
    ],
)
def test_moments_in_words_are_read_back(hours: float, text: str) -> None:
    assert moment_text(hours) == text
    assert parse_time(text) == hours


def test_a_protocol_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        protocol().name = "other"


def test_people_of_asian_origin_include_the_japanese() -> None:
    people = {**data()["population"], "asian": "40 %", "japanese": "10 %"}
    found = protocol(population=people).population
    assert (found.share_asian, found.share_japanese) == pytest.approx((0.4, 0.1))
    plain = protocol().population
    assert (plain.share_asian, plain.share_japanese) == (0.0, 0.0)
    with pytest.raises(ValidationError, match="Raise asian"):
        protocol(population={**people, "asian": "5 %"})
