"""Paragraphs of printed pages to blocks: headings told, divided paragraphs joined."""

import re
from collections.abc import Sequence

from kapsim.answers.documents.block import Block
from kapsim.answers.documents.headings import is_section_name
from kapsim.answers.documents.pdf_columns import regions
from kapsim.answers.documents.pdf_lines import PrintedPage
from kapsim.answers.documents.pdf_paragraphs import (
    Paragraph,
    body_size,
    paragraphs,
    same_size,
)
from kapsim.answers.documents.reference_list import is_reference_heading

_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*$")
_FRESH = re.compile(r"^(?:[•▪‣◦●■]|\[?\d{1,4}[\].)]|(?:fig(?:ure)?|table|box)\b)", re.I)
_LABEL = re.compile(r"^(?:fig(?:ure)?|table|box|panel|doi|https?:)", re.IGNORECASE)
_SECTION = re.compile(r"^\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[A-Z][^.]{2,80}$")
_LONGEST_HEADING = 160


def blocks_of_pages(pages: Sequence[PrintedPage]) -> list[Block]:
    """Blocks of printed pages in the order they are read."""
    body = body_size(line for page in pages for line in page.lines)
    flow: list[Paragraph] = []
    entries = False
    parts = [(page.number, part) for page in pages for part in regions(page.lines)]
    for number, part in parts:
        for paragraph in paragraphs(part, number, entries=entries):
            entries = _in_references(paragraph, body, entries)
            if not _continued(flow, paragraph, body):
                flow.append(paragraph)
    sizes = sorted({round(p.size, 1) for p in flow if _heading(p, body)}, reverse=True)
    return [_block(paragraph, body, sizes) for paragraph in flow]


def _heading(paragraph: Paragraph, body: float) -> bool:
    text = paragraph.text
    if len(text) > _LONGEST_HEADING or len(paragraph.lines) > 4:
        return False
    if is_section_name(text) or (len(paragraph.lines) == 1 and _SECTION.match(text)):
        return True
    letters = sum(map(str.isalpha, text))
    if letters < 3 or letters * 2 < len(text) or _LABEL.match(text):
        return False
    larger = paragraph.size > 1.1 * body
    return larger or (
        (paragraph.bold or (text.isupper() and letters > 5))
        and paragraph.size > 0.95 * body
        and not text.endswith((".", ",", ";"))
    )


def _in_references(paragraph: Paragraph, body: float, entries: bool) -> bool:
    """Whether what follows stands in a list of references."""
    if len(paragraph.lines) == 1 and is_reference_heading(paragraph.text):
        return True
    return entries and not _heading(paragraph, body)


def _continued(flow: list[Paragraph], paragraph: Paragraph, body: float) -> bool:
    """Join a paragraph to the one that it continues over a column or a page, if any."""
    if not paragraph.first or _heading(paragraph, body):
        return False
    for before in reversed(flow[-12:]):
        if before.page < paragraph.page - 1:
            return False
        if same_size(before.size, paragraph.size):
            joins = before.last and not _heading(before, body)
            if joins and _runs_on(before.text, paragraph.text):
                before.lines += paragraph.lines
                before.last = paragraph.last
                return True
            return False
    return False


def _runs_on(before: str, after: str) -> bool:
    if before.endswith("-") or after[:1].islower():
        return not _ENDS.search(before)
    return not _ENDS.search(before) and not _FRESH.match(after)


def _block(paragraph: Paragraph, body: float, sizes: Sequence[float]) -> Block:
    level = 0
    if _heading(paragraph, body):
        level = 1 + sizes.index(round(paragraph.size, 1))
    lines = tuple(line.text for line in paragraph.lines)
    if level:
        lines = (" ".join(lines),)
    return Block(lines, paragraph.page, level)
