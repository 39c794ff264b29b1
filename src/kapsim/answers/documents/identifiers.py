"""DOIs and years in running text."""

import re

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^`]+")
_DATED = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")
_YEAR = re.compile(r"(?<![\d./-])(1[6-9]\d\d|20\d\d)[a-h]?(?![\d/])")


def dois(text: str) -> list[str]:
    """DOIs in a text in lower case, each once, in order."""
    return list(dict.fromkeys(_trimmed(found) for found in _DOI.findall(text)))


def years(text: str) -> list[int]:
    """Numbers in a text that can be years, in order."""
    return [int(found) for found in _YEAR.findall(text)]


def year_of(date: str) -> int | None:
    """Year of a date in any of the usual forms; None if it holds none."""
    found = _DATED.search(date)
    return int(found[0]) if found else None


def _trimmed(doi: str) -> str:
    """A DOI without the punctuation of the sentence around it."""
    while doi and (
        doi[-1] in ".,;:'’”*" or any(_closes(doi, pair) for pair in ("()", "[]"))
    ):
        doi = doi[:-1]
    return doi.casefold()


def _closes(doi: str, pair: str) -> bool:
    """Whether it ends with a bracket that it does not open."""
    return doi.endswith(pair[1]) and doi.count(pair[1]) > doi.count(pair[0])
