"""Arms of experiments: the patients of trials, compiled once for all arms."""

import json
from typing import Any

import numpy as np
import pytest

from kapsim.engine.scan import trace_count
from kapsim.lab.experiment import Setting
from kapsim.lab.trials import OUTPATIENTS, SCALES, Course, Design, course
from kapsim.patient import Signals
from kapsim.trial.arms.simulation import prepare, ratings

PATIENTS = 12
SETTING = Setting(seed=3, patients=PATIENTS)
DESIGN = Design({}, ["day 1", "day 2", "day 8"])
INFUSION = {"form": "base", "route": "intravenous", "over": "40 min"}
KETAMINE = {
    "treatments": [
        INFUSION
        | {
            "drug": "ketamine",
            "enantiomer": "racemate",
            "amount": "0.5 mg/kg",
            "days": [1],
        }
    ]
}
MIDAZOLAM = {
    "treatments": [
        INFUSION | {"drug": "midazolam", "amount": "0.045 mg/kg", "days": [1, 4]}
    ],
    "sessions": [{"modality": "activation", "minutes": 50, "days": [2, 5]}],
}


@pytest.fixture(scope="module")
def drug() -> Course:
    return course(DESIGN, KETAMINE, SETTING)


@pytest.mark.thorough
def test_a_course_shows_all_scales_and_signals_of_each_visit(drug: Course) -> None:
    np.testing.assert_array_equal(drug.times_h, [0.0, 24.0, 168.0])
    assert tuple(drug.totals) == SCALES
    assert tuple(drug.signals) == Signals._fields
    for rows in (*drug.totals.values(), *drug.signals.values()):
        assert rows.shape == (3, PATIENTS)
    assert (drug.totals["MADRS"] >= 0).all()
    assert (drug.totals["MADRS"][0] >= OUTPATIENTS["entry"]["at_least"]).all()


@pytest.mark.slow
def test_people_and_noise_are_the_same_in_every_arm(drug: Course) -> None:
    nothing = course(DESIGN, {}, SETTING)
    fewer = course(DESIGN, KETAMINE, Setting(SETTING.seed, 5))
    for scale in SCALES:
        first = drug.totals[scale][0]
        np.testing.assert_array_equal(nothing.totals[scale][0], first)
        np.testing.assert_array_equal(fewer.totals[scale], drug.totals[scale][:, :5])
    assert (
        drug.signals["guess_active"][1].mean()
        > nothing.signals["guess_active"][1].mean()
    )
    # planted fault: other people
    others = course(DESIGN, {}, Setting(SETTING.seed + 1, PATIENTS))
    assert (others.totals["MADRS"][0] != drug.totals["MADRS"][0]).any()


@pytest.mark.slow
def test_other_arms_visits_numbers_and_parameters_compile_nothing(drug: Course) -> None:
    before = trace_count()
    longer = [*DESIGN.visits, "day 29"]
    changed = Design({}, longer, {"therapy.expectancy.g_f": 0.0})
    for design, arm, patients in (
        (DESIGN, {}, PATIENTS),
        (DESIGN, MIDAZOLAM | {"masked": True}, 1),
        (changed, KETAMINE, 20),
    ):
        course(design, arm, Setting(SETTING.seed, patients))
    assert trace_count() == before
    spray = {"drug": "placebo", "route": "nasal", "days": [1]}
    course(DESIGN, {"treatments": [spray]}, SETTING)
    assert trace_count() == before
    oral = KETAMINE["treatments"][0] | {"route": "oral"}
    oral.pop("over")
    course(DESIGN, {"treatments": [oral]}, SETTING)
    assert trace_count() == before + 1  # other kinetics


@pytest.mark.thorough
def test_the_ratings_are_those_of_a_trial() -> None:
    design = Design({}, ["day -1", "day 2", "day 29"])
    document: dict[str, Any] = {
        "kapsim": 1,
        "name": "same",
        "title": "The same arm",
        "summary": "As a protocol.",
        "population": dict(OUTPATIENTS),
        "arms": [{"name": "arm", **MIDAZOLAM}],
        "visits": [
            {"at": at, "baseline": index == 0, "scales": list(SCALES)}
            for index, at in enumerate(design.visits)
        ],
    }
    known = ratings(prepare(json.dumps(document), "arm", 3, "float32", 1), 0, PATIENTS)
    seen = course(design, MIDAZOLAM, SETTING)
    totals = np.stack([seen.totals[scale] for scale in SCALES], axis=1)
    # two compilations may round a total to the next point
    assert np.abs(totals - np.asarray(known.totals)).max() <= 1


def test_what_no_protocol_allows_is_refused_with_its_field() -> None:
    wrong = {"sessions": [{"modality": "hypnosis", "minutes": 50, "days": [1]}]}
    with pytest.raises(ValueError, match=r"sessions\.0\.modality"):
        course(DESIGN, wrong, SETTING)
    with pytest.raises(ValueError, match="id of a parameter record"):
        course(Design({}, DESIGN.visits, {"no.such": 1.0}), {}, SETTING)
