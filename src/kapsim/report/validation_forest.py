"""Observed figures on the predictive intervals of trials of their size."""

import math
from collections.abc import Iterator, Sequence

import pandas as pd
from markupsafe import Markup

from kapsim.report.axes import Scale
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut, lane_place, lane_ticks, ruled
from kapsim.report.svg import join, marker, reach, text
from kapsim.report.validation_words import UNITS, Row, arms, figure, interval, value
from kapsim.trial.external.table import RATIO

_EDGE, _LEFT, _RIGHT = 12.0, 230.0, 446.0
_KEY, _LANE, _HEAD = 17.0, 19.0, 20.0
_NAIVE = 5.0  # of the naive interval below the middle of a lane [px]
_LETTERS, _WIDE = 36, 66  # of a label and of a heading
_TICKS = 5
_ENDS = ("observed", "predicted", "low", "high", "naive_low", "naive_high")


def forest_panels(table: pd.DataFrame) -> list[PanelDrawing]:
    """A panel for each study and unit, in the order of the table, of what is scored.

    Parameters
    ----------
    table
        Rows of published figures (`trial.external.table.COLUMNS`).
    """
    rows = table[table["scored"]].to_dict("records")
    groups = dict.fromkeys((row["study"], row["unit"]) for row in rows)
    return [
        _panel(study, unit, [r for r in rows if (r["study"], r["unit"]) == place])
        for place in groups
        for study, unit in [place]
    ]


def _panel(study: str, unit: str, rows: Sequence[Row]) -> PanelDrawing:
    """Lanes below each other, grouped by arm."""
    log = unit == RATIO
    known = (float(row[end]) for row in rows for end in _ENDS)
    ticks = lane_ticks(known, _TICKS, log=log)
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    title = f"{study}: {UNITS[unit]}"
    top = 24.0 + 3 * _KEY + 8
    lanes, y, arm = [], top, ""
    for row in rows:
        if arms(row) != arm:
            arm = arms(row)
            lanes.append(text(_EDGE, y + 14, cut(arm, _WIDE), class_="small"))
            y += _HEAD
        lanes.append(_lane(row, scale, y + _LANE / 2, log=log))
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
    said = (
        "predicted, with the 95 % interval of a trial of this size",
        "observed; filled where it lies outside",
        "95 % interval of the naive predictor",
    )
    middle = _EDGE + 13
    for k, words in enumerate(said):
        y = top + _KEY * (k + 0.5)
        if k == 0:
            yield reach(y, _EDGE, _EDGE + 26, class_="bar c0")
            yield marker("circle", middle, y, 3.0, class_="point c0")
        elif k == 1:
            yield marker("diamond", middle - 7, y, 4.5, class_="hollow c1")
            yield marker("diamond", middle + 7, y, 4.5, class_="point c1")
        else:
            yield reach(y, _EDGE, _EDGE + 26, 2.0, class_="bar thin plain")
        yield text(_EDGE + 34, y + 4, words, class_="small")


def _lane(row: Row, scale: Scale, y: float, *, log: bool) -> Markup:
    """Label, intervals and marks of one figure."""

    def at(column: str) -> float:
        return lane_place(scale, row[column], log=log)

    parts = [text(_EDGE + 8, y + 4, cut(figure(row), _LETTERS), class_="small")]
    if not math.isnan(row["naive_low"]):
        low, high = at("naive_low"), at("naive_high")
        parts.append(reach(y + _NAIVE, low, high, 2.0, class_="bar thin plain"))
    parts.append(reach(y, at("low"), at("high"), class_="bar c0"))
    parts.append(marker("circle", at("predicted"), y, 3.0, class_="point c0"))
    style = "hollow c1" if row["inside"] else "point c1"
    parts.append(marker("diamond", at("observed"), y, 4.5, class_=style))
    return join(parts)


def _spoken(rows: Sequence[Row]) -> Iterator[str]:
    """What a screen reader says of each figure."""
    for row in rows:
        said = f"predicted {value(row, 'predicted')}, {interval(row)}"
        observed = value(row, "observed")
        yield f"{arms(row)}, {figure(row)}: observed {observed}; {said}."
