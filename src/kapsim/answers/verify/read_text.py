"""From plain text to what a reader sees of it."""

import re
from collections.abc import Iterator, Mapping

from kapsim.answers.formats import words
from kapsim.answers.formats.outline import group, mark, plain
from kapsim.answers.formats.plain import (
    CELL,
    ITEM,
    ITEM_INDENT,
    NAME,
    QUOTE_INDENT,
    UNDERLINES,
)
from kapsim.answers.verify.seen import Seen

_BLANK = re.compile(r"\n[ \t]*\n")
_PARENTHESES = re.compile(r"\(([^()]+)\)")
_LIKE_A_LABEL = re.compile(r"[^\W\d_a-z][^,;:]* \d{4}[a-z]*|[a-z0-9]+(_[a-z0-9]+)+")
_LISTED = re.compile(r"(?P<label>[^\[\]]+) \[(?P<key>[^\[\]]+)\] ")


def read_text(text: str) -> list[Seen]:
    """What plain text shows, in order."""
    pieces = [piece for block in _BLANK.split(text) for piece in _seen(block)]
    labels = _labels(pieces)
    return [_marked(piece, labels) for piece in _quotes_joined(pieces)]


def _seen(block: str) -> Iterator[Seen]:
    lines = block.strip("\n").splitlines()
    if not lines:
        return
    if len(lines) == 2 and _underlines(lines):
        level = UNDERLINES.index(lines[1][0]) + 1
        yield Seen("heading", plain(lines[0]), level)
    elif lines[0].startswith(QUOTE_INDENT):
        yield Seen("quote", plain(block), cells=(plain(block),))
    elif lines[0].startswith(ITEM):
        yield from (_item(text) for text in _items(lines))
    else:
        yield Seen("paragraph", plain(block))


def _underlines(lines: list[str]) -> bool:
    title, line = lines
    return (
        bool(line)
        and set(line) <= set(UNDERLINES)
        and len(set(line)) == 1
        and (len(line) == len(title))
    )


def _items(lines: list[str]) -> Iterator[str]:
    item = ""
    for line in lines:
        if line.startswith(ITEM_INDENT) or not item:
            item = f"{item} {line}"
            continue
        yield plain(item)
        item = line
    yield plain(item)


def _item(text: str) -> Seen:
    """An item of a list; one that holds named cells is a row."""
    text = text.removeprefix(ITEM)
    for head in (words.ASPECT_HEAD, words.NUMBER_HEAD):
        cells = (f"(?:(?:{CELL})?{re.escape(name)}: (.*?))?" for name in head[1:])
        found = re.fullmatch(f"(.*?){NAME}{''.join(cells)}", text)
        if found and any(found.groups()[1:]):
            return Seen("row", text, cells=found.groups(words.NONE))
    return Seen("item", text)


def _quotes_joined(pieces: list[Seen]) -> Iterator[Seen]:
    """A quotation and the line that says where it stands are one piece."""
    waiting: Seen | None = None
    for piece in pieces:
        if piece.kind == "quote" and waiting is not None:
            yield Seen("quote", "", cells=(*waiting.cells, *piece.cells))
            waiting = None
        elif piece.kind == "quote":
            waiting = piece
        else:
            yield from [waiting] if waiting is not None else []
            waiting = None
            yield piece
    yield from [waiting] if waiting is not None else []


def _labels(pieces: list[Seen]) -> dict[str, str]:
    """Keys of the listed sources by label."""
    found = (_LISTED.match(piece.text) for piece in pieces if piece.kind == "item")
    return {plain(one["label"]): one["key"] for one in found if one}


def _marked(piece: Seen, labels: Mapping[str, str]) -> Seen:
    """The piece with its citations as marks; a label that is not listed has no key."""
    if piece.kind not in ("paragraph", "item"):
        return piece

    def marks(found: re.Match[str]) -> str:
        parts = found[1].split("; ")
        named = [part for part in parts if part not in words.REMARKS]
        if not named or not all(
            part in labels or _LIKE_A_LABEL.fullmatch(part) for part in named
        ):
            return found[0]
        written = (mark(part, labels.get(part, "")) for part in named)
        return group(written, parts[len(named) :])

    return Seen(piece.kind, _PARENTHESES.sub(marks, piece.text), cells=piece.cells)
