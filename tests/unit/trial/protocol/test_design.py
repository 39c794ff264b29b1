"""Design, conduct and plan of a protocol: what they mean."""

import json
from typing import Any

import pytest

from kapsim.trial.loading import parse_protocol
from kapsim.trial.protocol import DesignKind, Measure, Protocol
from kapsim.trial.protocol_file.json_schema import protocol_schema
from kapsim.trial.protocol_file.problems import ProtocolError
from tests.unit.trial.builders import TEXT, protocol
from tests.unit.trial.designs import (
    CROSSED,
    RELAPSE,
    STAY,
    STOP,
    crossover,
    sequences,
    trial,
    withdrawal,
)


def test_an_old_protocol_means_what_it_did() -> None:
    small = protocol()
    assert small.kind is DesignKind.PARALLEL
    assert small.randomised_h == 0.0
    assert small.primary_endpoints == small.endpoints
    assert small.comparisons == (("ketamine", "saline"),)
    assert [arm.ratio for arm in small.arms] == [1, 1]
    assert small.role is None
    assert small.conduct.dropout is None


def test_all_fields_survive_the_way_through_json() -> None:
    whole = trial(
        STAY,
        STOP,
        role="development_check",
        design=withdrawal(blocks=[4, 6], strata=["severity", "site"], sites=10),
        conduct={"dropout": "15 %", "window": "3 d", "site_sd": 1.5},
        plan={
            "comparisons": [["a", "b"]],
            "multiplicity": "fixed sequence",
            "imputation": "jump to reference",
            "looks": {"fractions": [0.5, 1], "spending": "kim-demets", "shape": 3},
            "covariates": ["age", "site"],
        },
        endpoints=[{**RELAPSE, "at_least": 22, "role": "secondary"}],
    )
    text = json.dumps(whole.model_dump(mode="json"))
    assert Protocol.model_validate(json.loads(text)) == whole
    assert '"is": "response"' in text


def test_ideal_is_short_for_nothing_going_wrong() -> None:
    found = trial(conduct="ideal").conduct
    assert found.share_dropout == found.share_missed == found.share_deviations == 0
    assert found.window_h == found.site_sd == found.rater_sd == 0
    assert Protocol.model_validate(trial(conduct="ideal").model_dump(mode="json"))


@pytest.mark.parametrize(
    ("arms", "changes"),
    [
        (sequences(15), {"design": crossover(washout="13 d")}),
        ((STAY, STOP), {"design": withdrawal()}),
        (CROSSED, {"design": {"kind": "factorial"}}),
        ((), {"design": {"objective": "non-inferiority", "margin": 2.5}}),
        ((), {"endpoints": [RELAPSE]}),
        ((), {"endpoints": [{**RELAPSE, "at": "day 1", "among": "all"}]}),
        ((), {"endpoints": [{"measure": "MADRS", "kind": "items", "at": "day 8"}]}),
        ((), {"endpoints": [{"measure": "MADRS", "kind": "ordinal", "at": "day 8"}]}),
    ],
)
def test_sound_designs_are_taken(
    arms: tuple[dict[str, Any], ...], changes: dict[str, Any]
) -> None:
    assert trial(*arms, **changes)


def test_a_relapse_has_a_default_on_the_madrs_alone() -> None:
    protocol_ = trial(endpoints=[RELAPSE, {**RELAPSE, "at_least": 20}])
    limits = [protocol_.relapse_at_least(end) for end in protocol_.endpoints]
    assert limits == [22, 20]
    assert protocol_.endpoints[0].measure is Measure.MADRS


def test_endpoints_that_are_called_primary_are_the_only_ones() -> None:
    ends = [
        {"measure": "MADRS", "kind": "change", "at": at} for at in ("day 8", "day 15")
    ]
    assert len(trial(endpoints=ends).primary_endpoints) == 1
    called = trial(endpoints=[ends[0], {**ends[1], "role": "primary"}])
    assert [end.at for end in called.primary_endpoints] == ["day 15"]


def test_a_misspelt_field_is_named_as_it_is_written() -> None:
    text = TEXT + (
        "design:\n  randomised: day 8\n"
        "  admitted: [{at: day 8, measure: MADRS, iss: response}]\n"
    )
    with pytest.raises(ProtocolError, match="Did you mean 'is'"):
        parse_protocol(text, "x.yaml")


def test_the_schema_takes_both_ways_of_writing_conduct() -> None:
    conduct = protocol_schema()["$defs"]["Conduct"]
    assert conduct["anyOf"][0]["enum"] == ["ideal"]
    admission = protocol_schema()["$defs"]["Admission"]["properties"]
    assert "is" in admission
    assert "standing" not in admission


def test_every_new_field_is_described() -> None:
    names = ("Admission", "Design", "Plan", "Looks", "Endpoint")
    for name in names:
        for field, body in protocol_schema()["$defs"][name]["properties"].items():
            assert body.get("description"), f"{name}.{field}"
