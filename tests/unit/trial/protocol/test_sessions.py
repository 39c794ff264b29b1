"""Sessions counted from doses: what is read, resolved, refused and told."""

from typing import Any

import pytest
from pydantic import ValidationError

from kapsim.report.plan import read_plan
from kapsim.trial.catalogue import calendar, contents
from kapsim.trial.loading import parse_protocol
from kapsim.trial.protocol import Protocol, remarks
from kapsim.trial.protocol.texts import DoseMoment, moment
from kapsim.trial.protocol_file.json_schema import protocol_schema
from kapsim.trial.protocol_file.problems import ProtocolError
from kapsim.units import UnitError
from tests.unit.trial.builders import TEXT, data, protocol

_AT = "{modality: exposure, minutes: 90, at: [day 5 + 30 min]}"


def held(*at: str, **fields: Any) -> Protocol:
    """The small protocol (doses on days 1 and 4) with sessions at these moments."""
    arms = data()["arms"]
    session = {"modality": "integration", "minutes": 60, "at": list(at)}
    arms[0]["sessions"] = [{**session, **fields}]
    return protocol(arms=arms)


@pytest.mark.parametrize(
    ("text", "which", "offset_h"),
    [
        ("dose 3 + 24 h", 3, 24.0),
        ("dose 1 - 24 h", 1, -24.0),
        ("last dose + 7 d", "last", 168.0),
        ("each dose+90 min", "each", 1.5),
        ("Last Dose", "last", 0.0),
    ],
)
def test_moments_counted_from_doses_are_read(
    text: str, which: int | str, offset_h: float
) -> None:
    assert moment(text) == DoseMoment(which, offset_h)


def test_other_moments_are_hours_since_the_first_dose() -> None:
    assert moment("day 8 + 2 h") == 170.0


@pytest.mark.parametrize(
    "text", ["dose 0", "dose -1", "dose", "some dose", "dose 2 + 3", "dose 1 + 2 mg"]
)
def test_what_names_no_dose_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        moment(text)


@pytest.mark.parametrize(
    ("at", "times_h"),
    [
        (["dose 2 + 24 h"], (96.0,)),
        (["dose 1 - 2 h"], (-2.0,)),
        (["last dose + 2 d"], (120.0,)),
        (["each dose + 24 h"], (24.0, 96.0)),
        (["last dose", "day 2", "dose 1 + 2 h"], (2.0, 24.0, 72.0)),
    ],
)
def test_moments_are_resolved_by_the_doses_of_the_arm(
    at: list[str], times_h: tuple[float, ...]
) -> None:
    small = held(*at)
    assert small.arms[0].session_times_h == times_h
    assert small.start_h == min(0.0, *times_h)
    plan = read_plan(small)
    assert tuple(event.time for event in plan.arms[0].sessions) == times_h


def test_doses_at_one_time_count_once_and_placebo_counts() -> None:
    arms = data()["arms"]
    arms[1]["control"] = None
    spray = {"drug": "placebo", "route": "nasal", "at": ["day 1", "day 2"]}
    arms[1]["treatments"].append(spray)
    at = ["dose 2 + 1 h", "dose 3 + 1 h"]
    arms[1]["sessions"] = [{"modality": "support", "minutes": 30, "at": at}]
    assert protocol(arms=arms).arms[1].session_times_h == (25.0, 73.0)


def test_texts_stay_as_written_with_their_spaces_set_right() -> None:
    small = held("each  dose+24h", "Last dose +7 d")
    assert small.arms[0].sessions[0].at == ("each dose + 24h", "Last dose + 7 d")
    assert Protocol.model_validate(small.model_dump(mode="json")) == small


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("dose 3 + 24 h", "'dose 3 + 24 h'. Allowed: dose 1 to dose 2, as many as"),
        ("dose 0 + 1 h", "does not exist: doses count from 1"),
        ("the dose", "Allowed: a day counted from 1, or a dose of the arm"),
        (
            "dose 2 - 21 h + 1",
            "Allowed: a day counted from 1, or a dose of the arm",
        ),
        (
            "each dose + 27.5 h",
            "'session at each dose + 27.5 h (day 2 + 210 min)'. Allowed: no session "
            "before day 2 + 230 min",
        ),
    ],
)
def test_refusals_name_the_line_the_field_and_the_remedy(at: str, said: str) -> None:
    text = TEXT.replace(_AT, _AT.replace("day 5 + 30 min", at))
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, "small.yaml")
    assert "line 24, column 48: arms[0].sessions[1].at[0]: got " in str(caught.value)
    assert said in str(caught.value)


def test_an_arm_without_doses_has_none_to_count_from() -> None:
    arms = data()["arms"]
    arms[1] = {
        "name": "talk",
        "sessions": [{"modality": "support", "minutes": 30, "at": ["last dose"]}],
    }
    with pytest.raises(
        ValidationError, match=r"as this arm has no doses\. Write the d"
    ):
        protocol(arms=arms)


def test_sessions_that_coincide_are_refused() -> None:
    with pytest.raises(ValidationError, match="must not overlap"):
        held("last dose + 1 h", "dose 2 + 1 h")
    with pytest.raises(ValidationError, match="must not overlap"):
        held("day 2", "each dose + 24 h")


def test_only_sessions_count_from_doses() -> None:
    arms = data()["arms"]
    del arms[0]["treatments"][0]["days"]
    arms[0]["treatments"][0]["at"] = ["day 1", "dose 1 + 72 h"]
    only = "only therapy sessions can be counted from a dose"
    with pytest.raises(ValidationError, match=only):
        protocol(arms=arms)
    with pytest.raises(ValidationError, match=only):
        protocol(visits=[{"at": "dose 1", "baseline": True, "scales": ["MADRS"]}])


def test_remarks_see_resolved_times() -> None:
    said = remarks(held("dose 1 - 2 d", "last dose + 9 d"))
    assert "session on day 13 comes after the last visit" in said[0]
    assert "session on day -2 precedes the baseline rating" in said[1]


def test_the_calendar_tells_when_and_how() -> None:
    small = held("each dose + 24 h", format="group", remote=True)
    assert calendar(small.arms[0]) == [
        {
            "arm": "ketamine",
            "session": "integration in a group, 60 min, remote",
            "times": 2,
            "at": "each dose + 24 h (day 2), each dose + 24 h (day 5)",
        }
    ]
    words = read_plan(small).arms[0].words
    assert words[-1] == "integration in a group, 60 min, remote, 2 times"


def test_a_long_calendar_is_shortened() -> None:
    arms = data()["arms"]
    weekly = {"modality": "support", "minutes": 50, "days": list(range(2, 300, 7))}
    arms[0]["sessions"] = [weekly]
    (row,) = calendar(protocol(arms=arms).arms[0])
    assert row["times"] == 43
    assert row["at"].startswith("day 2, day 9, ")
    assert row["at"].endswith("day 44, ..., day 296")


def test_contents_tell_company_groups_and_the_end_of_therapy() -> None:
    arms = data()["arms"]
    arms[0]["treatments"][0]["setting"] = "accompanied"
    arms[0]["sessions"][0]["format"] = "group"
    arms[0]["therapy_ends"] = "when well"
    small = protocol(arms=arms)
    assert contents(small.arms[0]) == (
        "2 x ketamine 0.5 mg/kg intravenous over 40 min, accompanied; "
        "3 sessions (support in a group, exposure) that end when well"
    )
    words = read_plan(small).arms[0].words
    assert words[0].endswith("intravenous over 40 min accompanied, 2 times")
    assert words[-1] == "therapy ends when well"


def test_the_schema_describes_what_counts_from_doses() -> None:
    known = protocol_schema()["$defs"]
    at = known["Session"]["properties"]["at"]
    assert "each dose + 24 h" in at["description"]
    assert "dose 3 + 24 h" in at["anyOf"][0]["items"]["examples"]
    assert "dose" not in known["Treatment"]["properties"]["at"]["description"]
    assert known["SessionFormat"]["enum"] == ["individual", "group"]
    assert known["TherapyEnds"]["enum"] == ["as planned", "when well"]
    assert known["DoseSetting"]["enum"] == ["clinical", "accompanied"]
