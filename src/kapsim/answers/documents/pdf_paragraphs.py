"""Printed lines to paragraphs: by the gaps, the indents and the sizes of the type."""

import dataclasses
import itertools
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from kapsim.answers.documents.pdf_lines import Line

_ENDS = re.compile(r"[.!?:][\"'”’)\]]*$")
_ITEM = re.compile(r"^(?:[•▪‣◦●■–—]|\(?[a-z0-9]{1,3}[.)])\s")
_ENTRY = re.compile(r"^(?:\[\d{1,4}\]|\d{1,4}\.)\s*\D")
_INDENT = 0.7
"""Least indent of a paragraph, in heights of its type."""


@dataclasses.dataclass
class Paragraph:
    """Lines that belong together.

    Attributes
    ----------
    page
        Page that they begin on.
    first, last
        Whether no text of this size stands before or after it in its column.
    """

    lines: list[Line]
    page: int
    first: bool = False
    last: bool = False

    @property
    def text(self) -> str:
        """Its lines, one after the other."""
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """Height of its type."""
        return statistics.median(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)


def paragraphs(region: Sequence[Line], page: int, *, entries: bool) -> list[Paragraph]:
    """Paragraphs of a stretch of a column.

    Parameters
    ----------
    region
        Its lines, from top to bottom.
    page
        Page that it stands on.
    entries
        Whether it stands in a list of references, where first lines stand out.
    """
    pitch = _pitch(region)
    begins = _begins_entry(region) if entries else None
    found: list[Paragraph] = []
    for index, line in enumerate(region):
        after = region[index + 1] if index + 1 < len(region) else None
        new = not found or _apart(found[-1].lines[-1], line, pitch)
        if begins is not None:
            new = new or begins[index]
        else:
            new = new or _new(found[-1].lines, line, after, region)
        if new:
            found.append(Paragraph([], page))
        found[-1].lines.append(line)
    _mark_edges(found)
    return found


def body_size(lines: Iterable[Line]) -> float:
    """Height of the type that most of a document is set in."""
    count: Counter[float] = Counter()
    for line in lines:
        count[round(line.size, 1)] += len(line.text)
    return max(count, key=lambda size: (count[size], size), default=10.0)


def same_size(one: float, other: float) -> bool:
    """Whether two sizes of type are the same but for rounding."""
    return abs(one - other) <= 0.06 * max(one, other)


def _pitch(region: Sequence[Line]) -> float:
    """Usual distance from line to line."""
    steps = [
        before.bottom - line.bottom
        for before, line in itertools.pairwise(region)
        if same_size(before.size, line.size)
    ]
    steps = [step for step in steps if step > 0]
    return statistics.median_low(steps) if steps else 0.0


def _apart(before: Line, line: Line, pitch: float) -> bool:
    """Whether a gap, another size or another weight divides two lines."""
    if not same_size(before.size, line.size) or before.bold != line.bold:
        return True
    usual = max(pitch, line.size) if pitch < 2.5 * line.size else line.size * 1.2
    return before.bottom - line.bottom > 1.3 * usual


def _new(
    lines: Sequence[Line], line: Line, after: Line | None, region: Sequence[Line]
) -> bool:
    """Whether a line begins a paragraph after these lines."""
    before, step = lines[-1], _INDENT * line.size
    ended = bool(_ENDS.search(before.text))
    if _ITEM.match(line.text) and (ended or _ITEM.match(lines[0].text)):
        return True
    if line.x0 - before.x0 > step:
        returns = after is None or after.x0 < line.x0 - 0.5 * step
        return ended and returns
    if before.x0 - line.x0 > step and len(lines) > 1:
        return ended
    left, right = min(l.x0 for l in region), max(l.x1 for l in region)
    return ended and right - before.x1 > 0.25 * (right - left)


def _begins_entry(region: Sequence[Line]) -> list[bool] | None:
    """Which lines begin an entry of a list of references; None if none stands out."""
    if sum(bool(_ENTRY.match(line.text)) for line in region) * 6 >= len(region):
        return [bool(_ENTRY.match(line.text)) for line in region]
    margin = min(line.x0 for line in region)
    out = [line.x0 - margin < 0.3 * line.size for line in region]
    return out if 0.1 < sum(out) / len(out) < 0.9 else None


def _mark_edges(found: list[Paragraph]) -> None:
    for index, paragraph in enumerate(found):
        before, after = found[:index], found[index + 1 :]
        paragraph.first = not any(same_size(p.size, paragraph.size) for p in before)
        paragraph.last = not any(same_size(p.size, paragraph.size) for p in after)
