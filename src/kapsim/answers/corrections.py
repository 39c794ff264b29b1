"""What a question takes for granted that the library contradicts."""

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence

from kapsim.answers.desk import Desk
from kapsim.answers.plain_words import plain_words
from kapsim.answers.statements import Said
from kapsim.answers.terms import stems
from kapsim.evidence import Claim

_TAG = re.compile(r",\s*\w+n['\u2019]?t\s+\w+\s*\?*$", re.IGNORECASE)
"""A tag such as ``, isn't it?``, which denies nothing."""
_OPENING = re.compile(r"^\W*\w+n['\u2019]?t\b", re.IGNORECASE)
"""An opening such as ``Isn't``, which denies nothing either."""
_ASKING = re.compile(
    r"^\W*(how (long|many|much|often|reliable|accurate|far|well)|when|"
    r"what(['\u2019]s| is) the)\b(?!.*\b(since|because|given|although|now that)\b)",
    re.IGNORECASE,
)
"""An opening that asks for an amount, a degree or a time, and so states nothing."""

_ENOUGH = 0.65  # share of the statement, by how telling its words are
_LITERAL = 0.75  # of that share, what must be said in the same words
_TWO = 2  # things named, at least, if nothing else is said
_PLAINLY, _MOST, _RARE = 0.5, 2.5, 100.0
_COUNTING = (
    "always only all every everyone everybody enough more most never nothing just "
    "mere merely"
)
_QUANTITIES = frozenset(stems([_COUNTING])[0])
_SWEEPING = (
    "only just mere merely nothing",
    "always all every everyone everybody anyone",
    "best",
    "must need needed necessary necessarily require required essential only without",
)
"""Words that make a statement false that would be true without: one must be said."""
_SWEEPS = tuple(map(frozenset, stems(_SWEEPING)))


@dataclasses.dataclass(frozen=True)
class Correction:
    """A statement that the question takes for granted, and the claim against it."""

    statement: str
    claim: Claim


def corrections(desk: Desk) -> tuple[Correction, ...]:
    """Statements that the question makes and the library contradicts, the best first.

    Of several statements that one claim contradicts the best is given.

    A statement is made if the question has most of what it says, weighed by how rare
    its words are, in any order and by any name of a concept, and denies as often. A
    question for an amount, a degree or a time makes none by itself.
    """
    if _ASKING.match(desk.question.text):
        return ()
    text = _OPENING.sub("", _TAG.sub("", desk.question.text))
    asked = Said.of(stems([text])[0], desk.names)
    weighed = [
        (_share(one.said, asked, desk.index.terms), one.text, one.claim)
        for one in desk.statements
    ]
    made = [one for one in weighed if one[0] >= _ENOUGH]
    made.sort(key=lambda one: (-one[0], one[2].id))
    best = {claim.id: (text, claim) for _, text, claim in reversed(made)}
    return tuple(
        Correction(text.rstrip("."), claim) for text, claim in reversed(best.values())
    )


def _share(said: Said, asked: Said, common: Mapping[str, int]) -> float:
    """How much of a statement a question says; 0 if it leaves out what it is about."""
    pages = {page for match in asked.named for page in match.pages}
    present = set(asked.terms)
    missing = [
        match
        for match in said.named
        if not match.everyday
        and not pages & set(match.pages)
        and not present.issuperset(said.terms[place] for place in match.places)
    ]
    if missing or said.denials != asked.denials or not _sweeps_as(said, present):
        return 0.0
    named = {p for m in said.named if pages & set(m.pages) for p in m.places}
    weights = [_weight(term, common) for term in said.terms]
    literal = [term in present for term in said.terms]
    either = [there or place in named for place, there in enumerate(literal)]
    predicate = [place not in named for place in range(len(weights))]
    says_more = any(w * p for w, p in zip(weights, predicate, strict=True))
    if not says_more and len(said.named) < _TWO:
        return 0.0
    return min(
        _weighed(weights, either),
        _weighed(weights, literal) / _LITERAL,
        _weighed([w * p for w, p in zip(weights, predicate, strict=True)], literal),
    )


def _sweeps_as(said: Said, present: set[str]) -> bool:
    """Whether `only`, `all` and the like are said where the statement has one."""
    needed = (some for some in _SWEEPS if not some.isdisjoint(said.terms))
    return not any(some.isdisjoint(present) for some in needed)


def _weighed(weights: Sequence[float], there: Sequence[bool]) -> float:
    """Share of the weights that is there; 1 if nothing weighs anything."""
    whole = sum(weights)
    part = sum(
        weight for weight, is_there in zip(weights, there, strict=True) if is_there
    )
    return part / whole if whole else 1.0


def _weight(term: str, common: Mapping[str, int]) -> float:
    """How telling a word is: rare ones most, grammar not at all."""
    plain = plain_words()
    if term in _QUANTITIES:
        return _PLAINLY * 2
    if term in plain.light | plain.stop:
        return 0.0
    if term in plain.plain:
        return _PLAINLY
    return min(_MOST, math.log(1 + _RARE / (1 + common.get(term, 0))))
