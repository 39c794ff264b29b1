"""Rules about doses as they are written: what they mean, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from kapsim.trial.arms.doses import most_doses
from kapsim.trial.arms.given import given, read_given
from kapsim.trial.catalogue import contents
from kapsim.trial.cautions import cautions
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.decisions import decisions_h
from tests.unit.trial.flexible import KETAMINE, VISITS, arm, rule, trial

_FIXED = {k: v for k, v in KETAMINE.items() if k not in ("levels", "intervals")}


def refused(*arms: dict[str, Any], **changes: Any) -> str:
    """What is said of such a trial."""
    with pytest.raises(ValidationError) as caught:
        trial(*arms, **changes)
    return str(caught.value)


def ruled(*rules: dict[str, Any], **treatment: Any) -> dict[str, Any]:
    """An arm with these rules, whose treatment has neither levels nor intervals."""
    return {
        "name": "one",
        "treatments": [{**_FIXED, **treatment}],
        "adjustments": list(rules),
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (rule("day 9", "stop"), "adjustments.0.at.0"),
        (rule("day 9", "stop"), "Allowed: a visit: day 1, "),
        (rule("day 1 + 40 min", "stop"), "a visit at which MADRS is rated"),
        (rule("day 8", "raise"), "levels in a treatment of this arm"),
        (rule("day 8", "bring closer"), "intervals in a treatment of this arm"),
        (rule("day 8", "resume"), "a treatment with as_needed: true, or a rule"),
        (rule("day 23", "stop"), "day 22 (the last dose that it could change)"),
        (rule("day 29", "rescue"), "day 23 (the visit before the last)"),
        (rule("each visit from day 23", "stop"), "a later visit that rates MADRS"),
        (rule("day 8", "stop", at_least=20, at_most=10), "at most 10"),
        ({"at": ["day 8"], "measure": "MADRS", "then": "stop"}, "either if, or at_"),
        (rule("day 8", "stop", at_least=0, percent=40.0), "nothing, without response"),
        (rule("some day", "stop"), "a visit by its day, 'each visit'"),
        (
            {
                "at": ["day 1 + 40 min"],
                "measure": "CADSS",
                "if": "remission",
                "then": "stop",
            },
            "a scale with rules; CADSS has none",
        ),
        (
            {
                "at": ["day 1 + 40 min"],
                "measure": "CADSS",
                "if": "response",
                "percent": 50.0,
                "then": "stop",
            },
            "a scale rated at the baseline visit",
        ),
        (
            {
                "at": ["day 8", "each visit"],
                "measure": "MADRS",
                "at_least": 3,
                "then": "stop",
            },
            "each visit once",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(written: dict[str, Any], said: str) -> None:
    assert said in refused(ruled(written))


def test_choices_must_be_choices() -> None:
    assert "each once" in refused(ruled(rule("day 8", "raise"), levels=[1, 1]))
    assert "each once" in refused(ruled(intervals=["7 d", "1 wk"]))
    assert "a rule of this arm with then: resume" in refused(ruled(as_needed=True))


def test_open_label_is_either_always_or_for_a_time() -> None:
    both = {"open_label": True, "open_label_from": "day 8"}
    assert "nothing, with open_label: true" in refused(arm("one", **both))
    same = {"open_label_until": "day 8", "open_label_from": "day 8"}
    assert "another time than day 8" in refused(arm("one", **same))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (False, False, False, False)),
        ({"open_label": True}, (True, True, True, True)),
        ({"open_label_from": "day 8"}, (False, True, True, True)),
        ({"open_label_until": "day 15"}, (True, True, False, False)),
        (
            {"open_label_from": "day 8", "open_label_until": "day 15"},
            (False, True, False, False),
        ),
        (
            {"open_label_from": "day 15", "open_label_until": "day 8"},
            (True, False, True, True),
        ),
    ],
)
def test_when_the_arm_is_known(
    fields: dict[str, Any], expected: tuple[bool, ...]
) -> None:
    one = trial(arm("one", **fields)).arms[0]
    assert tuple(one.known(day * 24.0) for day in (0, 7, 14, 21)) == expected


def test_each_visit_is_one_that_rates_the_scale_while_doses_last() -> None:
    small = trial(
        arm("one", rule("each visit from day 8", "raise", **{"if": "response"}))
    )
    one = small.arms[0]
    times = decisions_h(small, one, one.adjustments[0])
    assert times == [(day - 1) * 24.0 for day in (8, 11, 15, 22)]


def test_a_protocol_with_rules_survives_being_written_down() -> None:
    small = trial(arm("one", rule("day 8", "rescue", **{"if": "no response"})))
    written = small.model_dump(mode="json")
    assert written["arms"][0]["adjustments"][0]["if"] == "no response"
    assert Protocol.model_validate(written) == small
    assert "MADRS no response: rescue" in contents(small.arms[0])
    assert "at 1 or 1.5 times that, at least 2 d or 7 d apart" in contents(
        small.arms[0]
    )


def test_amounts_count_as_high_as_they_can_be_by_then() -> None:
    treatment = {"amount": "0.45 mg/kg"}
    small = trial(arm("one", rule("day 8", "raise"), treatment=treatment))
    per_kg = [dose.mg_per_kg for dose in most_doses(small, small.arms[0])]
    assert per_kg == pytest.approx([0.45] * 2 + [0.675] * 4)
    [drug] = given(small).arms
    assert drug.most
    assert drug.exposure[0].mg == pytest.approx(80 * sum(per_kg))
    assert read_given(given(small).as_data()) == given(small)
    said = [one.said for one in cautions(small) if "usual" in one.said]
    assert said[0].startswith("day 8: 0.675 mg/kg")
    assert said[0].endswith("as high as it can be by then.")


def test_arms_without_rules_say_what_they_said() -> None:
    fixed = trial({"name": "one", "treatments": [_FIXED]})
    assert not fixed.arms[0].depends
    assert contents(fixed.arms[0]).startswith("6 x ketamine 0.5 mg/kg")
    assert not given(fixed).arms[0].most
    assert all("can be by then" not in one.said for one in cautions(fixed))
    assert len(VISITS) == len(fixed.visits)
