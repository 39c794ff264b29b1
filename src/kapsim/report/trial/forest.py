"""Forest plot of one trial: every endpoint with its interval, the truth beside it."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from kapsim.report.axes import Scale, Ticks, value_ticks
from kapsim.report.lab.lettering import paragraph
from kapsim.report.lab.panels import WIDTH
from kapsim.report.svg import join, line, marker, picture, reach, text
from kapsim.report.trial.record import Row
from kapsim.report.trial.words import NONE, Number, Unit, number, p_value, unit_of

_LEFT, _RIGHT, _EDGE = 16.0, 280.0, 14.0
_WORDS = 294.0  # left edge of the words beside a lane [px]
_TOP, _LABEL, _LANE, _TRUTH = 54.0, 15.0, 30.0, 8.0
_MOST = 100.0  # farthest ratio that is drawn, and its inverse
_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, _MOST)
_TICKS = 5
_MANY = 100
_AT_END = {"class_": "small", "text_anchor": "end"}


def forest_figures(rows: Sequence[Row]) -> list[Markup]:
    """A panel per unit, in the order in which units come up; none without estimates."""
    units = dict.fromkeys(row.get("unit") for row in rows)
    return [
        _panel([row for row in rows if row.get("unit") == name], unit_of(name))
        for name in units
    ]


def _panel(rows: Sequence[Row], unit: Unit) -> Markup:
    ticks = _ticks(rows, unit)
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    lanes, y = [], _TOP
    for row in rows:
        drawn, y = _lane(scale, row, (unit, ticks), y)
        lanes.append(drawn)
    parts = [
        text(_EDGE, 14.0, f"Difference in {unit.name}", class_="head")
        if not unit.ratio
        else text(_EDGE, 14.0, unit.name.capitalize(), class_="head"),
        _key(34.0),
        *(
            text(scale(v), y + 15, said, class_="tick", text_anchor="middle")
            for v, said in zip(ticks.values, ticks.labels, strict=True)
        ),
        text(_LEFT, y + 31, "\N{LEFTWARDS ARROW} less", class_="small"),
        text(_RIGHT, y + 31, "more \N{RIGHTWARDS ARROW}", **_AT_END),
        *lanes,
    ]
    return picture(
        WIDTH,
        y + 42,
        f"Endpoints of one trial, {unit.name}",
        " ".join(_spoken(row, unit) for row in rows),
        join(parts),
        class_="figure",
    )


def _key(y: float) -> Markup:
    return join(
        [
            reach(y, _EDGE, _EDGE + 26, class_="bar c0"),
            marker("square", _EDGE + 13, y, 4.5, class_="point c0"),
            text(_EDGE + 34, y + 4, "this trial, with its interval"),
            marker("diamond", _EDGE + 233, y, 4.5, class_="hollow c1"),
            text(_EDGE + 245, y + 4, "truth in the model"),
        ]
    )


def _lane(
    scale: Scale, row: Row, axis: tuple[Unit, Ticks], top: float
) -> tuple[Markup, float]:
    """Name, marks and words of an endpoint, and where they end [px]."""
    unit, ticks = axis
    name = f"{row['endpoint']}, {row['comparison']}"
    said = paragraph(name, _LEFT, top, WIDTH - 2 * _LEFT, "small")
    y = top + said.height + 12
    words = p_words(row)
    below = max(_LANE, _LABEL * len(words) + 12)
    parts = [said.drawn, _rules(scale, ticks, y)]
    low, high, value = (row.get(key) for key in ("low", "high", "estimate"))
    if low is not None and high is not None:
        parts.append(reach(y, _at(scale, low), _at(scale, high), class_="bar c0"))
    if row.get("truth") is not None:
        x = _at(scale, row["truth"])
        parts.append(marker("diamond", x, y + _TRUTH, 4.5, class_="hollow c1"))
    if value is not None:
        parts.append(marker("square", _at(scale, value), y, 4.5, class_="point c0"))
        effect = unit.text(value, low, high)
        parts.append(text(_WORDS, y + 1, effect, class_="value"))
    for k, words_line in enumerate(words, start=1):
        parts.append(text(_WORDS, y + 1 + _LABEL * k, words_line, class_="small"))
    return join(parts), y + below


def _rules(scale: Scale, ticks: Ticks, y: float) -> Markup:
    """Lines of a lane at its height, at every tick, and at no effect."""
    ends = y - 9, y + 14
    zero = scale(0.0)
    return join(
        [
            line(_LEFT, y, _RIGHT, y, class_="grid"),
            *(
                line(scale(v), ends[0], scale(v), ends[1], class_="grid")
                for v in ticks.values
            ),
            line(zero, ends[0], zero, ends[1], class_="axis"),
        ]
    )


def p_words(row: Row) -> list[str]:
    """The p value of a row and its verdict, and the number needed to treat."""
    if row.get("estimate") is None:
        return ["no estimate"]
    said = f"p {p_value(row.get('p'))}"
    if row.get("rejected") is not None:
        hit = row["rejected"] or row.get("for_comparator")
        said += ", rejected" if hit else ", not rejected"
    words = [said]
    if row.get("for_comparator"):
        words.append("for the comparator")
    return words if row.get("nnt") is None else [*words, f"NNT {_needed(row)}"]


def _needed(row: Row) -> str:
    """Number needed to treat with its interval, which may run through infinity."""
    keys = ("nnt", "nnt_low", "nnt_high")
    value, low, high = (_people(row.get(key)) for key in keys)
    if low == NONE or high == NONE:
        return value
    joint = "to \N{INFINITY} to" if row.get("nnt_through_infinity") else "to"
    return f"{value} ({low} {joint} {high})"


def _people(nnt: Number) -> str:
    """How many people, with a digit after the point where they are few."""
    return number(nnt, 1 if nnt is None or abs(nnt) < _MANY else 0)


def _at(scale: Scale, value: float | int) -> float:
    """Place of a value [px]; what lies beyond the scale stands at its end."""
    return scale(float(min(max(value, scale.low), scale.high)))


def _ticks(rows: Sequence[Row], unit: Unit) -> Ticks:
    """Round ticks that hold all rows and no effect; of ratios at their logarithms."""
    keys = ("estimate", "low", "high", "truth")
    ends = [row[key] for row in rows for key in keys if row.get(key) is not None]
    low, high = float(min([0.0, *ends])), float(max([0.0, *ends]))
    if not unit.ratio:
        return value_ticks(low, high, _TICKS)
    logs = [math.log(ratio) for ratio in _RATIOS]
    first = max((k for k, v in enumerate(logs) if v <= low), default=0)
    last = min((k for k, v in enumerate(logs) if v >= high), default=len(logs) - 1)
    first, last = min(first, last - 1), max(last, first + 1)
    labels = tuple(f"{ratio:g}" for ratio in _RATIOS[first : last + 1])
    return Ticks(tuple(logs[first : last + 1]), labels)


def _spoken(row: Row, unit: Unit) -> str:
    effect = unit.text(row.get("estimate"), row.get("low"), row.get("high"))
    truth = unit.text(row.get("truth"))
    return f"{row['endpoint']}, {row['comparison']}: {effect}, truth {truth}."
