"""How much of a question a single claim has, by how telling the words are."""

import collections
import dataclasses
import math
from collections.abc import Iterator, Sequence

from kapsim.answers.desk import Desk
from kapsim.answers.piece import Piece
from kapsim.answers.plain_words import plain_words

_HALF = 0.5  # of a claim: no word is infinitely telling
_PLAIN = 0.3  # of a word that any question may have, beside one that says something
_PLAIN_MISSING = 0.5


@dataclasses.dataclass(frozen=True)
class Held:
    """What the claim that has most of some parts has of them.

    Attributes
    ----------
    share
        Of the weight of all words asked, from 0 to 1.
    weight
        Of those that the claim has.
    words
        How many parts or words it has.
    lacks
        How many names of ideas it has not.
    """

    share: float = 0.0
    weight: float = 0.0
    words: int = 0
    lacks: int = 0


@dataclasses.dataclass(frozen=True)
class _Asked:
    """A name or a word of the question.

    Attributes
    ----------
    claims
        That have it.
    weight, missing
        What it weighs in a claim that has it, and against one that has not.
    named
        Whether it names an idea.
    plain
        Whether any question may have it.
    """

    claims: set[str]
    weight: float
    missing: float
    named: bool = False
    plain: bool = False


def names_an_idea(piece: Piece) -> bool:
    """Whether it names more than what is always of something, such as a dose."""
    attributes = plain_words().attributes
    return bool(piece.pages) and not (piece.broad or attributes.issuperset(piece.pages))


def held_together(pieces: Sequence[Piece], desk: Desk) -> Held:
    """What one claim has of these parts and of the plain words of their clauses.

    A word weighs the more, the fewer claims have it, and most if none has. A plain word
    weighs little, and nothing if no claim has it; a word of general English weighs
    little where it is missing. A claim has what is named if it is about it.
    """
    asked = [one for piece in pieces for one in _parts(piece, desk)]
    told = {term for piece in desk.question.pieces for term in piece.terms}
    clauses = {piece.clause for piece in pieces}
    for clause, word in desk.question.said:
        claims = desk.index.holding([word])
        if clause in clauses and word not in told and claims:
            weight = _PLAIN * _weight(claims, desk)
            asked.append(_Asked(claims, weight, _PLAIN_MISSING, plain=True))
    return _best(asked)


def _parts(piece: Piece, desk: Desk) -> Iterator[_Asked]:
    """A name, an author and a keyword as a whole; what names nothing word by word."""
    if piece.pages:
        claims = {*piece.claims} | desk.index.holding(piece.terms)
        weight = _weight(claims, desk) * (_PLAIN if piece.broad else 1)
        yield _Asked(claims, weight, weight, named=names_an_idea(piece))
        return
    if piece.author or piece.keyed:
        weight = _weight({*piece.claims}, desk)
        yield _Asked({*piece.claims}, weight, weight)
        return
    together = piece.known or desk.index.holding(piece.terms)
    general = plain_words().general
    for term in piece.terms:
        claims = desk.index.holding([term])
        weight = _weight(claims, desk)
        missing = weight * (_PLAIN if term in general else 1)
        yield _Asked(claims if together else set(), weight, missing)


def weight_of_a_rarity(desk: Desk) -> float:
    """What a word weighs that a single claim has: more, the more claims there are."""
    return _weighs(1, desk)


def _weight(claims: set[str], desk: Desk) -> float:
    return _weighs(len(claims), desk)


def _weighs(number: int, desk: Desk) -> float:
    """What a word weighs that so many claims have."""
    return math.log((len(desk.found.claims) + 1) / (number + _HALF))


def _best(asked: Sequence[_Asked]) -> Held:
    """Of the claim that has most, by weight; the first by id among equals.

    It has more than plain words, if more is asked.
    """
    telling = {claim for one in asked if not one.plain for claim in one.claims}
    weights: dict[str, float] = collections.defaultdict(float)
    missing: dict[str, float] = collections.defaultdict(float)
    words = collections.Counter[str]()
    for one in asked:
        for claim in one.claims:
            weights[claim] += one.weight
            missing[claim] -= one.missing
            words[claim] += 1
    among = telling or weights.keys()
    best = min(among, key=lambda claim: (-weights[claim], claim), default=None)
    if best is None:
        return Held()
    left = sum(one.missing for one in asked) + missing[best]
    share = weights[best] / (weights[best] + left)
    lacks = sum(one.named and best not in one.claims for one in asked)
    return Held(share, weights[best], words[best], lacks)
