"""Prior and posterior of each freed parameter, in standard deviations of its prior."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from kapsim.report.axes import Scale, minus
from kapsim.report.calibration.record import IDENTIFIED, CalibrationRecord, Row
from kapsim.report.calibration.words import amount
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut, ruled
from kapsim.report.svg import join, line, marker, reach, text
from kapsim.trial.summaries.intervals import Z

HEADS = {
    "well": "Fixed well by the data",
    "partly": "Fixed in part",
    "not": "Hardly fixed: little but the prior",
}
"""Title of the panel of each degree of identification."""
_EDGE, _LEFT, _RIGHT = 12.0, 238.0, 446.0
_KEY, _LANE = 17.0, 18.0
_LETTERS = 37
_REACH = 3  # farthest prior SD on the axis, unless a posterior lies beyond
_STYLES = {"well": "c0", "partly": "c4", "not": "c1"}


def interval_panels(record: CalibrationRecord) -> list[PanelDrawing]:
    """A panel per degree of identification, sorted by shrinkage; no empty ones."""
    far = max((max(map(abs, ends(row))) for row in record.parameters), default=0.0)
    widest = max(_REACH, int(far) + 1)
    groups = ((how, record.identified(how)) for how in IDENTIFIED)
    return [_panel(how, rows, widest) for how, rows in groups if rows]


def ends(row: Row) -> tuple[float, float]:
    """Ends of the posterior 95 % interval in prior SDs: mean and 1.96 SDs around it."""
    half = Z * row["sd"] / row["prior_sd"]
    return row["moved"] - half, row["moved"] + half


def _panel(how: str, rows: Sequence[Row], widest: int) -> PanelDrawing:
    scale = Scale(-float(widest), float(widest), _LEFT, _RIGHT)
    title = f"{HEADS[how]} ({len(rows)})"
    top = 24.0 + 2 * _KEY + 6
    bottom = top + _LANE * len(rows)
    step = 1 if widest <= 4 else 2
    values = range(-widest + widest % step, widest + 1, step)
    ticks = [(float(v), minus(str(v))) for v in values]
    parts = [
        text(_EDGE, 16.0, title, class_="head"),
        *_key(24.0, _STYLES[how]),
        ruled(scale, ticks, (top, bottom)),
        *(
            _lane(row, scale, top + _LANE * (k + 0.5), _STYLES[how])
            for k, row in enumerate(rows)
        ),
        text(_RIGHT, bottom + 31, "prior SDs", class_="name", text_anchor="end"),
    ]
    return PanelDrawing(title, " ".join(_spoken(rows)), join(parts), bottom + 40)


def _key(top: float, style: str) -> Iterator[Markup]:
    """What the marks mean."""
    y, below = top + _KEY / 2, top + 1.5 * _KEY
    yield line(_EDGE, y, _EDGE + 26, y, class_="visit")
    yield text(_EDGE + 34, y + 4, "prior, 95 %", class_="small")
    yield reach(below, _EDGE, _EDGE + 26, class_=f"bar {style}")
    yield marker("circle", _EDGE + 13, below, 3.0, class_=f"point {style}")
    yield text(_EDGE + 34, below + 4, "posterior mean, 95 %", class_="small")


def _lane(row: Row, scale: Scale, y: float, style: str) -> Markup:
    """Name, prior and posterior of one parameter."""
    low, high = ends(row)
    return join(
        [
            text(_EDGE, y + 4, cut(row["id"], _LETTERS), class_="small"),
            line(scale(-Z), y, scale(Z), y, class_="visit", opacity="0.55"),
            reach(y, scale(low), scale(high), 3.5, class_=f"bar {style}"),
            marker("circle", scale(row["moved"]), y, 3.2, class_=f"point {style}"),
        ]
    )


def _spoken(rows: Sequence[Row]) -> Iterator[str]:
    """What a screen reader says of each parameter."""
    for row in rows:
        low, high = ends(row)
        said = f"{amount(row['moved'])}, {amount(low)} to {amount(high)}"
        yield f"{row['id']}: {said}."
