"""What is given in each arm: amounts in all, parameter sets, and their words."""

import json

import pytest

from kapsim.drug import Exposure, Molecule, pressure_rule
from kapsim.trial.arms.given import given, read_given
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Protocol
from tests.unit.trial.builders import data, protocol

SPRAY = {
    "drug": "esketamine",
    "form": "base",
    "amount": "56 mg",
    "route": "nasal",
    "days": [1, 4, 11],
}


def both() -> Protocol:
    """The small protocol with infusions and sprays in its first arm."""
    arms = data()["arms"]
    arms[0]["treatments"].append(SPRAY)
    return protocol(arms=arms)


def test_amounts_are_those_at_the_mean_weight() -> None:
    found = given(protocol())
    assert [one.arm for one in found.arms] == ["ketamine"]
    assert found.weight_kg == 80.0
    assert found.arms[0].exposure == (Exposure(Molecule.KETAMINE, 2, 80.0, 80.0),)
    heavy = {**data()["population"], "weight": {"mean": "100 kg", "sd": "16 kg"}}
    (arm,) = given(protocol(population=heavy)).arms
    assert arm.exposure == (Exposure(Molecule.KETAMINE, 2, 100.0, 100.0),)


def test_an_arm_with_two_drugs_tells_of_both_and_of_both_sets() -> None:
    (arm,) = given(both()).arms
    assert arm.exposure == (
        Exposure(Molecule.KETAMINE, 2, 80.0, 80.0),
        Exposure(Molecule.ESKETAMINE, 3, 168.0, 112.0),
    )
    assert set(arm.kinetics.split(" + ")) == {"IntravenousKetamine", "NasalEsketamine"}
    assert arm.site == "venous plasma"
    assert arm.caveat.endswith(
        "Levels of several routes are added, each from its own set."
    )
    assert arm.said == f"measured in venous plasma. {arm.caveat}"


def test_the_rule_stands_with_its_source_where_something_acts() -> None:
    found, rule = given(protocol()), pressure_rule()
    assert (found.rule, found.sources) == (rule.said, rule.sources)
    sham = given(protocol(arms=data()["arms"][1:], published=[]))
    assert (sham.rule, sham.sources, sham.arms) == ("", (), ())


@pytest.mark.parametrize("name", bundled_names())
def test_what_is_kept_is_read_back_equal(name: str) -> None:
    study = load_protocol(name)
    found = given(study)
    treated = any(item.active for arm in study.arms for item in arm.treatments)
    assert bool(found.arms) == treated
    kept = json.loads(json.dumps(found.as_data(), allow_nan=False))
    assert read_given(kept) == found


def test_what_is_kept_is_plain() -> None:
    kept = given(protocol()).as_data()
    assert set(kept) == {"weight_kg", "rule", "sources", "arms"}
    assert kept["arms"][0]["exposure"] == [
        {"molecule": "ketamine", "doses": 2, "mg": 80.0, "mg_per_week": 80.0}
    ]
    assert type(kept["arms"][0]["exposure"][0]["molecule"]) is str
