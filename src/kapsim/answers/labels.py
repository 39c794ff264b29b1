"""Labels of sources: author and year, unlike each other within an answer."""

import re
from collections.abc import Iterator, Mapping, Sequence

from kapsim.answers.documents.passage import Work
from kapsim.evidence import Source

_OTHERS = "et al."
_UNNAMED = "authors "  # begins what stands in a record for authors not yet known
_TITLE_WORDS = 8
_NOT_IN_A_LABEL = re.compile(r"[\[\](){};<>|`*_\\\s]+")
"""Marks by which citations are told from the text around them."""


def label_of(authors: Sequence[str], year: int | None, title: str) -> str:
    """Author and year as cited: ``Murrough et al. 2013``, ``Seth and Friston 2016``.

    Parameters
    ----------
    authors
        Names as ``Family, Given`` or of bodies; the last may be ``et al.``.
    year
        Year; left out if None.
    title
        Its first words stand for the authors where there are none.
    """
    names = [_plain(name.partition(",")[0]) for name in authors if name != _OTHERS]
    names = [n for n in names if n and not n.casefold().startswith(_UNNAMED)]
    if not names:
        who = " ".join(_plain(title).split()[:_TITLE_WORDS]) or "Untitled"
    elif len(names) == 1 and _OTHERS not in authors:
        who = names[0]
    elif len(names) == 2 and _OTHERS not in authors:
        who = " and ".join(names)
    else:
        who = f"{names[0]} {_OTHERS}"
    return who if year is None else f"{who} {year}"


def labels(works: Mapping[str, Source | Work]) -> dict[str, str]:
    """Label of each work by its key; alike ones are told apart by a, b and so on.

    Parameters
    ----------
    works
        Sources of the shipped library and the reader's documents, by key.

    Returns
    -------
    dict of str to str
        By key, in the order of keys, whatever the order of `works`.
    """
    alike: dict[str, list[str]] = {}
    for key, work in sorted(works.items()):
        label = label_of(work.authors, work.year, work.title)
        alike.setdefault(label.casefold(), []).append(key)
    found: dict[str, str] = {}
    for keys in alike.values():
        for place, key in enumerate(keys):
            work = works[key]
            gap = " " if work.year is None else ""
            ending = gap + _letters(place) if len(keys) > 1 else ""
            found[key] = label_of(work.authors, work.year, work.title) + ending
    return dict(sorted(found.items()))


def _letters(place: int) -> str:
    """Letters of a place: a to z, then aa, ab and so on."""
    return "".join(reversed(list(_digits(place))))


def _digits(place: int) -> Iterator[str]:
    place += 1
    while place > 0:
        place, letter = divmod(place - 1, 26)
        yield chr(ord("a") + letter)


def _plain(text: str) -> str:
    """Text without the marks that set citations apart."""
    return _NOT_IN_A_LABEL.sub(" ", text).strip()
