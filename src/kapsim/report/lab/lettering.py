"""Words of a panel: wrapped lines, the key, and names of categories."""

import dataclasses
import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from kapsim.lab.experiment import Series
from kapsim.report.lab.looks import SWATCH, SeriesLook
from kapsim.report.panel import Panel
from kapsim.report.svg import join, text

LETTER = 6.3  # mean width of a letter [px]
_BOLD = 7.2
_SMALL = 5.9
LINE = 16.0  # from one line to the next [px]
_TALLEST = 3  # lines of a category's name
_CLOSE = 14.0  # from one line of it to the next [px]
_LONGEST = 22  # letters of a slanted one
_SLANT = 35.0  # degrees
_SINE = 0.574


@dataclasses.dataclass(frozen=True)
class Lettering:
    """Something written, and how much height it takes [px]."""

    drawn: Markup
    height: float


def paragraph(
    said: str, left: float, top: float, width: float, style: str
) -> Lettering:
    """Text in lines, from the upper left corner [px]."""
    letter = {"head": _BOLD, "small": _SMALL}.get(style, LETTER)
    lines = textwrap.wrap(said, max(int(width / letter), 8))
    drawn = (
        text(left, top + LINE * k - 4, part, class_=style)
        for k, part in enumerate(lines, start=1)
    )
    return Lettering(join(drawn), LINE * len(lines))


def key(
    series: Sequence[Series],
    looks: dict[str, SeriesLook],
    marks: frozenset[str],
    left: float,
    top: float,
    width: float,
) -> Lettering:
    """Which mark is which series; entries flow into as many lines as they need."""
    parts: list[Markup] = []
    x, y, room = left, top + 10, int((width - SWATCH - 7) / LETTER)
    for one in series:
        lines = textwrap.wrap(one.name, room)
        wide = SWATCH + 7 + LETTER * max(len(part) for part in lines) + 14
        if x > left and x + wide - 14 > left + width:
            x, y = left, y + LINE + 2
        look, has = looks[one.name], one.name in marks
        parts.append(look.swatch(x, y, one, mark=has))
        for k, part in enumerate(lines):
            parts.append(text(x + SWATCH + 7, y + 4 + LINE * k, part))
        x, y = x + wide, y + LINE * (len(lines) - 1)
    return Lettering(join(parts), y - top + 14 if series else 0.0)


def category_labels(names: Sequence[str], width: float) -> tuple[tuple[str, ...], ...]:
    """Lines of each category's name; none if they do not fit side by side [px]."""
    room = int((width / max(len(names), 1) - 6) / LETTER)
    words = [word for name in names for word in name.split()]
    if max((len(word) for word in words), default=0) > room:
        return ()
    lines = tuple(tuple(textwrap.wrap(name, max(room, 1))) or ("",) for name in names)
    return lines if max(map(len, lines), default=1) <= _TALLEST else ()


def draw_categories(area: Panel, names: Sequence[str]) -> Lettering:
    """Names of the places 0, 1, 2 ... below a panel.

    They stand upright where they fit, slanted where they are short, and as numbers with
    a list of their names otherwise.
    """
    upright = category_labels(names, area.right - area.left)
    if upright:
        drawn = [_below(area, place, lines) for place, lines in enumerate(upright)]
        return Lettering(join(drawn), 6 + _CLOSE * max(map(len, upright)))
    longest = max(map(len, names))
    if longest <= _LONGEST:
        slanted = (_slanted(area, place, name) for place, name in enumerate(names))
        return Lettering(join(slanted), 14 + _SINE * LETTER * longest)
    parts = [_below(area, place, (str(place + 1),)) for place in range(len(names))]
    top = area.bottom + 8 + _CLOSE
    for place, name in enumerate(names, start=1):
        said = f"{place}: {name}"
        line = paragraph(said, area.left, top, area.right - area.left, "small")
        parts.append(line.drawn)
        top += line.height
    return Lettering(join(parts), top - area.bottom)


def _below(area: Panel, place: int, lines: Sequence[str]) -> Markup:
    """Lines centred below a place."""
    return join(
        text(
            area.x(float(place)),
            area.bottom + 16 + _CLOSE * k,
            part,
            class_="tick",
            text_anchor="middle",
        )
        for k, part in enumerate(lines)
    )


def _slanted(area: Panel, place: int, said: str) -> Markup:
    x, y = area.x(float(place)) + 4, area.bottom + 14
    turn = f"rotate(-{_SLANT:g} {x:.1f} {y:.1f})"
    return text(x, y, said, class_="tick", text_anchor="end", transform=turn)
