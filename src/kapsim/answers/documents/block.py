"""What every format is reduced to: blocks of lines in the order they are read."""

import dataclasses

from kapsim.answers.documents.passage import Work


@dataclasses.dataclass(frozen=True)
class Block:
    """A heading, a paragraph or an entry of a list of references.

    Attributes
    ----------
    lines
        Its lines as they stand in the file; one where the format has no lines.
    page
        Page that it begins on, from 1; None where the format has no pages.
    level
        Level of a heading, from 1; 0 for anything else.
    entry
        Whether the file itself marks it as an entry of a list of references.
    """

    lines: tuple[str, ...]
    page: int | None = None
    level: int = 0
    entry: bool = False


@dataclasses.dataclass(frozen=True)
class Parts:
    """A document taken apart.

    Attributes
    ----------
    blocks
        Its text.
    work
        What the file says of itself; an empty title where it says none.
    warnings
        What was left out, and why.
    """

    blocks: list[Block]
    work: Work = dataclasses.field(default_factory=lambda: Work(title=""))
    warnings: list[str] = dataclasses.field(default_factory=list)
