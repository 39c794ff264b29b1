"""Running heads, running feet and page numbers: what a page repeats but does not say.

A line near the top or the bottom of a page is furniture if it is a page number, or if
the same line, digits aside, stands there on other pages too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:(?:page|p\.|pg\.|seite)\s*)?(?:[a-z]?\d{1,5}|[ivxl]{1,7})"
    r"(?:\s*(?:of|/|von)\s*\d{1,5})?[\W_]*$",
    re.IGNORECASE,
)
REACH = 3
"""How many lines from the top and from the bottom may be furniture."""


def same_but_for_digits(line: str) -> str:
    """A line with its digits and spaces levelled, to compare it with other pages."""
    return _DIGITS.sub("#", " ".join(line.split()).casefold())


def is_page_number(line: str) -> bool:
    """Whether a line is nothing but a page number."""
    return bool(_PAGE_NUMBER.match(line.strip()))


def repeated(edges: Iterable[Iterable[str]]) -> set[str]:
    """Lines, digits levelled, that stand at the edges of several pages.

    Parameters
    ----------
    edges
        For every page, the lines at its top and its bottom.

    Returns
    -------
    lines
        Those on at least three pages, and on at least a fifth of up to thirty: heads
        alternate from left to right pages and change with the chapter. In a document
        of two pages, those on both.
    """
    pages = [{same_but_for_digits(line) for line in page} - {""} for page in edges]
    count = Counter(line for page in pages for line in page)
    least = 2 if len(pages) == 2 else max(3, min(len(pages), 30) // 5)
    return {line for line, pages_with in count.items() if pages_with >= least}


def without_furniture(pages: Sequence[list[str]]) -> list[list[str]]:
    """Pages of lines, their furniture blanked; a single page is left as it is."""
    if len(pages) < 2:
        return list(pages)
    common = repeated([page[i] for i in _edge(page)] for page in pages)
    cleaned = []
    for page in pages:
        gone = {
            i
            for i in _edge(page)
            if is_page_number(page[i]) or same_but_for_digits(page[i]) in common
        }
        cleaned.append(["" if i in gone else line for i, line in enumerate(page)])
    return cleaned


def _edge(lines: list[str]) -> list[int]:
    filled = [i for i, line in enumerate(lines) if line.strip()]
    return list(dict.fromkeys([*filled[:REACH], *filled[-REACH:]]))
