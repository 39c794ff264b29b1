"""The order in which the lines of a printed page are read: columns and bands.

A gutter is a vertical strip that few lines cross, with lines that fill a column on both
sides of it. Lines that do cross it, such as a title, divide the page into bands; in
each band the left column is read before the right.
"""

import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from kapsim.answers.documents.pdf_lines import Line

_LEAST_LINES = 4
_LEAST_WIDTH = 0.2
_LEAST_FILLED = 0.55
_MOST_CROSSING = 0.7
_DEEPEST = 3


def regions(lines: Sequence[Line], depth: int = 0) -> list[list[Line]]:
    """Stretches of a column in the order they are read, each from top to bottom.

    Parameters
    ----------
    lines
        Lines of a page, in any order.
    depth
        How often the lines have been divided already.
    """
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        return [_rows(lines)] if lines else []
    found: list[list[Line]] = []
    for band in _bands(lines, gutter):
        if _crosses(band[0], gutter):
            found.append(_rows(band))
            continue
        left = [line for line in band if line.x1 <= gutter]
        right = [line for line in band if line.x1 > gutter]
        found += regions(left, depth + 1) + regions(right, depth + 1)
    return found


def _crosses(line: Line, gutter: float) -> bool:
    return line.x0 < gutter < line.x1


def _bands(lines: Iterable[Line], gutter: float) -> list[list[Line]]:
    """Lines from top to bottom, those that cross the gutter apart from the others."""
    bands: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.top, line.x0)):
        same = bands and _crosses(bands[-1][0], gutter) == _crosses(line, gutter)
        if not same:
            bands.append([])
        bands[-1].append(line)
    return bands


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the right column begins, if there are two; the least crossed place."""
    if len(lines) < 2 * _LEAST_LINES:
        return None
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    starts = Counter(round(line.x0) for line in lines)
    places = [x - 1.5 for x, count in starts.items() if count >= _LEAST_LINES]
    scored = [
        (sum(_crosses(line, place) for line in lines), place)
        for place in places
        if _divides(lines, place, width)
    ]
    crossing, place = min(scored, default=(len(lines), 0.0))
    return place if crossing <= _MOST_CROSSING * len(lines) else None


def _divides(lines: Sequence[Line], place: float, width: float) -> bool:
    left = [line for line in lines if line.x1 <= place]
    right = [line for line in lines if line.x0 >= place]
    if min(len(left), len(right)) < _LEAST_LINES:
        return False
    filled = [_is_column(side, width) for side in (left, right)]
    if not any(filled):
        return False
    for side, is_column in zip((left, right), filled, strict=True):
        if not is_column and _gutter(side) is None:  # nor columns of its own
            return False
    beside = (line for line in right if any(_level(line, other) for other in left))
    return len(list(itertools.islice(beside, _LEAST_LINES))) == _LEAST_LINES


def _is_column(lines: Sequence[Line], width: float) -> bool:
    """Whether lines are as wide as a column and mostly fill it, as text does."""
    own = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    filled = statistics.median(line.x1 - line.x0 for line in lines)
    return own >= _LEAST_WIDTH * width and filled >= _LEAST_FILLED * own


def _level(line: Line, other: Line) -> bool:
    """Whether two lines stand at the same height."""
    shared = min(line.top, other.top) - max(line.bottom, other.bottom)
    least = min(line.top - line.bottom, other.top - other.bottom)
    return shared > 0.5 * least


def _rows(lines: Iterable[Line]) -> list[Line]:
    """Lines from top to bottom; pieces at the same height made one line."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.bottom, line.x0)):
        if rows and _level(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_merged(row) for row in rows]


def _merged(row: list[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    row = sorted(row, key=lambda line: line.x0)
    longest = max(row, key=lambda line: len(line.text))
    return Line(
        " ".join(line.text for line in row),
        row[0].x0,
        max(line.x1 for line in row),
        longest.bottom,
        longest.top,
        longest.size,
        all(line.bold for line in row),
    )
