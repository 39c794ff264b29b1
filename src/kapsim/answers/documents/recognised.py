"""Entries of a list of references, linked to the sources that ship with kapsim."""

import functools
import re
from collections.abc import Sequence

from kapsim.answers.documents.identifiers import dois, years
from kapsim.answers.documents.passage import Reference
from kapsim.evidence import library

_LEAST_WORDS = 4
_NUMBER = re.compile(r"^\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,4}[.)])\s+")
_NOT_WORD = re.compile(r"[\W_]+")


def levelled(text: str) -> str:
    """A text as bare lower-case words, to compare titles."""
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def reference(entry: str) -> Reference:
    """An entry with its DOI, and the key of the shipped source that it is.

    A source is recognised by its DOI, else by title and year. A title of fewer than
    four words, or one that is only a description, is not enough.
    """
    text = _NUMBER.sub("", entry)
    found = dois(text)
    doi = found[-1] if found else None
    by_doi, by_title = _shipped()
    key = by_doi.get(doi) if doi else None
    return Reference(text=text, doi=doi, source=key or _by_title(text, by_title))


@functools.cache
def _shipped() -> tuple[dict[str, str], list[tuple[str, int, str]]]:
    sources = library().sources.values()
    by_doi = {source.doi.casefold(): source.key for source in sources if source.doi}
    titles = [
        (f" {words} ", source.year, source.key)
        for source in sources
        if not source.title.startswith("[")
        and len((words := levelled(source.title)).split()) >= _LEAST_WORDS
    ]
    return by_doi, titles


def _by_title(entry: str, titles: Sequence[tuple[str, int, str]]) -> str | None:
    words, dated = f" {levelled(entry)} ", set(years(entry))
    hits = [(len(t), key) for t, year, key in titles if t in words and year in dated]
    return max(hits)[1] if hits else None
