"""Which claims a question asks for: words, concepts, and what lies near them.

    score = words + concepts + pages + central

Words: BM25 of the claim for the words of the question, as a share of the best claim's.
Concepts: for each part of the question that names a concept, whether the claim is
about it, more if mainly. Pages: how well the question's words fit the pages of the
claim's concepts. A claim is taken for what it adds: each part of the question that
names a concept gets a claim first, and one that has had a claim counts less.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from kapsim.answers.desk import Desk, open_desk
from kapsim.answers.index import CLAIM, PAGE
from kapsim.answers.piece import Piece
from kapsim.evidence import Claim, Knowledge, Library, Step

Ranked = list[tuple[str, float]]
Rerank = Callable[[str, Mapping[str, str], Ranked], Ranked]

_WORDS = 1.0
_CONCEPTS = 0.9
_BROAD = 0.25
_KNOWN = 0.3
_KEYED = 3.0  # of a word that a claim has as a keyword, beside one that it only says
_PAGES = 0.25
_CENTRAL = 0.08
_CENTRAL_OF_WHOLE = 0.6  # where the question is asked of the whole
_SECONDARY = 0.75  # of a concept that a claim names after its first
_SAID = 0.5  # of a concept whose very words a claim has, without being about it
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


@dataclasses.dataclass
class _Part:
    """A part of the question while claims are taken for it.

    Attributes
    ----------
    held
        How much each claim is about it.
    waits
        Whether it names a concept and has had no claim yet.
    counts
        What a claim about it still counts.
    """

    held: dict[str, float]
    waits: bool
    counts: float = 1.0

    def serve(self, claim: str) -> None:
        """Note that a claim was taken."""
        if claim in self.held:
            self.waits = False
            self.counts *= _SERVED


def ranked(desk: Desk, limit: int = _MOST) -> Ranked:
    """Claims that have something of the question, the nearest first."""
    words = _shares(desk.index.ranked(_searched(desk), CLAIM))
    pages = _shares(desk.index.ranked(desk.question.terms, PAGE))
    parts = [
        _Part(
            _about(piece, desk),
            waits=bool(piece.pages or piece.keyed) and not piece.broad,
        )
        for piece in _telling(desk)
    ]
    whole = _of_the_whole(desk)
    if whole:
        parts += _steps(desk)
    central = _CENTRAL_OF_WHOLE if whole else _CENTRAL
    steady = {
        name: _WORDS * words.get(name, 0.0)
        + _PAGES * max((pages.get(page, 0.0) for page in claim.concepts), default=0.0)
        + central * claim.central
        for name, claim in desk.found.claims.items()
    }
    return _taken(steady, parts, limit, 2 * _LEAST + central)


def _searched(desk: Desk) -> list[str]:
    """Words to look for; those that a claim has side by side are looked for so.

    Words of a keyword are looked for one by one: it counts enough by itself.
    """
    phrases = [
        piece.terms
        for piece in desk.question.known
        if len(piece.terms) > 1
        and not piece.keyed
        and desk.index.holding([" ".join(piece.terms)])
    ]
    inside = {word for phrase in phrases for word in phrase}
    alone = [word for word in desk.question.terms if word not in inside]
    return [*alone, *map(" ".join, phrases)]


def _telling(desk: Desk) -> tuple[Piece, ...]:
    """Parts that tell claims apart; what all questions have only where it is all."""
    asked = desk.question
    return (*asked.specific, *asked.known, *asked.broad)


def _of_the_whole(desk: Desk) -> bool:
    """Whether it asks how several things that nearly every question has go together."""
    return not desk.question.narrow and len(desk.question.broad) > 1


def _steps(desk: Desk) -> Iterator[_Part]:
    """Each step in the chain of causes as a part of its own."""
    for step in Step:
        claims = [c.id for c in desk.found.claims.values() if c.step is step]
        yield _Part(dict.fromkeys(claims, 0.0), waits=True)


def _about(piece: Piece, desk: Desk) -> dict[str, float]:
    """How much each claim is about a part of the question."""
    weight = _BROAD if piece.broad else _CONCEPTS if piece.pages else _KNOWN
    held = {
        claim.id: weight * _closeness(piece, claim)
        for claim in desk.claims_about(piece)
    }
    said = desk.index.holding(piece.terms) if piece.pages else set()
    return dict.fromkeys(said, weight * _SAID) | held


def _closeness(piece: Piece, claim: Claim) -> float:
    if claim.id in piece.keyed:
        return _KEYED
    if not piece.pages or claim.concepts[0] in piece.pages:
        return 1.0
    return _SECONDARY


def _taken(
    steady: Mapping[str, float], parts: Sequence[_Part], limit: int, enough: float
) -> Ranked:
    """Claims in the order in which each adds most."""
    left = {
        name
        for name, score in steady.items()
        if (score > _LEAST and any(name in part.held for part in parts))
        or score > enough
    }
    order: Ranked = []
    while left and len(order) < limit:
        due = {name for part in parts if part.waits for name in part.held} & left
        scores = {name: steady[name] for name in due or left}
        for part in parts:
            for name in part.held.keys() & scores.keys():
                scores[name] += part.counts * part.held[name]
        best = min(scores, key=lambda name: (-scores[name], name))
        order.append((best, scores[best]))
        left.remove(best)
        for part in parts:
            part.serve(best)
    return order


def _shares(scores: Mapping[str, float]) -> dict[str, float]:
    most = max(scores.values(), default=0.0)
    return {name: score / most for name, score in scores.items()} if most > 0 else {}
