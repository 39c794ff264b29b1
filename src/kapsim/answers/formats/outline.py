"""An answer as the blocks that every format shows, in the order they are read.

Text within a block holds citations as marks; a mark is a label and the key of its
source between characters that no text has.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable

_OPEN, _KEY, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKS = re.compile(f"[{_OPEN}{_KEY}{_CLOSE}]")
MARK = re.compile(f"{_OPEN}([^{_KEY}{_CLOSE}]*){_KEY}([^{_CLOSE}]*){_CLOSE}")
"""A citation in the text of a block: its label, and the key of its source."""


def mark(label: str, key: str) -> str:
    """A citation as it stands in the text of a block."""
    return f"{_OPEN}{label}{_KEY}{key}{_CLOSE}"


def plain(text: str) -> str:
    """Text in one line, free of the characters of marks."""
    return " ".join(_MARKS.sub("", text).split())


def group(marks: Iterable[str], remarks: Iterable[str] = ()) -> str:
    """Citations, and remarks on them, in parentheses."""
    return f"({'; '.join([*marks, *remarks])})"


def shown(
    text: str, words: Callable[[str], str], link: Callable[[str, str], str]
) -> str:
    """Text of a block in a format.

    Parameters
    ----------
    words
        How the text between citations is written.
    link
        How a citation is written, given its label and key.
    """
    pieces, at = [], 0
    for found in MARK.finditer(text):
        pieces += [words(text[at : found.start()]), link(found[1], found[2])]
        at = found.end()
    return "".join([*pieces, words(text[at:])])


@dataclasses.dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the question."""

    level: int
    text: str
    anchor: str = ""


@dataclasses.dataclass(frozen=True)
class Paragraph:
    """A paragraph; `kind` is how a page sets it off: statement, banner or note."""

    text: str
    kind: str = ""


@dataclasses.dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows of cells; the first cell of a row names it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True)
class Quote:
    """Words of a document, and where they stand."""

    text: str
    attribution: str


@dataclasses.dataclass(frozen=True)
class Figure:
    """A drawing as SVG, where there is one, and what it shows."""

    svg: str | None
    caption: str


@dataclasses.dataclass(frozen=True)
class Folded:
    """A page that a reader may open: its name and paragraphs."""

    name: str
    paragraphs: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A source in the list of sources."""

    key: str
    label: str
    reference: str


@dataclasses.dataclass(frozen=True)
class Entries:
    """A list of sources."""

    entries: tuple[Entry, ...]


@dataclasses.dataclass(frozen=True)
class Code:
    """Lines for a program as they are, and the command that prints them."""

    text: str
    language: str
    command: str


Block = Heading | Paragraph | Items | Table | Quote | Figure | Folded | Entries | Code
