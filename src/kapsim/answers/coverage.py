"""What the library holds of a question: part by part, by count and by grade."""

import collections
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from kapsim.answers.answer import Aspect, Coverage, Level, Nearest
from kapsim.answers.corrections import Correction
from kapsim.answers.desk import Desk
from kapsim.answers.index import PAGE
from kapsim.answers.piece import Piece
from kapsim.answers.plain_words import plain_words
from kapsim.answers.question import Question
from kapsim.evidence import Claim, Strength

_MANY = 3  # claims
_IN_PEOPLE = (Strength.A, Strength.B)
_TOGETHER = 0.6  # share of the words that one claim must have
_IDEA, _ATTRIBUTE, _EVERYDAY, _WORD = 2.1, 1.1, 0.5, 0.5
"""What weighs against unknown words in a question of this field: a concept that is an
idea of its own, one that is always of something, an everyday word, and a word that
claims have."""
_FURTHER, _FURTHER_OF_FIELD = 0.5, 0.05
"""What each further word of an unknown part weighs."""
_USUAL = 15  # claims that have a word of this field
_MOST_NEAREST = 4


def aspect(piece: Piece, desk: Desk, passages: int = 0) -> Aspect:
    """What the library holds of a part: claims by grade, and the reader's passages."""
    claims = desk.claims_about(piece)
    grades = collections.Counter(claim.strength for claim in claims)
    return Aspect(
        words=piece.words,
        concept=piece.pages[0] if piece.pages else None,
        level=_level(claims, passages),
        claims=len(claims),
        passages=passages,
        strengths={grade: grades[grade] for grade in Strength if grades[grade]},
    )


def _level(claims: list[Claim], passages: int) -> Level:
    """Well: several claims, one of them from a study in people; partly: any."""
    if len(claims) >= _MANY and any(c.strength in _IN_PEOPLE for c in claims):
        return Level.WELL
    return Level.PARTLY if claims or passages else Level.NOT


def coverage(
    desk: Desk, made: Sequence[Correction], passages: Mapping[Piece, int]
) -> Coverage:
    """What the library holds of the whole question.

    Parameters
    ----------
    desk
        Records and question.
    made
        What the question takes for granted that the library contradicts.
    passages
        How many of the reader's passages each part has.
    """
    asked = desk.question
    aspects = {
        piece: aspect(piece, desk, passages.get(piece, 0)) for piece in asked.pieces
    }
    joints = tuple(_not_joined(one, two) for one, two in _apart(asked))
    if asked.personal:
        level = Level.NOT
    elif not answerable(desk, made):
        held = any(passages.get(piece) for piece in _telling(desk))
        level = Level.PARTLY if held else Level.NOT
    else:
        level = Level.PARTLY if joints else _of_all(aspects)
    return Coverage(level=level, aspects=(*aspects.values(), *joints))


def _of_all(aspects: Mapping[Piece, Aspect]) -> Level:
    """Well: all that is named is covered well, and no part is missing."""
    named = {one.level for piece, one in aspects.items() if piece.pages}
    levels = {one.level for one in aspects.values()}
    well = Level.NOT not in levels and (named or levels) == {Level.WELL}
    return Level.WELL if well else Level.PARTLY


def _apart(asked: Question) -> Iterator[tuple[Piece, Piece]]:
    """Ideas in one clause that claims are about, but none about both."""
    of_something = plain_words().attributes
    for clause in asked.clauses:
        ideas = [
            piece
            for piece in clause
            if piece.pages
            and piece.claims
            and not piece.broad
            and not of_something.issuperset(piece.pages)
        ]
        for one, two in itertools.pairwise(ideas):
            if not set(one.claims) & set(two.claims):
                yield one, two


def _not_joined(one: Piece, two: Piece) -> Aspect:
    return Aspect(
        words=f"{one.words} together with {two.words}",
        concept=None,
        level=Level.NOT,
        claims=0,
        passages=0,
        strengths={},
    )


def _telling(desk: Desk) -> tuple[Piece, ...]:
    return tuple(piece for piece in desk.question.pieces if not piece.broad)


def answerable(desk: Desk, made: Sequence[Correction]) -> bool:
    """Whether the claims can answer the question, or the greater part of it.

    What is asked must be named: by a concept that is not broad, by words that stand
    together in a claim, or by nothing but broad concepts, which asks of the whole.
    Words that no claim has weigh against it, the more if nothing says that ketamine,
    therapy or depression is what they are asked of. What the library contradicts it
    can answer.
    """
    asked = desk.question
    if made or asked.elsewhere:
        return bool(made)
    if asked.of_whom and not asked.narrow:
        return False
    whole = _answers(asked.pieces, desk)
    clauses = asked.clauses if len(asked.clauses) > 1 else ()
    return whole or any(
        _answers(clause, desk)
        for clause in clauses
        if any(piece.pages and not piece.broad for piece in clause)
    )


def _answers(pieces: Sequence[Piece], desk: Desk) -> bool:
    """Whether the claims can answer what these parts ask."""
    asked = desk.question
    missing = [piece for piece in pieces if not piece.known]
    worded = [piece for piece in pieces if not piece.pages and piece.known]
    authors = [piece for piece in worded if piece.author]
    others = [piece for piece in worded if not piece.author]
    specific = [piece for piece in pieces if piece.pages and not piece.broad]
    named = [*specific, *authors]
    if any(piece.outside for piece in missing):
        return False
    of_the_field = bool(asked.broad) or asked.of_the_field
    told = of_the_field or any(not piece.everyday for piece in named)
    together = not missing and (len(named) + len(others) > 1 or not others)
    further = _FURTHER_OF_FIELD if of_the_field else _FURTHER
    unknown = sum(1 + (len(piece.terms) - 1) * further for piece in missing)
    known = sum(len(piece.terms) for piece in others)
    if named and (told or together):
        return unknown < _weight(named, of_the_field=of_the_field) + known * _WORD
    if known:
        if of_the_field:
            enough = 2 * unknown <= known and _told_of(others, asked.broad)
        else:
            enough = not unknown and _usual(others)
        return enough and _stand_together(others)
    return any(piece.broad for piece in pieces) and not unknown


def _weight(named: Sequence[Piece], *, of_the_field: bool) -> float:
    """What named parts weigh against words that no claim has.

    Where nothing else says that the question is of this field, what is always of
    something counts once, and everyday words count for less.
    """
    of_something = plain_words().attributes
    attributes = [
        piece for piece in named if piece.pages and of_something.issuperset(piece.pages)
    ]
    ideas = [piece for piece in named if piece not in attributes]
    if of_the_field:
        return len(ideas) * _IDEA + len(attributes) * _ATTRIBUTE
    everyday = sum(piece.everyday for piece in ideas)
    strange = len(ideas) - everyday
    return strange * _ATTRIBUTE + everyday * _EVERYDAY + bool(attributes)


def _usual(worded: Sequence[Piece]) -> bool:
    """Whether words that name no concept are those of this field all the same."""
    many = any(len(piece.claims) >= _USUAL for piece in worded)
    return many or sum(len(piece.terms) for piece in worded) > 1


def _told_of(worded: Sequence[Piece], broad: Sequence[Piece]) -> bool:
    """Whether the words are more than a passing remark of a single claim."""
    about = {claim for piece in broad for claim in piece.claims}
    return any(
        len(one.claims) > 1 or len(one.terms) > 1 or about & set(one.claims)
        for one in worded
    )


def _stand_together(worded: Sequence[Piece]) -> bool:
    """Whether one claim has most of the words that name no concept."""
    holders = collections.Counter(
        claim for piece in worded for claim in piece.claims for _ in piece.terms
    )
    asked = sum(len(piece.terms) for piece in worded)
    return max(holders.values(), default=0) >= math.ceil(_TOGETHER * asked)


def nearest(desk: Desk) -> tuple[Nearest, ...]:
    """Concepts near a question that is not answered, those that it names first."""
    named = [page for piece in desk.question.specific for page in piece.pages]
    worded = desk.index.ranked(desk.question.terms, PAGE)
    broad = [name for name, page in sorted(desk.found.concepts.items()) if page.broad]
    order = dict.fromkeys([*named, *worded, *broad])
    near = (
        Nearest(
            concept=name,
            name=desk.found.concepts[name].name,
            claims=len(desk.found.claims_of(name)),
        )
        for name in order
        if name in desk.found.concepts
    )
    return tuple(one for one in near if one.claims)[:_MOST_NEAREST]
