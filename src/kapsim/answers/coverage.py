"""What the library holds of a question: part by part, by count and by grade."""

import collections
import itertools
from collections.abc import Iterator, Mapping, Sequence

from kapsim.answers.answer import Aspect, Coverage, Level, Nearest
from kapsim.answers.corrections import Correction
from kapsim.answers.desk import Desk
from kapsim.answers.emergency import emergency
from kapsim.answers.index import PAGE, TEXT
from kapsim.answers.piece import Piece
from kapsim.answers.question import Question
from kapsim.answers.together import (
    held_together,
    names_an_idea,
    weight_of_a_rarity,
)
from kapsim.evidence import Claim, Strength

_MANY = 3  # claims
_IN_PEOPLE = (Strength.A, Strength.B)
_MOST, _LEAST = 0.6, 0.4
"""Share of what is asked that one claim must have: of any words, or of what is named
where nothing is unknown."""
_TELLING = 1.09  # what the words weigh that it has; one that a single claim has, 1
_BROAD_NAMES = 2  # that make a question of a clause without other names
_MOST_NEAREST = 4
_MOST_CHOICES = 32  # of one from each of several that stand side by side


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
    if emergency(asked.text):
        return Coverage(level=Level.NOT, aspects=())
    aspects = {
        piece: aspect(piece, desk, passages.get(piece, 0)) for piece in asked.pieces
    }
    apart = dict.fromkeys([*_apart(asked), *_unsaid(asked.pieces, desk)])
    joints = tuple(_not_joined(one, two) for one, two in apart)
    if asked.personal:
        level = Level.NOT
    elif not answerable(desk, made):
        held = any(passages.get(piece) for piece in _telling(desk))
        level = Level.PARTLY if held else Level.NOT
    else:
        level = Level.PARTLY if joints else _of_all(aspects)
    return Coverage(level=level, aspects=(*aspects.values(), *joints))


def _of_all(aspects: Mapping[Piece, Aspect]) -> Level:
    """Well: all that is named or a keyword is covered well, and no part is missing."""
    named = {one.level for p, one in aspects.items() if p.pages and not p.broad}
    named = named or {one.level for p, one in aspects.items() if p.pages or p.keyed}
    levels = {one.level for one in aspects.values()}
    well = Level.NOT not in levels and (named or levels) == {Level.WELL}
    return Level.WELL if well else Level.PARTLY


def _apart(asked: Question) -> Iterator[tuple[Piece, Piece]]:
    """Ideas in one clause that claims are about, but none about both."""
    for clause in asked.clauses:
        ideas = [piece for piece in clause if piece.claims and names_an_idea(piece)]
        for one, two in itertools.pairwise(ideas):
            if not set(one.claims) & set(two.claims):
                yield one, two


def _unsaid(pieces: Sequence[Piece], desk: Desk) -> Iterator[tuple[Piece, Piece]]:
    """Other substances, each with an idea, where no idea of the clause is said of it.

    A claim says an idea of a substance if it has the substance's name and is about the
    idea, or has its very words in its text, unless these are words such as interaction.
    """
    for one in pieces:
        said = desk.index.holding(one.substance)
        ideas = [
            piece
            for piece in pieces
            if piece.clause == one.clause
            and piece.pages
            and not (piece.broad or piece.substance)
        ]
        if said and ideas and not any(said & _saying(idea, desk) for idea in ideas):
            yield one, ideas[0]


def _saying(idea: Piece, desk: Desk) -> set[str]:
    """Claims about an idea; also with its words, if it is not always of something."""
    names = names_an_idea(idea)
    very = desk.index.holding(idea.terms, TEXT) if names else set[str]()
    return very.union(idea.claims)


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

    One claim must have most of what is asked, by how telling the words are. Where
    nothing is unknown, less will do if a concept or an author is named, and words that
    tell little if one is a keyword, or if nothing but broad concepts is named, which
    asks of the whole. What is unknown
    but joined to something known, as by `and` or `than`, is left aside, and told as a
    gap. Of several things named a claim must have two, unless they stand side by side.
    A clause that can be answered is answered. What the library contradicts it can
    answer.
    """
    asked = desk.question
    if made or asked.elsewhere:
        return bool(made)
    if asked.of_whom and not asked.narrow:
        return False
    return any(
        _answers(one, desk)
        for pieces in (asked.pieces, *_questions(asked))
        for one in _each_of_several(pieces)
    )


def _questions(asked: Question) -> Iterator[tuple[Piece, ...]]:
    """Clauses that are questions, if there are several.

    One that names only what is always of something, such as a dose, is of what the
    clause before it asks, if that is known in part.
    """
    before: tuple[Piece, ...] = ()
    for clause in asked.clauses if len(asked.clauses) > 1 else ():
        alone = any(names_an_idea(p) or (p.known and not p.pages) for p in clause)
        in_part = {piece.known for piece in before} == {True, False}
        before = (*before, *clause) if in_part and not alone else clause
        names = sum(1 if p.broad else _BROAD_NAMES for p in before if p.known)
        if names >= _BROAD_NAMES:
            yield before


def _each_of_several(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """All parts; and of those that stand side by side only one at a time."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if piece.beside and groups:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    yield tuple(pieces)
    if any(len(group) > 1 for group in groups):
        yield from itertools.islice(itertools.product(*groups), _MOST_CHOICES)


def _answers(pieces: Sequence[Piece], desk: Desk) -> bool:
    """Whether the claims can answer what these parts ask."""
    if any(piece.outside and not piece.known for piece in pieces):
        return False
    asked = [piece for piece in pieces if piece.known or not piece.joined]
    if _never_together(asked, desk) or any(_unsaid(asked, desk)):
        return False
    held = held_together(asked, desk)
    telling = held.weight >= _TELLING * weight_of_a_rarity(desk)
    if held.share >= _MOST and held.words > 1 and telling:
        return True
    named = any(p.author or p.keyed or (p.pages and not p.broad) for p in asked)
    told = named or (bool(asked) and all(piece.broad for piece in asked))
    apart = held.words < 2 <= sum(not piece.broad for piece in asked)
    less = told and not apart and all(piece.known for piece in asked)
    names = any(p.author or (p.pages and not p.broad) for p in asked)
    least = _LEAST if names else _MOST
    return less and held.share >= least and not held.lacks


def _never_together(pieces: Sequence[Piece], desk: Desk) -> bool:
    """Whether several ideas are named, and no claim has two of them."""
    named = [
        {*piece.claims} | desk.index.holding(piece.terms)
        for piece in pieces
        if names_an_idea(piece)
    ]
    pairs = itertools.combinations(named, 2)
    return len(named) > 1 and not any(one & other for one, other in pairs)


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
