"""The few pieces of Markdown that the generated pages are made of."""

import re
from collections.abc import Iterable, Sequence


def cell(value: object) -> str:
    """Text that is safe inside a table: one line, no bars, no stray emphasis."""
    text = re.sub(r"\s+", " ", "" if value is None else str(value)).strip()
    return re.sub(r"(?<!\\)([|*])", r"\\\1", text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Table whose cells are Markdown already (see `cell`)."""
    lines = [list(header), ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def anchor(name: str) -> str:
    """Invisible target of a link."""
    return f'<a id="{name}"></a>'


def prose(docstring: str) -> str:
    """Docstring as Markdown: indented equations stay code, stars stay stars."""
    lines = []
    for line in docstring.strip().splitlines():
        indented = line.startswith("    ")
        lines.append(line if indented else re.sub(r"(?<!\*)\*(?!\*)", r"\\*", line))
    text = "\n".join(lines)
    return re.sub(
        r"^(Assumes|Does not cover|Source|Sources):", r"**\1.**", text, flags=re.M
    )


def page(title: str, *parts: str) -> str:
    """A page: its title, then the parts."""
    return "\n\n".join([f"# {title}", *(part.strip() for part in parts)]) + "\n"
