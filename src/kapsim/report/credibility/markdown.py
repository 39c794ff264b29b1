"""Markdown that the pages of the report are made of."""

import re
from collections.abc import Iterable, Sequence


def cell(value: object) -> str:
    """Text that is safe inside a table: one line, no bars, no stray emphasis."""
    text = re.sub(r"\s+", " ", "" if value is None else str(value)).strip()
    return re.sub(r"(?<!\\)([|*])", r"\\\1", text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Table whose cells are Markdown already."""
    lines = [list(header), ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(title: str, *parts: str) -> str:
    """A page: its title, then the parts that say something."""
    said = [part.strip() for part in parts if part.strip()]
    return "\n\n".join([f"# {title}", *said]) + "\n"
