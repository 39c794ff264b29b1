"""Plain text: paragraphs, headings and pages, from nothing but lines."""

import re

from kapsim.answers.documents.block import Block, Parts
from kapsim.answers.documents.decoding import decode
from kapsim.answers.documents.furniture import without_furniture
from kapsim.answers.documents.headings import heading_level, is_section_name

_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,}|~{3,}|\*{3,})\s*$")


def read_plain(data: bytes) -> Parts:
    """Text file taken apart; pages where form feeds divide it.

    Raises
    ------
    DocumentError
        If it is not text.
    """
    text, warnings = decode(data)
    pages = [page.split("\n") for page in text.split("\f")]
    numbered = len(pages) > 1
    blocks = [
        block
        for number, lines in enumerate(without_furniture(pages), start=1)
        for block in _blocks(lines, number if numbered else None)
    ]
    return Parts(blocks, warnings=warnings)


def _blocks(lines: list[str], page: int | None) -> list[Block]:
    blocks: list[Block] = []
    for group in _groups(lines):
        if len(group) == 2 and _UNDERLINE.match(group[1]):
            blocks.append(Block((group[0],), page, level=1))
        elif len(group) == 1 and (level := heading_level(group[0])):
            blocks.append(Block((group[0],), page, level=level))
        elif not all(_UNDERLINE.match(line) for line in group):
            blocks += [Block(tuple(part), page) for part in _paragraphs(group)]
    return blocks


def _groups(lines: list[str]) -> list[list[str]]:
    """Lines between blank ones; an underlined or named heading stands alone."""
    groups: list[list[str]] = [[]]
    for line in lines:
        underlines = bool(_UNDERLINE.match(line)) and len(groups[-1]) == 1
        if line.strip():
            groups[-1].append(line)
        if not line.strip() or underlines or is_section_name(line):
            groups.append([])
    return [group for group in groups if group]


def _paragraphs(group: list[str]) -> list[list[str]]:
    """Lines of a group by paragraph: one each if long, else by indented first lines."""
    if len(group) > 1 and sum(len(line) > 160 for line in group) * 2 > len(group):
        return [[line] for line in group]
    indented = [line[:1].isspace() for line in group]
    if not 0 < sum(indented[1:]) < 0.4 * len(group):
        return [group]
    parts: list[list[str]] = []
    for line, new in zip(group, indented, strict=True):
        if new or not parts:
            parts.append([])
        parts[-1].append(line)
    return parts
