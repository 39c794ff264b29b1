"""What is asked, by which name, and what cannot be asked."""

import pytest

from kapsim.trial.power.questions import (
    check,
    described,
    of_drug,
    pair_name,
    questions,
    references,
    why_not_blind,
)
from kapsim.trial.request import RequestError
from tests.unit.trial import designs
from tests.unit.trial.power.builders import CHANGE, PAIR, trial


def test_names_say_scale_kind_and_visit() -> None:
    (only,) = questions(trial())
    assert (only.name, only.primary) == ("MADRS change day 29", True)
    assert pair_name(PAIR) == "ketamine vs saline"


def test_analyses_of_one_endpoint_are_told_apart() -> None:
    ends = [
        CHANGE,
        {**CHANGE, "method": "ancova"},
        {**CHANGE, "method": "ancova", "estimand": "hypothetical"},
        {**CHANGE, "kind": "response"},
        {**CHANGE, "kind": "response", "percent": 25},
    ]
    names = [question.name for question in questions(trial(*ends))]
    assert names[:3] == [
        "MADRS change day 29, mmrm, treatment policy",
        "MADRS change day 29, ancova, treatment policy",
        "MADRS change day 29, ancova, hypothetical",
    ]
    assert len(set(names)) == 5
    assert [one["id"] for one in described(trial(*ends))] == names


def test_parts_of_an_endpoint_have_names() -> None:
    shares, items = questions(
        trial({**CHANGE, "kind": "response"}, {**CHANGE, "kind": "items"})
    )
    assert shares.part(0) == shares.name
    assert shares.part(1) == f"{shares.name} (odds ratio)"
    assert items.part(2) == f"{items.name} (item 3)"


def test_imputation_that_nothing_reads_is_refused() -> None:
    plan = {"imputation": "jump to reference"}
    with pytest.raises(RequestError, match=r"no endpoint is analysed by ancova"):
        check(trial(CHANGE, plan=plan))
    check(trial({**CHANGE, "method": "ancova"}, plan=plan))


def test_without_endpoints_nothing_is_asked() -> None:
    empty = trial().model_copy(update={"endpoints": ()})
    with pytest.raises(RequestError, match=r"has no endpoints: say under endpoints"):
        check(empty)


def test_without_a_control_nothing_is_compared() -> None:
    protocol = designs.trial(endpoints=[CHANGE])
    with pytest.raises(RequestError, match=r"compares no arms: mark one with control"):
        check(protocol)


def test_only_a_ketamine_against_something_else_is_blind() -> None:
    assert of_drug(trial()) == (PAIR,)
    pairs = [["saline", "ketamine"]]
    assert of_drug(trial(plan={"comparisons": pairs})) == ()
    both = [["ketamine", "saline"], ["saline", "ketamine"]]
    assert references(trial(plan={"comparisons": both})) == ("saline", "ketamine")


def test_where_nothing_is_told_of_the_blind_it_is_said_why() -> None:
    assert why_not_blind(trial()) is None
    turned = why_not_blind(trial(plan={"comparisons": [["saline", "ketamine"]]}))
    assert turned is not None
    assert "because saline vs ketamine names the arm without it first" in turned
    two = designs.trial(*designs.sequences(15), plan={"comparisons": [["a", "b"]]})
    told = why_not_blind(two)
    assert told is not None
    assert told.endswith("this trial has none.")
