"""Ratings follow from the evidence, and every context says what it rests on."""

import pytest

from kapsim.report.credibility.contexts import (
    Context,
    Level,
    Rating,
    contexts,
    rating,
)
from kapsim.report.credibility.evidence import evidence
from kapsim.report.credibility.goals import Goal, Verdict
from kapsim.report.credibility.reports import read

CONTEXT = Context(
    name="use",
    question="?",
    use="this",
    influence=Level.LOW,
    consequence=Level.HIGH,
    decisive=("must",),
    further=("may",),
    supported="all",
    partly="some",
    unsupported="nothing",
)


def judged(must, may):
    verdicts = {"must": must, "may": may}
    found = {name: Goal(name, name, "", one) for name, one in verdicts.items()}
    return rating(CONTEXT, found)


@pytest.mark.parametrize(
    ("must", "may", "expected"),
    [
        (Verdict.MET, Verdict.MET, Rating.SUPPORTED),
        (Verdict.MET, Verdict.NOT_MET, Rating.PARTLY),
        (Verdict.MET, Verdict.NOT_AVAILABLE, Rating.PARTLY),
        (Verdict.MET, Verdict.FEW, Rating.PARTLY),
        (Verdict.NOT_MET, Verdict.MET, Rating.UNSUPPORTED),
        (Verdict.NOT_AVAILABLE, Verdict.MET, Rating.UNSUPPORTED),
        (Verdict.FEW, Verdict.MET, Rating.UNSUPPORTED),
    ],
)
def test_the_rating_follows_from_the_verdicts(must, may, expected):
    assert judged(must, may) is expected
    assert CONTEXT.says(Rating.PARTLY) == "some"


def test_evidence_that_nobody_gathers_is_an_error():
    with pytest.raises(KeyError):
        rating(CONTEXT, {"must": Goal("must", "", "", Verdict.NOT_MET)})


@pytest.mark.parametrize(
    ("influence", "consequence", "risk"),
    [
        (Level.LOW, Level.LOW, Level.LOW),
        (Level.LOW, Level.MEDIUM, Level.MEDIUM),
        (Level.LOW, Level.HIGH, Level.MEDIUM),
        (Level.MEDIUM, Level.MEDIUM, Level.MEDIUM),
        (Level.MEDIUM, Level.HIGH, Level.HIGH),
        (Level.HIGH, Level.HIGH, Level.HIGH),
    ],
)
def test_risk_is_the_mean_rounded_up(influence, consequence, risk):
    one = CONTEXT._replace(influence=influence, consequence=consequence)
    assert one.risk is risk


def test_without_reports_nothing_is_supported(tmp_path):
    found = evidence(read(tmp_path))
    assert {rating(one, found) for one in contexts()} == {Rating.UNSUPPORTED}
