"""Single doses that are too large: what is said, by every route and with which hint."""

import pathlib

import pytest

from kapsim.cli.main import main
from kapsim.drug import RouteName
from kapsim.trial.cautions import PLAUSIBILITY, cautions
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.plausible import usual_doses
from tests.unit.trial.builders import TEXT, data, protocol

IN_FIRST = ("arms", 0, "treatments", 0, "amount")


def told(**changes: object) -> list[str]:
    """What is said of the first dose of the small protocol, changed in this way."""
    arms = data()["arms"]
    arms[0]["treatments"][0] |= changes
    if "route" in changes:
        del arms[0]["treatments"][0]["over"]
    if changes.get("drug") == "esketamine":
        del arms[0]["treatments"][0]["enantiomer"]
    found = [one for one in cautions(protocol(arms=arms)) if one.kind == PLAUSIBILITY]
    assert {(one.arm, one.where) for one in found} <= {("ketamine", IN_FIRST)}
    assert all("e+" not in one.said for one in cautions(protocol(arms=arms)))
    return [one.said for one in found]


def test_what_is_usual_comes_from_the_bundled_trials() -> None:
    usual = usual_doses()
    assert usual[RouteName.INTRAVENOUS][:3] == (0.1, 1.0, True)
    assert usual[RouteName.ORAL][:3] == (1.0, 1.0, True)
    assert usual[RouteName.NASAL][:3] == (28.0, 84.0, False)
    assert set(usual) == {RouteName.INTRAVENOUS, RouteName.ORAL, RouteName.NASAL}
    assert usual[RouteName.INTRAVENOUS].sources == load_protocol("fava-2018").sources


def test_no_bundled_protocol_is_told_of() -> None:
    every = map(load_protocol, bundled_names())
    assert all(one.kind != PLAUSIBILITY for each in every for one in cautions(each))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (
            "0.3 g/kg",
            "day 1: 300 mg/kg of intravenous ketamine in one dose, 24000 mg of base at "
            "the mean weight; bundled trials give 0.1 to 1 mg/kg. Did you mean 0.3 "
            "mg/kg?",
        ),
        (
            "30 mg/kg",
            "day 1: 30 mg/kg of intravenous ketamine in one dose, 2400 mg of base at "
            "the mean weight; bundled trials give 0.1 to 1 mg/kg. Did you mean 30 mg?",
        ),
        (
            "0.5 g",
            "day 1: 500 mg of intravenous ketamine in one dose; bundled trials give "
            "0.1 to 1 mg/kg. Did you mean 0.5 mg/kg?",
        ),
        (
            "5 mg/kg",
            "day 1: 5 mg/kg of intravenous ketamine in one dose, 400 mg of base at the "
            "mean weight; bundled trials give 0.1 to 1 mg/kg.",
        ),
    ],
)
def test_an_impossible_infusion(amount: str, expected: str) -> None:
    assert told(amount=amount) == [expected]


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"route": "intramuscular"}, "bundled trials give 0.1 to 1 mg/kg into a vein."),
        ({"route": "subcutaneous"}, "bundled trials give 0.1 to 1 mg/kg into a vein."),
        ({"route": "oral"}, "bundled trials give 1 mg/kg."),
        ({"route": "sublingual"}, "1000 mg in a whole week count as gram-scale use"),
        ({"route": "buccal"}, "1000 mg in a whole week count as gram-scale use"),
        ({"route": "rectal"}, "1000 mg in a whole week count as gram-scale use"),
    ],
)
@pytest.mark.parametrize("drug", ["ketamine", "esketamine"])
def test_every_route_of_both_drugs(
    drug: str, changes: dict[str, object], limit: str
) -> None:
    (said,) = told(drug=drug, amount="30 mg/kg", **changes)
    assert f"{changes['route']} {drug} in one dose" in said
    assert limit in said
    assert told(drug=drug, amount="0.6 mg/kg", **changes) == []


def test_prolonged_release_and_sprays() -> None:
    (said,) = told(route="oral extended release", amount="30 mg/kg")
    assert "gram-scale" in said
    assert told(route="oral extended release", amount="240 mg") == []
    (said,) = told(drug="esketamine", route="nasal", amount="56 g")
    assert said.endswith("bundled trials give 28 to 84 mg. Did you mean 56 mg?")
    (said,) = told(drug="esketamine", route="nasal", amount="2 g")
    assert "gram-scale" in said
    assert told(drug="esketamine", route="nasal", amount="112 mg") == []  # the label
    (said,) = told(route="nasal", amount="112 mg")
    assert said.endswith("bundled trials give 28 to 84 mg.")


def test_a_dose_that_is_raised_later_is_judged_at_its_highest() -> None:
    assert told(amount="0.5 mg/kg", levels=[1, 1.5]) == []
    (said,) = told(amount="0.5 mg/kg", levels=[1, 100])
    assert said.startswith("day 1: 50 mg/kg of intravenous ketamine")


def test_the_program_names_the_line(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "much.yaml"
    path.write_text(TEXT.replace("0.5 mg/kg", "30 mg/kg"), encoding="utf-8")
    assert main(["run", str(path), "--dry-run"]) == 0
    said = capsys.readouterr().err
    assert "much.yaml, line 18: arm 'ketamine', day 1: 30 mg/kg" in said
    assert "Did you mean 30 mg? [plausibility]" in said
