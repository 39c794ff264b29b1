"""The questions of the set, and what is counted in their answers.

Each half of the set has files of its own. The development half may be looked at when
answers are improved; the held-out half judges. None of its questions was looked at; one
limit of keywords was chosen by its totals.
"""

import enum
import functools
import json
import pathlib
import random
from collections.abc import Callable, Iterable, Sequence

import yaml
from pydantic import BaseModel, ConfigDict, Field

import kapsim
from kapsim.answers.answer import Answer, Level
from kapsim.answers.formats import as_json
from kapsim.answers.retrieval import retrieve
from kapsim.evidence import knowledge

HERE = pathlib.Path(__file__).parent
HALVES = {
    "development": ("questions.yaml", "more_questions.yaml", "third_questions.yaml"),
    "held out": ("held_out.yaml", "held_out_more.yaml"),
}
FIRST = 10

Asking = Callable[[str], Answer]
Ranking = Callable[[str], Sequence[str]]


class Kind(enum.StrEnum):
    """What can be made of a question."""

    ANSWERABLE = "answerable"
    PARTLY = "partly"
    UNANSWERABLE = "unanswerable"
    MISLEADING = "misleading"
    OFF_TOPIC = "off-topic"
    ADVICE = "advice"


REFUSED = {Kind.UNANSWERABLE, Kind.OFF_TOPIC, Kind.ADVICE}


class Entry(BaseModel):
    """Common rules: no unknown field, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(Entry):
    """What a good answer has.

    Attributes
    ----------
    level
        Of its coverage.
    claims
        Claims that it must use.
    not_covered
        Words of the question that it must say are not covered.
    notice
        Whether something must be said first.
    """

    level: Level
    claims: tuple[str, ...] = Field(default=(), max_length=6)
    not_covered: tuple[str, ...] = ()
    notice: bool = False


class Question(Entry):
    """A question with what is expected of its answer.

    Attributes
    ----------
    intent
        Shared by phrasings of one question.
    rows
        Rows of the table of what the model must hold; of answerable ones only.
    """

    id: str
    intent: str
    kind: Kind
    rows: tuple[int, ...] = ()
    question: str
    expect: Expected


@functools.cache
def questions(half: str) -> tuple[Question, ...]:
    """Questions of a half."""
    texts = [(HERE / name).read_text(encoding="utf-8") for name in HALVES[half]]
    entries = [entry for text in texts for entry in yaml.safe_load(text)]
    return tuple(Question.model_validate(entry) for entry in entries)


def of(half: str, *kinds: Kind) -> list[Question]:
    """Questions of a half that are of these kinds."""
    return [asked for asked in questions(half) if asked.kind in kinds]


@functools.cache
def answer(question: str) -> Answer:
    """The answer to a question, composed once."""
    return kapsim.ask(question)


@functools.cache
def ranking(question: str) -> tuple[str, ...]:
    """Claims that are found first."""
    return tuple(claim for claim, _ in retrieve(question, limit=FIRST))


def shuffled(question: str) -> list[str]:
    """All claims in an order that has nothing to do with the question, cut short."""
    return random.Random(question).sample(sorted(knowledge().claims), FIRST)


def recall(half: str, rank: Ranking = ranking) -> float:
    """Mean share of the expected claims that are among those found first."""
    asked = [one for one in questions(half) if one.expect.claims]
    shares = [share(one.expect.claims, rank(one.question)) for one in asked]
    return sum(shares) / len(shares)


def share(expected: Sequence[str], found: Iterable[str]) -> float:
    """Share of the expected claims among those found."""
    return len(set(expected) & set(found)) / len(expected)


def said(one: Answer) -> list[str]:
    """Claims of an account."""
    return [s.claim for section in one.account for s in section.sentences]


def answered(half: str, *kinds: Kind, ask: Asking = answer) -> list[str]:
    """Questions of these kinds that have an account."""
    return [one.id for one in of(half, *kinds) if ask(one.question).account]


def without_answer(half: str, ask: Asking = answer) -> list[str]:
    """Answerable questions without an account, or said not to be covered."""
    return [
        one.id
        for one in of(half, Kind.ANSWERABLE)
        if not (reply := ask(one.question)).account or reply.coverage.level is Level.NOT
    ]


def gap_untold(half: str, ask: Asking = answer) -> list[str]:
    """Partly answerable questions whose answer hides, or is, what is missing."""
    return [
        one.id
        for one in of(half, Kind.PARTLY)
        if not _tells_gap(ask(one.question), one.expect.not_covered)
    ]


def _tells_gap(reply: Answer, words: Iterable[str]) -> bool:
    gaps = " ".join(
        aspect.words.lower()
        for aspect in reply.coverage.aspects
        if aspect.level is Level.NOT
    )
    told = all(word.lower() in gaps for word in words)
    return told and bool(reply.account) and reply.coverage.level is Level.PARTLY


def uncorrected(half: str, ask: Asking = answer) -> list[str]:
    """Misleading questions without a notice, or without what corrects them."""
    return [
        one.id
        for one in of(half, Kind.MISLEADING)
        if not (reply := ask(one.question)).notice
        or not set(one.expect.claims) & set(said(reply))
    ]


def unwarned(half: str, ask: Asking = answer) -> list[str]:
    """Requests for personal advice that are not told that none is given."""
    return [o.id for o in of(half, Kind.ADVICE) if not ask(o.question).notice]


def unsourced(half: str, ask: Asking = answer) -> list[str]:
    """Sentences of accounts without a source that the answer's own list has."""
    return [
        f"{one.id}: {sentence.claim}"
        for one in questions(half)
        for reply in (ask(one.question),)
        for section in reply.account
        for sentence in section.sentences
        if not {source.key for source in reply.sources} >= set(sentence.sources)
        or not sentence.sources
    ]


def as_bytes(some: Iterable[str], ask: Asking = answer) -> bytes:
    """Answers to questions as JSON."""
    return "".join(as_json(ask(one)) for one in some).encode()


def shares(half: str) -> dict[str, float]:
    """Shares of questions that are reported without a limit."""
    claims = [one for one in questions(half) if one.expect.claims]
    told = of(half, Kind.ANSWERABLE, Kind.PARTLY, *REFUSED)
    levels = [answer(o.question).coverage.level is o.expect.level for o in told]
    used = [share(o.expect.claims, said(answer(o.question))) for o in claims]
    return {
        "expected claims that the account says": sum(used) / len(used),
        "coverage exactly as expected": sum(levels) / len(levels),
    }


def printing(some: Sequence[str]) -> str:
    """Code by which another process prints the answers to questions as JSON."""
    return (
        "import sys; from validation.answers.asked import as_bytes; "
        f"sys.stdout.buffer.write(as_bytes({json.dumps(list(some))}))"
    )
