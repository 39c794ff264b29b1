"""What the data fix only together: correlations of the posterior."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from kapsim.report.axes import minus
from kapsim.report.calibration.record import CalibrationRecord, Row
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut
from kapsim.report.svg import join, rectangle, tag, text

MOST = 25
"""Parameters on the heat map."""
_EDGE, _RIGHT = 12.0, 446.0
_KEY, _TOP = 26.0, 66.0
_LABELS = 196.0  # right edge of the names [px]
_LETTERS = 27
_KEY_STEPS = (-1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0)
_KEY_CELL = 22.0


def heat_map(record: CalibrationRecord) -> list[PanelDrawing]:
    """Correlations of the parameters that the data fix best; none without a matrix."""
    matrix = record.data.get("correlation_matrix") or []
    index = {row["id"]: k for k, row in enumerate(record.data["parameters"])}
    if len(matrix) < len(index):
        return []
    shown = record.parameters[:MOST]
    names = [row["id"] for row in shown]
    places = [index[name] for name in names]
    return [_panel(names, [[matrix[a][b] for b in places] for a in places])]


def pairs(record: CalibrationRecord) -> list[Row]:
    """Pairs with the strongest correlations, in words, the strongest first."""
    found = sorted(
        record.data.get("correlations") or [], key=lambda one: -abs(one["r"])
    )
    return [
        {
            "a": one["a"],
            "b": one["b"],
            "r": minus(f"{one['r']:+.2f}"),
            "said": _words(one["r"]),
        }
        for one in found
    ]


def _words(r: float) -> str:
    if r < 0:
        return "one can be higher where the other is lower"
    return "both can be higher together, or lower"


def _panel(names: Sequence[str], matrix: Sequence[Sequence[float]]) -> PanelDrawing:
    cell = (_RIGHT - _LABELS) / len(names)
    cell = min(cell, 24.0)
    lane = max(cell, 13.0)
    parts = [
        text(_EDGE, 16.0, "Correlations of the posterior", class_="head"),
        *_key(),
    ]
    for i, name in enumerate(names):
        y = _TOP + lane * i
        label = f"{i + 1}  {cut(name, _LETTERS)}"
        parts.append(text(_EDGE, y + lane / 2 + 4, label, class_="small"))
        for j in range(i):
            box = _LABELS + cell * j, y, cell - 0.8, lane - 0.8
            said = f"{name}, {names[j]}: {matrix[i][j]:+.2f}"
            parts.append(_cell(box, matrix[i][j], said))
        parts.append(_number(_LABELS + cell * (i + 0.5), y + lane / 2 + 3.5, i + 1))
    height = _TOP + lane * len(names) + 10
    strong = [
        f"{names[i]} and {names[j]}: {matrix[i][j]:+.2f}."
        for i in range(len(names))
        for j in range(i)
        if abs(matrix[i][j]) >= 0.5
    ]
    said = " ".join(strong) or "No correlation of 0.5 or more."
    return PanelDrawing("Correlations of the posterior", said, join(parts), height)


def _number(x: float, y: float, value: int) -> Markup:
    middle = {"class_": "tick", "text_anchor": "middle", "font_size": "9"}
    return text(x, y, str(value), style="font-size:8.5px", **middle)


def _cell(box: tuple[float, float, float, float], r: float, said: str) -> Markup:
    """A field, the stronger coloured the stronger the correlation."""
    drawn = rectangle(
        *box,
        class_="c0" if r > 0 else "c1",
        style="fill:var(--c)",
        fill_opacity=f"{min(abs(r), 1.0):.2f}",
    )
    return tag("g", tag("title", minus(said)), drawn) if said else drawn


def _key() -> Iterator[Markup]:
    """Colours from -1 to 1."""
    left = _LABELS
    for k, r in enumerate(_KEY_STEPS):
        yield _cell((left + _KEY_CELL * k, _KEY, _KEY_CELL, 12.0), r, "")
    ends = (0, "\N{MINUS SIGN}1"), (len(_KEY_STEPS) / 2, "0"), (len(_KEY_STEPS), "1")
    for k, said in ends:
        at = left + _KEY_CELL * k
        yield text(at, _KEY + 25, said, class_="tick", text_anchor="middle")
