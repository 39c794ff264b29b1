"""The protocol in words and on the time axis."""

import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.report.plan import read_plan
from kapsim.report.timeline import timeline_figure
from kapsim.trial.protocol import Protocol
from tests.unit.report.synthetic import protocol


@pytest.fixture(scope="module")
def plan():
    arms = ("One", "Two", "Three", "Four")
    return read_plan(Protocol.model_validate(protocol(arms=arms)))


def test_words_and_times_of_an_arm(plan):
    first, second = plan.arms[:2]
    assert first.words == (
        "racemic ketamine 0.5 mg/kg (base) intravenous over 40 min, 6 times",
    )
    assert [dose.time for dose in first.doses] == [0, 72, 168, 240, 336, 408]
    assert [item.label for item in second.sessions] == ["preparation"]
    assert [item.time for item in second.sessions] == [-48.0]


def test_entries_alike_are_told_once():
    document = protocol(arms=("One", "Two"))
    session = {"modality": "support", "minutes": 50}
    document["arms"][0]["sessions"] = [
        {**session, "days": [2, 3], "at": None},
        {**session, "days": [9], "at": None},
    ]
    plan = read_plan(Protocol.model_validate(document))
    assert plan.arms[0].words[-1] == "support, 50 min, 3 times"


def test_span_and_modalities(plan):
    assert plan.span == (-48.0, 28 * 24.0)
    assert plan.modalities == [
        "preparation",
        "exposure",
        "activation",
        "integration",
    ]


def test_timeline_draws_every_dose_session_and_visit(plan):
    root = ElementTree.fromstring(timeline_figure(plan))
    name = "{http://www.w3.org/2000/svg}"
    visits = root.findall(f"{name}line[@class='visit']")
    assert len(visits) == len(plan.visits)
    lanes = root.findall(f"{name}g[@data-arm]")
    assert len(lanes) == len(plan.arms)
    for lane, arm in zip(lanes, plan.arms, strict=True):
        marks = [node for node in lane if "dose" in node.attrib.get("class", "")]
        assert len(marks) == len(arm.doses) + len(arm.sessions)
