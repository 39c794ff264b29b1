import dataclasses

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
from kapsim.units import KapsimError

IV, NASAL = RouteName.INTRAVENOUS, RouteName.NASAL
KETAMINE, ESKETAMINE = Molecule.KETAMINE, Molecule.ESKETAMINE
COMPARTMENTS = {
    1: ("ketamine", "intravenous"),
    2: ("esketamine", "nasal"),
    3: ("ketamine", "oral"),
}
WHO = Person(weight_kg=70.0, age_years=40.0)
HEADER = "ID,TIME,AMT,RATE,EVID,CMT,DV,MDV,ADDL,II,SS,WT,AGE"


def table(tmp_path, *rows, header=HEADER):
    """A file; rows that are shorter than the header get the covariates of `WHO`."""
    path = tmp_path / "events.csv"
    width = len(header.split(","))
    filled = [row if row.count(",") == width - 1 else f"{row},70,40" for row in rows]
    path.write_text("\n".join([header, *filled]) + "\n", encoding="utf-8")
    return path


def read(path, **options):
    return read_events(path, **{"compartments": COMPARTMENTS, **options})


def events(tmp_path, *rows, **options):
    (person,) = read(table(tmp_path, *rows), **options)
    return person.events


def iv(time_h, mg, duration_h=0.0):
    return Dose(
        time_h=time_h, molecule=KETAMINE, route=IV, mg=mg, duration_h=duration_h
    )


# -- what the codes mean ---------------------------------------------------------------


def test_every_kind_of_row(tmp_path):
    got = events(
        tmp_path,
        "1,0,35,52.5,1,1,.,1,.,.,.",
        "1,0.5,.,.,0,9,120.5,0,.,.,.",
        "1,1,0,0,2,9,7,1,0,0,0",
        "1,2,.,.,3,.,.,.,.,.,.",
        "1,3,10,0,4,1,.,1,0,0,0",
        "1,4,84,-2,1,2,.,1,.,.,.",
        "1,5,,,0,,,,,,",
    )
    nasal = Dose(time_h=4.0, molecule=ESKETAMINE, route=NASAL, mg=84.0, devices=3)
    assert got == (
        Given(dose=iv(0.0, 35.0, 35 / 52.5)),
        Sample(time_h=0.5, dv=120.5, cmt=9),
        Sample(time_h=1.0, cmt=9, other=True),
        Reset(time_h=2.0),
        Reset(time_h=3.0),
        Given(dose=iv(3.0, 10.0)),
        Given(dose=nasal),
        Sample(time_h=5.0),
    )


def test_additional_doses_come_before_the_rows_of_their_time(tmp_path):
    got = events(
        tmp_path,
        "1,0,10,20,1,1,.,1,2,12,0",
        "1,12,.,.,0,1,5,0,.,.,.",
        "1,30" + ",." * 9,
    )
    assert got == (
        Given(dose=iv(0.0, 10.0, 0.5)),
        Given(dose=iv(12.0, 10.0, 0.5)),
        Sample(time_h=12.0, dv=5.0, cmt=1),
        Given(dose=iv(24.0, 10.0, 0.5)),
        Sample(time_h=30.0),
    )


@pytest.mark.parametrize("row", ["1,12,.,.,3,.,.,.,.,.,.", "1,12,1,0,1,1,.,1,.,24,1"])
def test_a_reset_and_a_steady_state_cancel_additional_doses(tmp_path, row):
    got = events(tmp_path, "1,0,10,0,1,1,.,1,3,6,0", row, "1,40" + ",." * 9)
    assert [e.time_h for e in got if isinstance(e, Given) and e.dose.mg == 10] == [0, 6]


def test_a_steady_state_that_adds_cancels_nothing(tmp_path):
    got = events(tmp_path, "1,0,10,0,1,1,.,1,3,6,0", "1,12,1,0,1,1,.,1,.,24,2")
    assert [event.time_h for event in got] == [0, 6, 12, 12, 18]
    assert got[3] == Given(dose=iv(12.0, 1.0), steady=SteadyKind.ADDS, every_h=24.0)


def test_rows_of_the_same_time_keep_their_order(tmp_path):
    rows = ["1,0,.,.,0,1,0,0,.,.,.", "1,0,10,0,1,1,.,1,.,.,.", "1,0,.,.,0,1,9,0,.,.,."]
    kinds = [type(event) for event in events(tmp_path, *rows)]
    assert kinds == [Sample, Given, Sample]


def test_columns_in_any_order_and_case_with_comments(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "# CMT 1: ketamine, intravenous\n# made by hand\n"
        "C,age,Time,id,AMT,wt,REGION,Sex,DV\n"
        "a remark,40,0,x,35,70,Japan,F,.\n"
        "C,40,1,x,.,70,Japan,F,3\n"
        "\n"
        ".,40,2,x,.,70,Japan,F,NA\n",
        encoding="utf-8",
    )
    (person,) = read_events(path)
    assert person.id == "x"
    assert person.covariates == Person(
        weight_kg=70.0, age_years=40.0, female=1.0, asian=1.0, japanese=1.0
    )
    assert person.events == (Given(dose=iv(0.0, 35.0)), Sample(time_h=2.0))


def test_without_evid_amount_and_mdv_decide(tmp_path):
    path = table(
        tmp_path,
        "1,0,10,.,70,40",
        "1,1,.,0,70,40",
        "1,2,.,1,70,40",
        header="ID,TIME,AMT,MDV,WT,AGE",
    )
    (person,) = read(path, compartments={1: ("ketamine", "intravenous")})
    assert person.events == (
        Given(dose=iv(0.0, 10.0)),
        Sample(time_h=1.0),
        Sample(time_h=2.0, other=True),
    )


def test_covariates_for_everybody_and_codes_of_sex(tmp_path):
    path = table(tmp_path, "1,0,2", "2,0,1", header="ID,TIME,SEX")
    one, other = read(
        path, covariates={"WT": 80, "AGE": 30}, sexes={"1": "male", "2": "female"}
    )
    assert (one.covariates.female, other.covariates.female) == (1.0, 0.0)
    assert other.covariates == Person(weight_kg=80.0, age_years=30.0, female=0.0)


def test_unknown_covariates_for_everybody_are_refused(tmp_path):
    path = table(tmp_path, "1,0", header="ID,TIME")
    with pytest.raises(EventTableError, match=r"'WEIGHT' is no covariate. Allowed: WT"):
        read(path, covariates={"WEIGHT": 80.0})


def test_stated_devices_are_taken(tmp_path):
    path = table(tmp_path, "1,0,84,2,2,70,40", header="ID,TIME,AMT,CMT,DEVICES,WT,AGE")
    assert read(path)[0].doses[0].devices == 2


def test_views_of_a_history(tmp_path):
    (person,) = read(
        table(
            tmp_path,
            "1,0,10,0,1,1,.,1,.,24,1",
            "1,1,.,.,0,1,9,0,.,.,.",
            "1,2,.,.,2,1,.,1,.,.,.",
            "1,3,.,.,3,.,.,.,.,.,.",
        )
    )
    assert person.doses == (iv(0.0, 10.0),)
    assert [given.every_h for given in person.steady_doses] == [24.0]
    assert [sample.time_h for sample in person.samples] == [1.0, 2.0]
    assert [sample.dv for sample in person.observations] == [9.0]
    assert person.resets == (Reset(time_h=3.0),)


# -- refusals --------------------------------------------------------------------------

BAD_ROWS = [
    ("1,0,10,0,5,1,.,1,.,.,.", r"column EVID: '5'.*0, 1, 2, 3, 4\. NONMEM.*rxode2 rea"),
    ("1,0,10,0,8,1,.,1,.,.,.", r"EVID: '8'.*mrgsolve reads 8 as replacing"),
    ("1,0,10,0,1.5,1,.,1,.,.,.", r"EVID: '1.5' is not one of the codes"),
    ("1,0,10,-1,1,1,.,1,.,.,.", r"RATE: '-1' asks for a modelled rate"),
    (
        "1,0,10,-2,1,1,.,1,.,.,.",
        r"RATE: '-2' asks for the route's own duration, and in",
    ),
    ("1,0,10,-3,1,1,.,1,.,.,.", r"RATE: '-3' is negative"),
    ("1,0,10,5,1,3,.,1,.,.,.", r"RATE: '5' is a rate, and what is given by the oral"),
    ("1,0,0,5,1,1,.,1,.,.,.", r"RATE: '5' is the rate of an amount of 0"),
    ("1,0,1e300,1e-300,1,1,.,1,.,.,.", r"RATE: '1e-300' is too low"),
    ("1,0,.,.,1,1,.,1,.,.,.", r"AMT: '\.' is no amount"),
    ("1,0,-3,.,1,1,.,1,.,.,.", r"AMT: '-3' is no amount"),
    ("1,0,10,0,0,1,.,1,.,.,.", r"AMT: '10' stands on a row that is no dose \(EVID 0\)"),
    ("1,0,.,.,3,1,.,1,.,24,.", r"II: '24' stands on a row that is no dose \(EVID 3\)"),
    ("1,0,10,0,1,7,.,1,.,.,.", r"CMT: '7' names no compartment.*1 \(ketamine, intr"),
    ("1,0,10,0,1,.,.,1,.,.,.", r"CMT: '\.' names no compartment"),
    ("1,0,10,0,1,-1,.,1,.,.,.", r"CMT: '-1' names no compartment.*turned off"),
    ("1,0,.,.,2,-1,.,1,.,.,.", r"CMT: '-1' is no such number"),
    ("1,0,10,0,1,1,.,1,2,.,.", r"II: '\.' is no interval of the doses that SS or ADDL"),
    ("1,0,10,0,1,1,.,1,.,.,1", r"II: '\.' is no interval"),
    ("1,0,10,0,1,1,.,1,.,12,.", r"II: '12' is an interval without SS or ADDL"),
    ("1,0,10,0,1,1,.,1,.,-2,1", r"II: '-2' is no interval"),
    ("1,0,10,0,1,1,.,1,-1,12,.", r"ADDL: '-1' is no such number.*whole numbers from 0"),
    ("1,0,10,0,1,1,.,1,.5,12,.", r"ADDL: '.5' is no such number"),
    ("1,0,10,0,1,1,.,1,.,12,3", r"SS: '3' is not one of the codes.*0, 1, 2.*write 1"),
    ("1,0,.,.,0,1,5,2,.,.,.", r"MDV: '2' is not one of the codes"),
    ("1,0,.,.,0,1,BLQ,0,.,.,.", r"DV: 'BLQ' is not a number"),
    ("1,8:30,.,.,0,1,5,0,.,.,.", r"TIME: '8:30' is not a number"),
    ("1,.,.,.,0,1,5,0,.,.,.", r"TIME: '\.' is not a number"),
    ("1,inf,.,.,0,1,5,0,.,.,.", r"TIME: 'inf' is not a number"),
    (".,0,.,.,0,1,5,0,.,.,.", r"ID: '\.' names nobody"),
    (
        "1,0,.,.,0,1,5,0,.,.,.,.,40",
        r"WT: '\.' is missing in the first row.*covariates=",
    ),
    ("1,0,.,.,0,1,5,0,.,.,.,0,40", r"weight_kg \[kg\] must be positive.*got 0 and 40"),
    ("1,0,.", r"line 3: 5 cells\. Allowed: 13"),
]


@pytest.mark.parametrize(("row", "said"), BAD_ROWS, ids=[row for row, _ in BAD_ROWS])
def test_a_row_is_refused(tmp_path, row, said):
    path = table(tmp_path, "0,0,.,.,0,1,5,0,.,.,.", row)
    with pytest.raises(EventTableError, match=f"(?s){said}") as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}, line 3")
    assert isinstance(caught.value, KapsimError)
    assert isinstance(caught.value, ValueError)


def test_a_covariate_that_changes_is_refused_with_what_programs_do(tmp_path):
    path = table(
        tmp_path, "1,0,.,.,0,1,5,0,.,.,.", "1,1,.,.,0,1,5,0,.,.,.,75,40", header=HEADER
    )
    said = r"line 3, column WT: '75' differs from '70' in line 2.*NOCB.*LOCF.*first row"
    with pytest.raises(EventTableError, match=f"(?s){said}"):
        read(path)


def test_a_covariate_missing_later_is_that_of_the_first_row(tmp_path):
    rows = ["1,0,.,.,0,1,5,0,.,.,.", "1,1,.,.,0,1,5,0,.,.,.,.,."]
    assert read(table(tmp_path, *rows))[0].covariates == WHO


def test_time_that_goes_back_is_refused(tmp_path):
    rows = ["1,4,.,.,3,.,.,.,.,.,.", "1,1,.,.,0,1,5,0,.,.,."]
    with pytest.raises(
        EventTableError, match=r"line 3, column TIME: '1' comes after 4"
    ):
        read(table(tmp_path, *rows))


def test_rows_of_a_person_apart_are_refused(tmp_path):
    rows = [f"{id_},1,.,.,0,1,5,0,.,.,." for id_ in (1, 2, 1)]
    with pytest.raises(
        EventTableError, match=r"line 4, column ID: '1' has rows further"
    ):
        read(table(tmp_path, *rows))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("ID,TIME,WT,AGE,BMI", r"unknown column 'BMI'.*ignore=\(\"BMI\",\)"),
        ("ID TIME WT AGE BMI", r"unknown column 'ID TIME WT AGE BMI'.*by commas"),
        ("ID,TIME,TIME,WT,AGE", r"TIME stands there twice"),
        ("ID,AMT,DV,WT,AGE", r"there is no column TIME"),
        ("ID,TIME,SEX,FEMALE,AGE", r"SEX and FEMALE say the same twice"),
        ("ID,TIME,REGION,ASIAN,AGE", r"REGION and ASIAN say the same twice"),
    ],
)
def test_a_header_is_refused(tmp_path, header, said):
    path = tmp_path / "t.csv"
    path.write_text(header + "\n1,0,1,1,1\n", encoding="utf-8")
    with pytest.raises(EventTableError, match=f"(?s)header: {said}|header: .*{said}"):
        read(path)


def test_a_column_can_be_left_out(tmp_path):
    path = table(tmp_path, "1,0,70,40,22", header="ID,TIME,WT,AGE,BMI")
    assert read(path, ignore=["bmi"])[0].events == (Sample(time_h=0.0),)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("SEX", "1", r"column SEX: '1' is not a word for a sex.*sexes="),
        ("REGION", "3", r"column REGION: '3' is not a region.*other, asia, japan"),
        ("FEMALE", "2", r"female must lie between 0 \(no\) and 1"),
        ("ASIAN", "-1", r"asian must lie between"),
    ],
)
def test_a_covariate_is_refused(tmp_path, column, value, said):
    path = table(tmp_path, f"1,0,70,40,{value}", header=f"ID,TIME,WT,AGE,{column}")
    with pytest.raises(EventTableError, match=f"line 2.*{said}"):
        read(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(EventTableError, match=r"nowhere\.csv cannot be read"):
        read_events(tmp_path / "nowhere.csv")
    empty = tmp_path / "empty.csv"
    empty.write_text("# only a comment\n", encoding="utf-8")
    with pytest.raises(EventTableError, match="has no header"):
        read_events(empty)


@pytest.mark.parametrize(
    ("compartments", "said"),
    [
        ({1: ("ketamin", "nasal")}, r"compartment 1: 'ketamin'.*Molecules: ketamine"),
        ({0: ("ketamine", "nasal")}, r"compartment 0: numbers begin at 1"),
        (
            {1: ("ketamine", "oral"), 2: ("ketamine", "oral")},
            r"compartment 2: ketamine, oral has a number already",
        ),
    ],
)
def test_compartments_that_are_refused(tmp_path, compartments, said):
    with pytest.raises(EventTableError, match=f"(?s){said}"):
        read(table(tmp_path, "1,0" + ",." * 9), compartments=compartments)


def test_compartments_that_contradict_the_file(tmp_path):
    path = table(tmp_path, "1,0" + ",." * 9)
    path.write_text("# CMT 1: ketamine, oral\n" + path.read_text("utf-8"), "utf-8")
    with pytest.raises(
        EventTableError, match=r"states the compartments \{1: ketamine o"
    ):
        read(path)


def test_histories_that_mean_nothing():
    with pytest.raises(EventTableError, match="History a: an event at 1 h comes after"):
        History(id="a", covariates=WHO, events=(Reset(time_h=2.0), Reset(time_h=1.0)))
    with pytest.raises(EventTableError, match="not finite"):
        History(id="a", covariates=WHO, events=(Reset(time_h=float("nan")),))
    with pytest.raises(EventTableError, match="needs every_h"):
        Given(dose=iv(0.0, 1.0), steady=SteadyKind.ADDS)
    with pytest.raises(EventTableError, match="not at steady state"):
        Given(dose=iv(0.0, 1.0), every_h=2.0)
    with pytest.raises(EventTableError, match="no observation; got 3, other=True"):
        Sample(time_h=0.0, dv=3.0, other=True)
    with pytest.raises(EventTableError, match="set asian to 1"):
        dataclasses.replace(WHO, japanese=1.0)
