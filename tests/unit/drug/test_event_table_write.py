import dataclasses

import hypothesis
import hypothesis.strategies as st
import pytest

from kapsim.drug import Dose, Molecule, RouteName
from kapsim.drug.history.history import (
    EventTableError,
    Given,
    History,
    Person,
    Reset,
    Sample,
    SteadyKind,
)
from kapsim.drug.history.read import read_events
from kapsim.drug.history.write import write_events

IV, NASAL, ORAL = RouteName.INTRAVENOUS, RouteName.NASAL, RouteName.ORAL
KETAMINE, ESKETAMINE = Molecule.KETAMINE, Molecule.ESKETAMINE
WHO = Person(weight_kg=70.0, age_years=40.0)


def iv(time_h, mg, duration_h=0.0):
    return Dose(
        time_h=time_h, molecule=KETAMINE, route=IV, mg=mg, duration_h=duration_h
    )


FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)
POSITIVE = st.floats(1e-6, 1e6)
WAYS = [(KETAMINE, IV), (ESKETAMINE, NASAL), (KETAMINE, ORAL), (Molecule.PLACEBO, IV)]


@st.composite
def given_doses(draw):
    molecule, way = draw(st.sampled_from(WAYS))
    kind = draw(st.sampled_from(list(SteadyKind)))
    dose = Dose(
        time_h=draw(FINITE),
        molecule=molecule,
        route=way,
        mg=draw(POSITIVE),
        duration_h=draw(POSITIVE | st.just(2 / 3)) if way is IV else 0.0,
        devices=draw(st.integers(1, 5)),
    )
    return Given(dose=dose, steady=kind, every_h=draw(POSITIVE) if kind else 0.0)


SAMPLES = st.builds(
    Sample,
    time_h=FINITE,
    dv=st.none() | FINITE,
    cmt=st.none() | st.integers(1, 99),
    other=st.just(False),
)
OTHER = st.builds(Sample, time_h=FINITE, other=st.just(True))
PEOPLE = st.builds(
    Person,
    weight_kg=POSITIVE,
    age_years=st.floats(0.0, 120.0),
    female=st.sampled_from([0.0, 0.5, 1.0]),
    asian=st.just(1.0),
    japanese=st.sampled_from([0.0, 1.0]),
)
EVENTS = st.lists(given_doses() | SAMPLES | OTHER | st.builds(Reset, time_h=FINITE))


@hypothesis.given(st.lists(st.tuples(PEOPLE, EVENTS.filter(bool)), min_size=1))
@hypothesis.settings(max_examples=60)
def test_what_is_written_is_read_again(tmp_path_factory, people):
    histories = tuple(
        History(
            id=f"person {i}",
            covariates=person,
            events=tuple(sorted(listed, key=lambda event: event.time_h)),
        )
        for i, (person, listed) in enumerate(people)
    )
    path = tmp_path_factory.mktemp("there") / "and-back.csv"
    mapping = write_events(path, histories)
    assert read_events(path, compartments=mapping) == histories
    write_events(path, histories, comments=True)
    assert read_events(path) == histories


def test_a_written_table_is_numbers_and_commas(tmp_path):
    events = (
        Sample(time_h=0.0, dv=0.0, cmt=3),
        Given(dose=iv(0.0, 35.0, 40 / 60)),
        Reset(time_h=1.0),
        Sample(time_h=1.5, cmt=3, other=True),
    )
    path = tmp_path / "t.csv"
    history = History(id="7", covariates=WHO, events=events)
    write_events(path, [history], compartments={2: ("ketamine", "intravenous")})
    assert path.read_text(encoding="utf-8").splitlines() == [
        "ID,TIME,AMT,RATE,EVID,CMT,DV,MDV,ADDL,II,SS,DEVICES,WT,AGE,FEMALE,ASIAN,"
        "JAPANESE",
        "7,0,0,0,0,3,0,0,0,0,0,.,70,40,0.5,0,0",
        "7,0,35,52.5,1,2,.,1,0,0,0,1,70,40,0.5,0,0",
        "7,1,0,0,3,.,.,1,0,0,0,.,70,40,0.5,0,0",
        "7,1.5,0,0,2,3,.,1,0,0,0,.,70,40,0.5,0,0",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mg": 0.0, "mg_per_kg": 0.5}, r"ID 7, dose at 0 h: 0.5 mg/kg.*70 kg"),
        ({"mg": 0.0, "duration_h": 1.0}, r"1 h for 0 mg.*Set duration_h to 0"),
        ({"route": ORAL, "duration_h": 1.0}, r"by the oral route.*Set duration_h to 0"),
        ({"molecule": ESKETAMINE}, r"no number for esketamine, intravenous"),
    ],
)
def test_a_dose_that_a_table_cannot_hold(tmp_path, change, said):
    given = Given(dose=dataclasses.replace(iv(0.0, 35.0), **change))
    history = History(id="7", covariates=WHO, events=(given,))
    with pytest.raises(EventTableError, match=said):
        write_events(
            tmp_path / "t.csv",
            [history],
            compartments={1: ("ketamine", "intravenous"), 2: ("ketamine", "oral")},
        )


@pytest.mark.parametrize("ids", [("1", "1"), ("", "2"), ("#1", "2"), ("a\nb", "c")])
def test_names_that_would_not_come_back(tmp_path, ids):
    histories = [History(id=id_, covariates=WHO, events=()) for id_ in ids]
    with pytest.raises(EventTableError, match="name or number of its own"):
        write_events(tmp_path / "t.csv", histories)
