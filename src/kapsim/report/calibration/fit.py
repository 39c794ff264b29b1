"""Published figures on the predictions of the calibrated model, study by study."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from kapsim.report.axes import Scale
from kapsim.report.calibration.record import Row
from kapsim.report.calibration.words import distance, figure, predicted, unit_words
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut, lane_place, lane_ticks, ruled
from kapsim.report.svg import join, line, marker, reach, text
from kapsim.trial.external.table import RATIO

_EDGE, _LEFT, _RIGHT = 12.0, 24.0, 366.0
_WORDS = 448.0  # right edge of the distance beside a lane [px]
_KEY, _LANE, _HEAD = 17.0, 33.0, 20.0
_LETTERS, _WIDE = 72, 62  # of a label and of a title
_TICKS = 6
_ENDS = ("observed", "predicted", "low", "high")


def fit_panels(targets: Sequence[Row]) -> list[PanelDrawing]:
    """A panel for each study and unit, levels first and then contrasts."""
    groups = dict.fromkeys((row["study"], row["unit"]) for row in targets)
    return [
        _panel(study, unit, [t for t in targets if (t["study"], t["unit"]) == place])
        for place in groups
        for study, unit in [place]
    ]


def _panel(study: str, unit: str, rows: Sequence[Row]) -> PanelDrawing:
    log = unit == RATIO
    known = (float(row[end]) for row in rows for end in _ENDS if row[end] is not None)
    ticks = lane_ticks(known, _TICKS, log=log)
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    title = f"{study}: {unit_words(unit)}"
    top = 24.0 + 2 * _KEY + 8
    lanes, y = [], top
    for said, contrast in (("Levels", False), ("Contrasts", True)):
        group = [row for row in rows if bool(row["contrast"]) is contrast]
        if not group:
            continue
        lanes.append(text(_LEFT + 4, y + 14, said, class_="name"))
        y += _HEAD
        for row in group:
            lanes.append(_lane(row, scale, y, log=log))
            y += _LANE
    marks = zip(ticks.values, ticks.labels, strict=True)
    parts = [
        text(_EDGE, 16.0, cut(title, _WIDE), class_="head"),
        *_key(24.0),
        ruled(scale, marks, (top, y)),
        *lanes,
    ]
    return PanelDrawing(title, " ".join(_spoken(rows)), join(parts), y + 24)


def _key(top: float) -> Iterator[Markup]:
    """What the marks mean."""
    y, below = top + _KEY / 2, top + 1.5 * _KEY
    yield reach(y, _EDGE, _EDGE + 26, class_="bar c0")
    yield marker("circle", _EDGE + 13, y, 3.0, class_="point c0")
    yield text(_EDGE + 34, y + 4, "predicted, with its 95 % interval", class_="small")
    yield text(_WORDS, y + 4, "distance, SE", class_="small", text_anchor="end")
    yield marker("diamond", _EDGE + 6, below, 4.5, class_="hollow c1")
    yield marker("diamond", _EDGE + 20, below, 4.5, class_="point c1")
    words = "published; filled where it lies outside"
    yield text(_EDGE + 34, below + 4, words, class_="small")


def _lane(row: Row, scale: Scale, top: float, *, log: bool) -> Markup:
    """Label, interval and marks of one endpoint, and its distance."""
    y = top + 22

    def at(column: str) -> float | None:
        found = row[column]
        return None if found is None else lane_place(scale, found, log=log)

    parts = [
        text(_LEFT + 4, top + 11, cut(row["label"], _LETTERS), class_="small"),
        line(_LEFT, y, _RIGHT, y, class_="grid"),
        text(_WORDS, y + 4, distance(row), class_="value", text_anchor="end"),
    ]
    low, high, middle = at("low"), at("high"), at("predicted")
    if low is not None and high is not None:
        parts.append(reach(y, low, high, class_="bar c0"))
    if middle is not None:
        parts.append(marker("circle", middle, y, 3.0, class_="point c0"))
    published = at("observed")
    if published is not None:
        style = "point c1" if row.get("inside") is False else "hollow c1"
        parts.append(marker("diamond", published, y, 4.5, class_=style))
    return join(parts)


def _spoken(rows: Sequence[Row]) -> Iterator[str]:
    """What a screen reader says of each endpoint."""
    for row in rows:
        published = figure(row, "observed")
        yield f"{row['label']}: published {published}, predicted {predicted(row)}."
