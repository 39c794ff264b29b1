"""Questions as people ask them, with the claims and the coverage that are expected.

The questions and what is expected of them were written from the records alone, before
any answer to them was seen. Answers are improved on the development half only.
"""

import os
import subprocess
import sys
from collections import Counter

import pytest

from kapsim.answers.answer import Answer
from kapsim.evidence import Step, knowledge
from validation.answers import asked
from validation.answers.asked import HALVES, HERE, REFUSED, Kind

FEWEST = {
    Kind.ANSWERABLE: 50,
    Kind.PARTLY: 12,
    Kind.UNANSWERABLE: 15,
    Kind.MISLEADING: 10,
    Kind.OFF_TOPIC: 10,
    Kind.ADVICE: 5,
}
LEAST_RECALL = 0.9
TUNED_ELSEWHERE = (
    "No question of this half was looked at: so it goes with questions that nobody "
    "has seen, but for one limit, how much of a question a keyword must be, that was "
    "chosen by how many of this half are answered."
)
PLAIN = (
    "Of ten, nearly all are asked in words any question may have, for which a lower "
    "limit would answer what is not covered."
)
UNTOLD = (
    "Of seventeen, thirteen are refused whole: what is missing narrows all that is "
    "asked (in zebrafish), or the rest is a word of a single claim. In the others the "
    "missing word stands in claims about something else (lamotrigine), looks like "
    "another (HADS, had) or is one of general English."
)
MISSED = {
    "development: answerable questions without an answer": PLAIN,
    "development: partly answerable questions whose gap is not told": UNTOLD,
    "held out: unanswerable questions that are answered": TUNED_ELSEWHERE,
    "held out: answerable questions without an answer": TUNED_ELSEWHERE,
    "held out: partly answerable questions whose gap is not told": TUNED_ELSEWHERE,
}
"""Limits that are known to be missed, and why."""

EVERY = 6

pytestmark = pytest.mark.parametrize("half", HALVES)


@pytest.fixture(autouse=True)
def no_own_library(monkeypatch, tmp_path):
    """Answers from the shipped library alone."""
    monkeypatch.setenv("KAPSIM_LIBRARY", str(tmp_path / "none.sqlite"))


def covered(question: str) -> Answer:
    """Planted: whatever is asked, the same well covered question is answered."""
    return asked.answer("How fast does ketamine work?")


def mute(question: str) -> Answer:
    """Planted: nothing is ever answered or said first."""
    silent = {"account": (), "notice": "", "sources": ()}
    return covered(question).model_copy(update=silent)


def unlisted(question: str) -> Answer:
    """Planted: an account whose list of sources is empty."""
    return covered(question).model_copy(update={"sources": ()})


def failures(check, half: str, meaning: str, failed: list[str]) -> str:
    """Check that nothing failed; only the development half names what did."""
    name = f"{half}: {meaning}"
    told = ", ".join(failed) if half == "development" else ""
    missed = MISSED.get(name, "")
    check(name, len(failed), high=0, source="required", note=told, missed=missed)
    return name


def test_the_set(half):
    both = [one for name in HALVES for one in asked.questions(name)]
    assert len({one.id for one in both}) == len(both)
    intents = {name: {o.intent for o in asked.questions(name)} for name in HALVES}
    assert not set.intersection(*intents.values()), "an intent is in both halves"
    counts = Counter(one.kind for one in both)
    assert all(counts[kind] >= least for kind, least in FEWEST.items()), counts
    mine = asked.questions(half)
    used = {claim for one in mine for claim in one.expect.claims}
    assert used <= set(knowledge().claims)
    assert {knowledge().claims[claim].step for claim in used} == set(Step)
    assert {row for one in mine for row in one.rows} == set(range(1, 16))


def test_what_is_expected_is_complete(half):
    for one in asked.questions(half):
        kind, expect = one.kind, one.expect
        assert (len(expect.claims) >= 2) or kind is not Kind.ANSWERABLE, one.id
        assert bool(expect.claims) is (kind not in REFUSED), one.id
        assert bool(expect.not_covered) is (kind is Kind.PARTLY), one.id
        assert expect.notice is (kind in {Kind.MISLEADING, Kind.ADVICE}), one.id
        words = one.question.lower()
        assert all(word.lower() in words for word in expect.not_covered), one.id


def test_recall(check, half):
    name = f"{half}: recall of the expected claims among the first {asked.FIRST}"
    found = asked.recall(half)
    check(name, found, low=LEAST_RECALL, source="required")
    check.planted(name, "claims in random order", asked.recall(half, asked.shuffled))


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_nothing_is_made_up(check, half, kind):
    meaning = f"{kind} questions that are answered"
    name = failures(check, half, meaning, asked.answered(half, kind))
    made_up = asked.answered(half, kind, ask=covered)
    check.planted(name, "an answer to whatever is asked", len(made_up))


def test_answerable_questions_are_answered(check, half):
    meaning = "answerable questions without an answer"
    name = failures(check, half, meaning, asked.without_answer(half))
    silent = asked.without_answer(half, mute)
    check.planted(name, "nothing is ever answered", len(silent))


def test_gaps_are_told(check, half):
    meaning = "partly answerable questions whose gap is not told"
    name = failures(check, half, meaning, asked.gap_untold(half))
    hidden = asked.gap_untold(half, covered)
    check.planted(name, "the gap is passed over", len(hidden))


def test_false_presuppositions_are_told(check, half):
    meaning = "misleading questions that are not set right"
    name = failures(check, half, meaning, asked.uncorrected(half))
    check.planted(name, "no notice", len(asked.uncorrected(half, mute)))


def test_no_advice_is_told(check, half):
    meaning = "requests for advice that are not told that none is given"
    name = failures(check, half, meaning, asked.unwarned(half))
    check.planted(name, "no notice", len(asked.unwarned(half, mute)))


def test_every_sentence_has_a_listed_source(check, half):
    meaning = "sentences without a listed source"
    name = failures(check, half, meaning, asked.unsourced(half))
    check.planted(name, "an empty list", len(asked.unsourced(half, unlisted)))


def test_same_bytes_in_another_process(check, half):
    some = [one.question for one in asked.questions(half)][::EVERY]
    here = asked.as_bytes(some)
    there = subprocess.run(
        [sys.executable, "-c", asked.printing(some)],
        cwd=HERE.parents[1],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    ).stdout
    name = f"{half}: answers that differ in another process"
    check(name, here != there, high=0, source="required")
    fault = asked.as_bytes(some, unlisted)
    check.planted(name, "sources left out", fault != there)


def test_shares(check, half):
    shares = asked.shares(half)
    check.table(
        f"Answers, {half} half",
        "Shares that have no limit: how much of what was expected the account itself "
        "says, and how often the coverage is exactly as expected.",
        ("share", "value"),
        tuple((what, f"{value:.2f}") for what, value in shares.items()),
    )
    assert all(0 <= value <= 1 for value in shares.values())
