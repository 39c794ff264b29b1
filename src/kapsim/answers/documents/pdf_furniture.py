"""Running heads, running feet and page numbers of printed pages.

On paper the place tells as much as the words: a line that comes back at the same
height, near the top or the bottom, is furniture even if only two pages have it.
"""

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence

from kapsim.answers.documents.furniture import (
    is_page_number,
    repeated,
    same_but_for_digits,
)
from kapsim.answers.documents.pdf_lines import Line, PrintedPage
from kapsim.answers.documents.pdf_paragraphs import body_size

_MARGIN = 0.15
"""Share of the height of a page, at the top and at the bottom, that furniture keeps."""

_MOST = 6
"""Pieces of text at either edge that may be furniture."""

_LABEL = re.compile(r"^(?:fig(?:ure)?|table|box)\b", re.IGNORECASE)


def without_page_furniture(pages: Sequence[PrintedPage]) -> list[PrintedPage]:
    """Pages without running heads, running feet and page numbers.

    Large type is kept, as are the labels of tables and figures: chapters and tables
    often begin at the same height.
    """
    body = body_size(line for page in pages for line in page.lines)
    edges = [_edge(page, body) for page in pages]
    common = repeated([line.text for line in edge] for edge in edges)
    placed = Counter(place for edge in edges for place in set(map(_place, edge)))
    cleaned = []
    for page, edge in zip(pages, edges, strict=True):
        gone = [
            line
            for line in edge
            if same_but_for_digits(line.text) in common or placed[_place(line)] > 1
        ]
        kept = [line for line in page.lines if not _is_in(line, gone)]
        cleaned.append(_without_number(page, kept))
    return cleaned


def _place(line: Line) -> tuple[str, int]:
    return same_but_for_digits(line.text), round(line.bottom)


def _edge(page: PrintedPage, body: float) -> list[Line]:
    """Lines of ordinary size nearest to the top and to the bottom of a page."""
    lines = sorted(page.lines, key=lambda line: -line.top)
    upper = [x for x in lines if x.bottom > (1 - _MARGIN) * page.height]
    lower = [x for x in lines if x.top < _MARGIN * page.height]
    near = [*upper[:_MOST], *lower[-_MOST:]]
    return [x for x in near if x.size < 1.2 * body and not _LABEL.match(x.text)]


def _without_number(page: PrintedPage, lines: Sequence[Line]) -> PrintedPage:
    """Page without a first or last row that is only its number."""
    gone: list[Line] = []
    for ends in (max, min):
        if not lines:
            break
        outer = ends(lines, key=lambda line: line.bottom)
        row = [x for x in lines if abs(x.bottom - outer.bottom) < 0.5 * outer.size]
        inner = _MARGIN * page.height < outer.bottom < (1 - _MARGIN) * page.height
        if not inner and all(is_page_number(line.text) for line in row):
            gone += row
    kept = tuple(line for line in lines if not _is_in(line, gone))
    return dataclasses.replace(page, lines=kept)


def _is_in(line: Line, lines: Sequence[Line]) -> bool:
    return any(line is other for other in lines)
