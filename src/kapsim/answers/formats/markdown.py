"""An answer as Markdown."""

import html
import re
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

_SPECIAL = re.compile(r"([\\`*\[\]<|~$]|(?<![^\W_])_|_(?![^\W_]))")
_AT_START = re.compile(r"^(\d*)([#+=>.)-])")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def as_markdown(blocks: list[Block]) -> str:
    """Blocks as Markdown, with one blank line between them."""
    return "\n\n".join(part for block in blocks for part in _parts(block)) + "\n"


def _parts(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"{'#' * level} {_words(text)}"
        case Paragraph(text, kind):
            yield f"**{_line(text)}**" if kind == "banner" else _line(text)
        case Items(items):
            yield "\n".join(f"- {_line(item)}" for item in items)
        case Table():
            yield _table(block)
        case Quote(text, attribution):
            yield f"> “{_words(text)}”\n>\n> {_line(attribution)}"
        case Figure(_, caption):
            yield _line(caption)
        case Folded(name, paragraphs):
            yield f"### {_words(name)}"
            yield from (_line(text) for text in paragraphs)
        case Entries(entries):
            yield "\n".join(
                f'- <a id="{html.escape(one.key)}"></a>{_words(one.label)} '
                f"\\[{_words(one.key)}\\] {_words(one.reference)}"
                for one in entries
            )
        case Code(text, language):
            yield f"```{language}\n{text}```"


def _table(table: Table) -> str:
    rows = [table.head, ("---",) * len(table.head)]
    lines = [" | ".join(rows[0]), " | ".join(rows[1])]
    lines += [" | ".join(_words(cell) for cell in row) for row in table.rows]
    return "\n".join(f"| {line} |" for line in lines)


def _line(text: str) -> str:
    """A block in one line; nothing at its start makes it a list or a heading."""
    written = shown(text, _words, lambda label, key: f"[{_words(label)}](#{key})")
    return _AT_START.sub(r"\1\\\2", written)


def _words(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", text))
