"""Leaves of the schedule that tell of sessions, company and antidepressants."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from kapsim.patient import PatientNode
from kapsim.report.plan import read_plan
from kapsim.therapy import MODALITIES
from kapsim.trial.arms.cohorts import cohort
from kapsim.trial.arms.contacts import contacts
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.parameters.used import used_records
from kapsim.trial.protocol import Protocol, remarks
from tests.unit.trial.builders import data, protocol

_GRID = np.arange(0.0, 169.0, 1.0)


def leaves(protocol: Protocol) -> dict[str, np.ndarray]:
    """Leaves of the first arm on an hourly grid."""
    return contacts(protocol, protocol.arms[0], _GRID)


def with_sessions(*sessions: dict[str, Any], **fields: Any) -> Protocol:
    """The small protocol with these sessions in its first arm."""
    arms = data()["arms"]
    arms[0] = {**arms[0], **fields, "sessions": list(sessions)}
    return protocol(arms=arms)


def taking(**antidepressant: Any) -> Protocol:
    """The small protocol with a newly started antidepressant in its first arm."""
    return with_sessions(antidepressant={"use": "started", **antidepressant})


def test_a_session_counts_by_its_minutes_and_its_format() -> None:
    found = leaves(
        with_sessions(
            {"modality": "psychodynamic", "minutes": 100, "at": ["dose 1 + 24 h"]},
            {
                "modality": "support",
                "minutes": 50,
                "days": [4],
                "format": "group",
                "homework": True,
            },
            {"modality": "support", "minutes": 50, "days": [6], "remote": True},
            {
                "modality": "support",
                "minutes": 50,
                "days": [7],
                "remote": True,
                "format": "group",
            },
        )
    )
    own = MODALITIES.index("psychodynamic"), MODALITIES.index("support")
    assert found["session"][24, own[0]] == 2.0
    assert found["session"][72, own[1]] == pytest.approx(0.8)
    assert found["session"][120, own[1]] == 1.0
    assert found["session"].sum() == pytest.approx(2.0 + 0.8 + 1.0 + 0.8)
    assert found["homework"][72, own[1]] == pytest.approx(0.8)
    assert found["homework"].sum() == pytest.approx(0.8)
    assert found["closeness"][[0, 24, 72, 120, 144]] == pytest.approx(
        [1.0, 1.0, 0.7, 0.9, 0.63]
    )
    assert np.flatnonzero(found["remote"]).tolist() == [120, 144]


def test_formats_follow_overrides_and_are_records_of_those_who_use_them() -> None:
    group = {"modality": "support", "minutes": 50, "days": [4], "format": "group"}
    small = with_sessions(group)
    changed = {"therapy.format.group_bond": 0.5}
    assert (
        leaves(small.model_copy(update={"parameters": changed}))["closeness"][72] == 0.5
    )
    ours = {name for name in used_records(small) if name.startswith("therapy.format.")}
    assert ours == {"therapy.format.group_bond", "therapy.format.group_share"}


@pytest.mark.parametrize(("words", "ends"), [("as planned", 0.0), ("when well", 1.0)])
def test_therapy_may_end_when_well(words: str, ends: float) -> None:
    found = leaves(with_sessions(therapy_ends=words))
    assert (found["ends_when_well"] == ends).all()


def test_accompanied_doses_are_marked_where_they_begin() -> None:
    given = data()["arms"][0]["treatments"][0]
    found = leaves(with_sessions(treatments=[{**given, "setting": "accompanied"}]))
    assert np.flatnonzero(found["setting"]).tolist() == [0, 72]
    assert not leaves(with_sessions())["setting"].any()


def test_antidepressants_are_begun_switched_and_withdrawn() -> None:
    small = taking(since="day 2", switches=["day 3", "day 5"], until="day 6")
    found = leaves(small)
    taken = np.repeat([0, 1, 2, 3, 0], [24, 24, 48, 24, 49])
    assert found["medicine"].tolist() == taken.tolist()
    assert (found["antidepressant"] == (taken > 0)).all()
    assert np.flatnonzero(found["new_medicine"]).tolist() == [24, 48, 96, 120]
    assert read_plan(small).arms[0].words[-1] == (
        "antidepressant started day 2, another one from day 3, day 5, until day 6"
    )


def test_what_is_taken_throughout_is_new_at_the_first_node() -> None:
    found = leaves(taking(since="day 1"))
    assert (found["medicine"] == 1).all()
    assert np.flatnonzero(found["new_medicine"]).tolist() == [0]


def test_continued_antidepressants_are_not_new() -> None:
    found = leaves(with_sessions(antidepressant="continued"))
    for name in ("antidepressant", "medicine", "new_medicine"):
        assert not found[name].any()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "day 3", "until": "day 2"}, "a time after day 3"),
        ({"since": "day 3", "switches": ["day 3"]}, "a time after day 3"),
        ({"since": "day 1", "switches": ["day 9", "day 8"]}, "a time after day 9"),
        (
            {"since": "day 1", "switches": ["day 8"], "until": "day 8"},
            "a time after day 8",
        ),
        ({"use": "continued", "until": "day 8"}, "Remove until, or say use: started"),
        ({"use": "none", "switches": ["day 8"]}, "Remove switches, or say use"),
        ({"until": "day 8"}, "the day on which it is started"),
    ],
)
def test_antidepressants_out_of_order_are_refused(
    fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        taking(**fields)


def test_changes_after_the_last_visit_are_remarked_on() -> None:
    (said, *_) = remarks(taking(since="day 2", switches=["day 30"]))
    assert "change of antidepressant on day 30 comes after the last visit" in said


def test_the_grid_has_nodes_where_contacts_change() -> None:
    small = taking(
        since="day 2 + 1 h", switches=["day 3 + 61 min"], until="day 6 + 5 h"
    )
    arm = small.arms[0]
    route = cohort(small, arm, seed=1).route
    node: PatientNode = timeline(small, arm, route).schedule
    times = np.asarray(node.time)[np.asarray(node.new_medicine)]
    assert np.unique(times) == pytest.approx([25.0, 48.0 + 61 / 60, 125.0])


def test_years_of_visits_make_a_moderate_grid() -> None:
    arms = data()["arms"]
    arms[0]["sessions"] = [
        {"modality": "support", "minutes": 50, "days": list(range(8, 1278, 7))}
    ]
    visits = [*data()["visits"], {"at": "day 1279", "scales": ["MADRS"]}]
    small = protocol(arms=arms, visits=visits)
    arm = small.arms[0]
    line = timeline(small, arm, cohort(small, arm, seed=1).route)
    assert line.nodes < 3000
    assert np.asarray(line.schedule.session).sum() == len(arm.meetings)
