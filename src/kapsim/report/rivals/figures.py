"""Figures of the comparison: differences of log scores, and where they come from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kapsim.report.axes import Scale, minus, value_ticks
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut, ruled
from kapsim.report.svg import join, marker, reach, rectangle, tag, text

Row = Mapping[str, Any]

DIFFERENCES = "Log score against that of the whole model"
MATRIX = "Differences study by study"

_EDGE, _LEFT, _RIGHT = 12.0, 196.0, 442.0
_KEY, _LANE = 17.0, 30.0
_LETTERS = 32
_REACH = 2.0  # standard errors to either side
_APART = 5.0  # of a mark from the middle of its lane [px]
_CELL, _ROW = 34.0, 17.0
_STRONG = 4.0  # difference of a study at which the colour is full


def panels(data: Row) -> list[PanelDrawing]:
    """Both figures; none where there is only the whole model."""
    rivals = [one for one in data["rivals"] if one["verdict"]]
    if not rivals:
        return []
    return [_differences(rivals), _matrix(data, rivals)]


def _differences(rivals: Sequence[Row]) -> PanelDrawing:
    ends = [0.0]
    for one in rivals:
        for before in ("", "contrast_"):
            ends += _ends(one, before)
    ticks = value_ticks(min(ends), max(ends))
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    top = 24.0 + 2 * _KEY + 8
    bottom = top + _LANE * len(rivals)
    lanes = []
    for k, one in enumerate(rivals):
        lanes += _lane(one, scale, top + _LANE * (k + 0.5))
    labelled = zip(ticks.values, ticks.labels, strict=True)
    parts = [
        text(_EDGE, 16.0, DIFFERENCES, class_="head"),
        *_key(),
        ruled(scale, labelled, (top, bottom)),
        *lanes,
        text(
            (_LEFT + _RIGHT) / 2,
            bottom + 32,
            "foretells worse  \N{LEFTWARDS ARROW}  0  \N{RIGHTWARDS ARROW}  better",
            class_="small",
            text_anchor="middle",
        ),
    ]
    return PanelDrawing(DIFFERENCES, _spoken(rivals), join(parts), bottom + 42)


def _ends(one: Row, before: str) -> tuple[float, float]:
    """Ends of two standard errors to either side."""
    value, half = one[f"{before}difference"], _REACH * (one[f"{before}se"] or 0.0)
    return value - half, value + half


def _key() -> Iterator[Markup]:
    said = (
        "all endpoints, with two standard errors to either side",
        "contrasts of arms alone",
    )
    for k, words in enumerate(said):
        y = 24.0 + _KEY * (k + 0.5)
        yield reach(y, _EDGE, _EDGE + 26, class_=f"bar c{k}")
        yield marker(_SHAPES[k], _EDGE + 13, y, 3.6, class_=f"point c{k}")
        yield text(_EDGE + 34, y + 4, words, class_="small")


_SHAPES = ("circle", "diamond")


def _lane(one: Row, scale: Scale, y: float) -> Iterator[Markup]:
    yield text(_EDGE, y + 4, cut(one["title"], _LETTERS), class_="small")
    for k, before in enumerate(("", "contrast_")):
        at = y + (k - 0.5) * 2 * _APART
        low, high = (scale(end) for end in _ends(one, before))
        yield reach(at, low, high, class_=f"bar c{k}")
        middle = scale(one[f"{before}difference"])
        yield marker(_SHAPES[k], middle, at, 3.6, class_=f"point c{k}")


def _spoken(rivals: Sequence[Row]) -> str:
    return " ".join(f"{one['title']}: {one['difference']:.1f}." for one in rivals)


def _matrix(data: Row, rivals: Sequence[Row]) -> PanelDrawing:
    """A field for each study and explanation, coloured by the difference."""
    studies = list(data["studies"])
    head = 44.0
    parts = [text(_EDGE, 16.0, MATRIX, class_="head")]
    for j, one in enumerate(rivals):
        y = head + _KEY * j
        parts.append(text(_EDGE, y, f"{j + 1}  {one['title']}", class_="small"))
    top = head + _KEY * len(rivals) + 14
    for j in range(len(rivals)):
        middle = _LEFT + _CELL * (j + 0.5)
        number = {"class_": "tick", "text_anchor": "middle"}
        parts.append(text(middle, top - 4, str(j + 1), **number))
    for i, study in enumerate(studies):
        y = top + _ROW * i
        parts.append(text(_EDGE, y + 12, cut(study, _LETTERS), class_="small"))
        for j, one in enumerate(rivals):
            apart = one["differences_by_study"][study]
            parts.append(_field(_LEFT + _CELL * j, y, apart, study, one["title"]))
    height = top + _ROW * len(studies) + 10
    said = f"Differences of log scores of {len(studies)} studies."
    return PanelDrawing(MATRIX, said, join(parts), height)


def _field(x: float, y: float, apart: float, study: str, title: str) -> Markup:
    shown = minus(f"{apart:.1f}")
    colour = rectangle(
        x,
        y,
        _CELL - 1.0,
        _ROW - 1.0,
        class_="c1" if apart < 0 else "c0",
        style="fill:var(--c)",
        fill_opacity=f"{0.75 * min(abs(apart) / _STRONG, 1.0):.2f}",
    )
    middle = {"class_": "tick", "text_anchor": "middle"}
    number = text(x + _CELL / 2, y + 12, shown, **middle)
    return tag("g", tag("title", f"{study}, {title}: {shown}"), colour, number)
