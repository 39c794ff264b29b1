"""What a reader sees of a file: its headings, paragraphs, rows and so on, in order."""

import dataclasses
from typing import Literal

Kind = Literal[
    "heading", "paragraph", "item", "row", "quote", "drawing", "code", "stray"
]


@dataclasses.dataclass(frozen=True)
class Seen:
    """A piece of what is displayed.

    Attributes
    ----------
    kind
        What it is; a stray is text outside every part that an answer has.
    text
        Its text in one line, citations as marks; lines of code as they are.
    level
        Level of a heading.
    cells
        Texts of a row, or the paragraphs of a quotation.
    """

    kind: Kind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
