"""An answer as plain text, for a terminal."""

import textwrap
from collections.abc import Iterator

from kapsim.answers.formats.outline import (
    Block,
    Code,
    Entries,
    Figure,
    Folded,
    Heading,
    Items,
    Paragraph,
    Quote,
    Table,
    shown,
)
from kapsim.answers.formats.words import NONE

_WIDTH = 88
QUOTE_INDENT = "    "
ITEM, ITEM_INDENT = "- ", "  "
UNDERLINES = "=-~"
"""How headings of levels 1, 2 and 3 are underlined."""
CELL, NAME = "; ", " — "
"""What parts the cells of a row, and its name from its cells."""


def as_text(blocks: list[Block]) -> str:
    """Blocks as text, with one blank line between them."""
    return "\n\n".join(part for block in blocks for part in _lines(block)) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield _heading(level, text)
        case Paragraph(text):
            yield _wrapped(text)
        case Items(items):
            yield "\n".join(_item(item) for item in items)
        case Table(_, head, rows):
            yield "\n".join(_row(head, row) for row in rows)
        case Quote(text, attribution):
            yield _wrapped(f"“{text}”", QUOTE_INDENT, QUOTE_INDENT)
            yield _wrapped(attribution, QUOTE_INDENT, QUOTE_INDENT)
        case Figure(_, caption):
            yield _wrapped(caption)
        case Folded(name, paragraphs):
            yield _heading(3, name)
            yield from (_wrapped(text) for text in paragraphs)
        case Entries(entries):
            yield "\n".join(
                _item(f"{one.label} [{one.key}] {one.reference}") for one in entries
            )
        case Code(command=command):
            yield command  # in one line, so that it can be copied


def _heading(level: int, text: str) -> str:
    return f"{text}\n{UNDERLINES[level - 1] * len(text)}"


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        shown(text, str, lambda label, key: label),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _item(text: str) -> str:
    return _wrapped(text, ITEM, ITEM_INDENT)


def _row(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A row as an item, without the cells that hold nothing."""
    cells = zip(head[1:], row[1:], strict=True)
    named = (f"{name}: {cell}" for name, cell in cells if cell != NONE)
    return _item(f"{row[0]}{NAME}{CELL.join(named)}")
