"""Pieces of Markdown that only the generated pages of the documentation have."""

import re


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
