"""Which claims a question asks for: words, concepts, and what lies near them.

    score = words + concepts + pages + central

Words: BM25 of the claim for the words of the question, as a share of the best claim's.
Concepts: for each part of the question that names a concept, whether the claim is
about it, more if mainly. Pages: how well the question's words fit the pages of the
claim's concepts. A claim is taken for what it adds: each part of the question that
names a concept gets a claim first, and one that has had a claim counts less.
"""

from collections.abc import Callable, Mapping

from kapsim.answers.desk import Desk, open_desk
from kapsim.answers.index import CLAIM, PAGE
from kapsim.answers.question import Piece
from kapsim.evidence import Claim, Knowledge, Library

Ranked = list[tuple[str, float]]
Rerank = Callable[[str, Mapping[str, str], Ranked], Ranked]

_WORDS = 1.0
_CONCEPTS = 0.9
_BROAD = 0.25
_KNOWN = 0.3
_PAGES = 0.25
_CENTRAL = 0.08
_SECONDARY = 0.75  # of a concept that a claim names after its first
_SERVED = 0.75  # what a part still counts after each claim taken for it
_LEAST = 0.05
_MOST = 80  # claims that are ranked


def retrieve(
    question: str,
    limit: int = 10,
    *,
    found: Knowledge | None = None,
    shelf: Library | None = None,
) -> Ranked:
    """Claims nearest to a question, the nearest first, with their scores.

    Parameters
    ----------
    question
        As asked.
    limit
        How many at most.
    found, shelf
        Records to look in; the shipped ones if None.

    Returns
    -------
    list of (str, float)
        Ids of claims with scores; ties stand in the order of ids. Empty if no claim
        has anything of the question.

    Raises
    ------
    QuestionError
        If the question is empty or too long.
    """
    return ranked(open_desk(question, found, shelf), limit)


def ranked(desk: Desk, limit: int = _MOST) -> Ranked:
    """Claims that have something of the question, the nearest first."""
    words = _shares(desk.index.ranked(desk.question.terms, CLAIM))
    pages = _shares(desk.index.ranked(desk.question.terms, PAGE))
    pieces = _telling(desk)
    about = {piece: _about(piece, desk) for piece in pieces}
    steady = {
        name: _WORDS * words.get(name, 0.0)
        + _PAGES * max((pages.get(page, 0.0) for page in claim.concepts), default=0.0)
        + _CENTRAL * claim.central
        for name, claim in desk.found.claims.items()
    }
    return _taken(steady, about, limit)


def _telling(desk: Desk) -> tuple[Piece, ...]:
    """Parts that tell claims apart; what all questions have only where it is all."""
    asked = desk.question
    return (*asked.specific, *asked.known, *asked.broad)


def _about(piece: Piece, desk: Desk) -> dict[str, float]:
    """How much each claim is about a part of the question."""
    weight = _BROAD if piece.broad else _CONCEPTS if piece.pages else _KNOWN
    return {
        claim.id: weight * _closeness(piece, claim)
        for claim in desk.claims_about(piece)
    }


def _closeness(piece: Piece, claim: Claim) -> float:
    if not piece.pages or claim.concepts[0] in piece.pages:
        return 1.0
    return _SECONDARY


def _taken(
    steady: Mapping[str, float], about: dict[Piece, dict[str, float]], limit: int
) -> Ranked:
    """Claims in the order in which each adds most."""
    count = dict.fromkeys(about, 1.0)
    left = {
        name
        for name, score in steady.items()
        if (score > _LEAST and any(name in held for held in about.values()))
        or score > 2 * _LEAST + _CENTRAL
    }
    order: Ranked = []
    while left and len(order) < limit:
        scores = {
            name: steady[name]
            + sum(count[piece] * held.get(name, 0.0) for piece, held in about.items())
            for name in left
        }
        unserved = [held for piece, held in about.items() if _waits(piece, count)]
        due = {name for held in unserved for name in held} & left
        best = min(due or left, key=lambda name: (-scores[name], name))
        order.append((best, scores[best]))
        left.remove(best)
        for piece, held in about.items():
            count[piece] *= _SERVED if best in held else 1.0
    return order


def _waits(piece: Piece, count: Mapping[Piece, float]) -> bool:
    """Whether a part that names a concept has had no claim yet."""
    return bool(piece.pages) and not piece.broad and count[piece] == 1.0


def _shares(scores: Mapping[str, float]) -> dict[str, float]:
    most = max(scores.values(), default=0.0)
    return {name: score / most for name, score in scores.items()} if most > 0 else {}
