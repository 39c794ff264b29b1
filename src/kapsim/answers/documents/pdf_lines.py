"""Lines of a page of a PDF, as they are printed."""

import dataclasses
import re
import statistics
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTItem, LTPage, LTTextLine

_CALL = re.compile(r"^[\d,;\-–*†‡§¶a-c]+$")
_BEFORE_CALL = re.compile(r"(?:[^\W\d_]{4,}|[.,;:!?)\]”’\"%])$")
_BOLD = re.compile(
    r"bold|black|heavy|semibold|demi|[-,]bd|cmbx|sfbx|ecbx", re.IGNORECASE
)
_UNMAPPED = re.compile(r"\(cid:(\d+)\)")
_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl")
_AS_LIGATURE = re.compile(
    r"(?<=[^\W\d_])\(cid:(1[1-5]|2[7-9]|3[01])\)|\(cid:(1[1-5]|2[7-9]|3[01])\)(?=[a-z])"
)
_RAISED = 0.82
"""Size of a raised character, relative to its line, below which it can be a call."""


@dataclasses.dataclass(frozen=True)
class Line:
    """A printed line: its text and where on the page it stands, in points.

    Attributes
    ----------
    x0, x1, bottom, top
        Its edges, from the lower left corner of the page.
    size
        Height of most of its characters.
    bold
        Whether all of it is bold.
    """

    text: str
    x0: float
    x1: float
    bottom: float
    top: float
    size: float
    bold: bool


@dataclasses.dataclass(frozen=True)
class PrintedPage:
    """A page of a PDF.

    Attributes
    ----------
    number
        Page as counted in the file, from 1.
    height
        Height of the page [pt].
    pictured
        Whether a picture covers more than a third of it.
    sideways, unmapped
        Characters left out: those printed sideways, and those for which the fonts do
        not say which letter they are.
    """

    number: int
    height: float
    lines: tuple[Line, ...]
    pictured: bool
    sideways: int
    unmapped: int


def printed_page(layout: "LTPage", number: int) -> PrintedPage:
    """Page with the lines that stand upright on it."""
    from pdfminer.layout import LTImage, LTTextLine

    lines: list[Line] = []
    sideways = unmapped = 0
    pictured = 0.0
    for item in _within(layout):
        if isinstance(item, LTImage):
            pictured += item.width * item.height
        if not isinstance(item, LTTextLine):
            continue
        unmapped += len(_UNMAPPED.findall(item.get_text()))
        if not _upright(item):
            sideways += len(item.get_text().strip())
        elif line := _line(item):
            lines.append(line)
    covered = pictured > layout.width * layout.height / 3
    return PrintedPage(number, layout.height, tuple(lines), covered, sideways, unmapped)


def _within(item: "LTItem") -> Iterator["LTItem"]:
    """Text lines and pictures in a page, its boxes and its figures."""
    from pdfminer.layout import LTContainer, LTTextLine

    stack = [item]
    while stack:
        found = stack.pop()
        yield found
        if isinstance(found, LTContainer) and not isinstance(found, LTTextLine):
            stack.extend(reversed(list(found)))


def _characters(line: "LTTextLine") -> list["LTChar"]:
    from pdfminer.layout import LTChar

    return [item for item in line if isinstance(item, LTChar)]


def _upright(line: "LTTextLine") -> bool:
    characters = _characters(line)
    return sum(character.upright for character in characters) * 2 >= len(characters)


def _line(printed: "LTTextLine") -> Line | None:
    characters = [char for char in _characters(printed) if char.get_text().strip()]
    if not characters:
        return None
    size = statistics.median(char.size for char in characters)
    text = _AS_LIGATURE.sub(_ligature, _without_calls(printed, size))
    text = _UNMAPPED.sub("", text).strip()
    if not text:
        return None
    plain = [char for char in characters if char.size > _RAISED * size]
    bold = all(_BOLD.search(char.fontname) for char in plain)
    return Line(
        text,
        min(char.x0 for char in characters),
        max(char.x1 for char in characters),
        min(char.y0 for char in plain),
        max(char.y1 for char in plain),
        size,
        bold,
    )


def _ligature(found: re.Match[str]) -> str:
    """Letters of a sign in a word that TeX's fonts keep for a ligature.

    Both of TeX's encodings have the five in one row, from 11 or from 27.
    """
    code = int(found[1] or found[2])
    return _LIGATURES[code - (11 if code < 16 else 27)]


def _without_calls(printed: "LTTextLine", size: float) -> str:
    """Text of a line without the raised numbers that call a note or a reference.

    A raised number is kept where it may be a power: after a digit or a short unit.
    """
    from pdfminer.layout import LTChar

    text, raised = "", ""
    level = _baseline(_characters(printed), size)
    for item in printed:
        char = item.get_text() if isinstance(item, LTChar) else str(item.get_text())
        small = isinstance(item, LTChar) and (
            item.size < _RAISED * size and item.y0 > level + 0.15 * size
        )
        if small and char.strip():
            raised += char
            continue
        if raised:
            text, raised = text + _kept(text, raised), ""
        text += char
    return text + _kept(text, raised)


def _baseline(characters: Iterable["LTChar"], size: float) -> float:
    return statistics.median(
        char.y0 for char in characters if char.size > _RAISED * size
    )


def _kept(before: str, raised: str) -> str:
    call = _CALL.match(raised) and _BEFORE_CALL.search(before.rstrip())
    return "" if call or not raised else raised
