"""Concepts and portraits to read next."""

import collections
from collections.abc import Sequence

from kapsim.answers.answer import Linked
from kapsim.answers.desk import Desk
from kapsim.evidence import Claim

_MOST = 6
_MOST_OF_ALL = 10


def linked(desk: Desk, claims: Sequence[Claim]) -> tuple[Linked, ...]:
    """Pages that the question names, those of the claims, and of the people behind.

    Parameters
    ----------
    desk
        Records and question.
    claims
        Claims of the account.
    """
    asked = desk.question
    whole = not asked.narrow
    pieces = [*asked.specific, *(asked.broad if whole else ())]
    named = [page for piece in pieces for page in piece.pages]
    counts = collections.Counter(name for claim in claims for name in claim.concepts)
    broad = {name for name in counts if desk.found.concepts[name].broad}
    often = sorted(counts.keys() - broad, key=lambda name: (-counts[name], name))
    people = [
        person.id
        for name in [*named, *often[:1]]
        for person in desk.found.portraits_of(name)[:1]
    ]
    order = dict.fromkeys([*named[:_MOST], *often[:2], *people, *often])
    pages = [desk.found.page(name) for name in order]
    return tuple(
        Linked(id=page.id, name=page.name, page=page.page, sources=tuple(page.sources))
        for page in pages[: _MOST_OF_ALL if whole else _MOST]
    )
