"""Cautions: what is told of a protocol before it runs, and what is passed over."""

import json

import pytest

from kapsim.trial.arms.values import Setting
from kapsim.trial.cautions import (
    COMPARISON,
    GROUP,
    OVERRIDE,
    Caution,
    cautions,
    read_caution,
)
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.parameters.used import unused_overrides, used_records
from kapsim.trial.protocol import Protocol
from tests.unit.trial.builders import data, protocol

SPRAY = {
    "drug": "esketamine",
    "form": "base",
    "amount": "112 mg",
    "route": "nasal",
    "days": [1, 4],
}


def sprayed(**changes: object) -> Protocol:
    """The small protocol with a spray in its first arm."""
    arms = data()["arms"]
    arms[0]["treatments"] = [{**SPRAY, **changes}]
    return protocol(arms=arms)


def kinds(loaded: Protocol) -> list[tuple[str | None, str]]:
    return [(one.arm, one.kind) for one in cautions(loaded)]


def test_a_usual_protocol_is_passed_over() -> None:
    assert cautions(protocol()) == ()
    assert cautions(load_protocol("kap-2x2")) == ()


def test_too_much_spray_is_told_of_its_arm() -> None:
    found = cautions(sprayed())
    assert [one.arm for one in found] == ["ketamine", "ketamine"]
    assert found[0].said == (
        "day 1: 112 mg of nasal esketamine (first of 2); by the label the most in a "
        "session is 84 mg."
    )
    assert found[0].text.startswith("arm 'ketamine', day 1: 112 mg")
    assert found[0].text.endswith("[label]")
    assert found[0].sources == ("label_spravato",)


def test_salt_is_judged_as_base() -> None:
    """96.9 mg of the hydrochloride are three devices; as base they are too much."""
    later = {"days": None, "at": ["day 1"]}
    salt = sprayed(amount="64.6 mg", form="hydrochloride", **later)
    assert cautions(salt) == ()
    assert kinds(sprayed(amount="64.6 mg", **later)) == [("ketamine", "label")]


def test_amounts_are_judged_at_the_mean_weight() -> None:
    arms = data()["arms"]
    arms[0]["treatments"][0]["amount"] = "40 mg"  # 0.5 mg/kg at 80 kg
    assert cautions(protocol(arms=arms)) == ()
    people = data()["population"]
    people["weight"]["mean"] = "60 kg"
    lighter = protocol(arms=arms, population=people)
    assert kinds(lighter) == [("ketamine", "practice")]


def test_bundled_trials_are_told_of_as_they_were_run() -> None:
    found = {
        name: kinds
        for name in bundled_names()
        if (kinds := {one.kind for one in cautions(load_protocol(name))})
    }
    practice = (
        "aan-het-rot-2010",
        "fava-2018",  # 1 mg/kg
        "molecule-or-time",
        "murrough-2013-six",
        "phillips-2019-repeated",
        "singh-2016-iv",
        "therapy-timing",
    )
    label = (  # 84 mg from the first dose on
        "sustain-1",
        "sustain-1-responders",
        "sustain-3-after-esketamine",
        "sustain-3-after-placebo",
        "synapse",
        "synapse-period-2",
        "transform-1",
    )
    told = {"practice": practice, "label": label}
    assert found == {name: {kind} for kind, names in told.items() for name in names}


def test_a_caution_goes_through_json() -> None:
    for one in cautions(sprayed()):
        assert read_caution(json.loads(json.dumps(one.as_data()))) == one
    plain = Caution(None, OVERRIDE, "a")
    assert read_caution(json.loads(json.dumps(plain.as_data()))) == plain


# -- pairs and groups ------------------------------------------------------------------

TURNED = {"plan": {"comparisons": [["saline", "ketamine"]]}}


def test_a_control_before_a_treatment_is_told_with_the_remedy() -> None:
    assert cautions(protocol(plan={"comparisons": [["ketamine", "saline"]]})) == ()
    (found,) = cautions(protocol(**TURNED))
    assert (found.arm, found.kind) == (None, COMPARISON)
    assert found.said.startswith("plan.comparisons[0] puts 'saline' (control: saline)")
    assert found.said.endswith("Write [ketamine, saline].")
    assert found.where == ("plan", "comparisons", 0)
    assert read_caution(json.loads(json.dumps(found.as_data()))) == found


def test_two_controls_may_be_compared_either_way() -> None:
    arms = data()["arms"]
    arms[0]["control"] = "supportive contact"
    arms[0]["sessions"] = [{"modality": "support", "minutes": 50, "days": [2]}]
    assert cautions(protocol(arms=arms, **TURNED)) == ()


def test_sessions_in_a_group_are_told_of_their_arm() -> None:
    arms = data()["arms"]
    alone = {"modality": "activation", "minutes": 50, "days": [2]}
    arms[0]["sessions"] = [alone, {**alone, "days": [3], "format": "group"}]
    (found,) = cautions(protocol(arms=arms))
    assert (found.arm, found.kind) == ("ketamine", GROUP)
    assert "design effect 1 + (m - 1) ICC" in found.said
    assert found.where == ("arms", 0, "sessions", 1)


# -- overrides that nothing reads ------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "value", "read"),
    [
        ("drug.midazolam.cl", 0.3, False),  # no arm gives it
        ("drug.nasal.device", 14.0, False),  # no spray
        ("drug.molar_mass.midazolam", 300.0, False),  # of no use in any arm
        ("drug.interactions.rifampicin.oral_area", 0.2, False),
        ("drug.interactions.naltrexone.loss", 0.2, False),
        ("drug.limits.esketamine.session", 200.0, False),  # a label is no parameter
        ("drug.drive.midpoint", 0.4, True),
        ("measures.rater.site_sd", 1.0, True),
        (Setting.CLEARING.value, 24.0, True),
        (Setting.CARRY.value, 1.0, True),
        (Setting.FLUCTUATION.value, 1.0, True),
    ],
)
def test_an_override_that_no_arm_reads_is_told(
    record: str, value: float, read: bool
) -> None:
    loaded = protocol(parameters={record: value})
    assert unused_overrides(loaded) == ([] if read else [record])
    told = [one for one in cautions(loaded) if one.kind == OVERRIDE]
    assert [record in one.said for one in told] == ([] if read else [True])


def test_an_override_is_read_once_an_arm_needs_it() -> None:
    device = {"drug.nasal.device": 14.0}
    assert unused_overrides(sprayed().model_copy(update={"parameters": device})) == []
    arms = data()["arms"]
    arms[0]["medicines"] = ["rifampicin", "naltrexone"]
    losses = {
        "drug.interactions.rifampicin.oral_area": 0.2,
        "drug.interactions.naltrexone.loss": 0.5,
    }
    assert unused_overrides(protocol(arms=arms, parameters=losses)) == []


def test_records_used_are_those_of_all_arms() -> None:
    used = used_records(load_protocol("synapse"))
    assert used == sorted(set(used))
    assert "drug.nasal.later_device" in used
    assert "drug.midazolam.cl" not in used
