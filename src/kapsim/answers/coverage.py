"""What the library holds of a question: part by part, by count and by grade."""

import collections
import math
from collections.abc import Mapping, Sequence

from kapsim.answers.answer import Aspect, Coverage, Level, Nearest
from kapsim.answers.corrections import Correction
from kapsim.answers.desk import Desk
from kapsim.answers.index import PAGE
from kapsim.answers.plain_words import plain_words
from kapsim.answers.question import Piece
from kapsim.evidence import Claim, Strength

_MANY = 3  # claims
_IN_PEOPLE = (Strength.A, Strength.B)
_TOGETHER = 0.6  # share of the words that one claim must have
_IDEA, _ATTRIBUTE, _WORD = 2.1, 1.1, 0.5
"""What weighs against unknown words in a question of this field: a concept that is an
idea of its own, one that is always of something, and a word that claims have."""
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
    aspects = tuple(
        aspect(piece, desk, passages.get(piece, 0)) for piece in desk.question.pieces
    )
    levels = {one.level for one in aspects}
    if desk.question.personal:
        level = Level.NOT
    elif not answerable(desk, made):
        held = any(passages.get(piece) for piece in _telling(desk))
        level = Level.PARTLY if held else Level.NOT
    elif levels == {Level.WELL}:
        level = Level.WELL
    else:
        level = Level.PARTLY
    return Coverage(level=level, aspects=aspects)


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
    authors = [piece for piece in asked.known if piece.author]
    others = [piece for piece in asked.known if not piece.author]
    named = [*asked.specific, *authors]
    of_the_field = bool(asked.broad) or asked.of_the_field
    told = of_the_field or any(not piece.everyday for piece in named)
    together = not asked.unknown and (len(named) + len(others) > 1 or not others)
    unknown = sum(len(piece.terms) for piece in asked.unknown)
    known = sum(len(piece.terms) for piece in others)
    if named and (told or together):
        weights = [_weight(piece, of_the_field=of_the_field) for piece in named]
        return unknown < sum(weights) + known * _WORD
    if known:
        enough = 2 * unknown <= known if of_the_field else not unknown and _usual(desk)
        return enough and _stand_together(desk)
    return bool(asked.broad) and not unknown


def _weight(piece: Piece, *, of_the_field: bool) -> float:
    """What a named part weighs against words that no claim has."""
    if not of_the_field:
        return 1.0
    of_something = bool(piece.pages) and plain_words().attributes.issuperset(
        piece.pages
    )
    return _ATTRIBUTE if of_something else _IDEA


def _usual(desk: Desk) -> bool:
    """Whether words that name no concept are those of this field all the same."""
    known = desk.question.known
    many = any(len(piece.claims) >= _USUAL for piece in known)
    return many or sum(len(piece.terms) for piece in known) > 1


def _stand_together(desk: Desk) -> bool:
    """Whether one claim has most of the words that name no concept."""
    holders = collections.Counter(
        claim.id
        for piece in desk.question.known
        for claim in desk.claims_about(piece)
        for _ in piece.terms
    )
    asked = sum(len(piece.terms) for piece in desk.question.known)
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
