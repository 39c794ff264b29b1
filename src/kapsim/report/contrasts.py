"""Differences between arms in the report: a table and lanes at each endpoint."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from kapsim.report.axes import Scale, minus
from kapsim.report.lab.figure import panel_picture
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut, lane_ticks, ruled
from kapsim.report.results import Endpoint, Estimate, endpoints, visit_at
from kapsim.report.run_directory import RunDirectory
from kapsim.report.svg import join, marker, reach, text
from kapsim.trial.protocol import EndpointKind, Protocol
from kapsim.trial.summaries.intervals import normal_interval

_EDGE, _LEFT, _RIGHT = 12.0, 18.0, 442.0
_TOP, _LANE, _TICKS = 26.0, 34.0, 6
_LETTERS = 68

_DECIMALS = {"change": 1, "response": 0, "remission": 0}
_UNITS = {"change": "points", "response": "percent points"}
_UNITS["remission"] = _UNITS["response"]
_SHOWN = {
    EndpointKind.MEAN: "change",
    EndpointKind.CHANGE: "change",
    EndpointKind.RESPONSE: "response",
    EndpointKind.REMISSION: "remission",
}
"""Which difference answers an endpoint; others have none."""


@dataclasses.dataclass(frozen=True)
class Compared:
    """What is shown at an endpoint.

    Attributes
    ----------
    end
        Measure and visit.
    rows
        For each pair: arm, reference, their patients, and of each figure the difference
        and the interval for a new trial in words.
    figures
        Lanes of the differences that the endpoints ask for.
    """

    end: Endpoint
    rows: tuple[dict[str, Any], ...]
    figures: tuple[Markup, ...]


def contrasts_shown(run: RunDirectory) -> tuple[Compared, ...]:
    """Differences at each endpoint; none for a run that compares no arms."""
    table = run.contrasts
    if table is None:
        return ()
    return tuple(_compared(run, table, end) for end in endpoints(run))


def _compared(run: RunDirectory, table: pd.DataFrame, end: Endpoint) -> Compared:
    here = (table["measure"] == end.measure) & (table["visit"] == end.visit)
    rows = [
        {str(key): value for key, value in row.items()}
        for row in table[here].to_dict("records")
    ]
    return Compared(
        end=end,
        rows=tuple(_row(run, row) for row in rows),
        figures=tuple(
            panel_picture(_panel(rows, end, kind))
            for kind in _kinds(run, end)
            if rows and math.isfinite(rows[0][kind])
        ),
    )


def _kinds(run: RunDirectory, end: Endpoint) -> list[str]:
    """Differences that the endpoints of this measure and visit ask for, each once."""
    asked = [
        _SHOWN[item.kind]
        for item in run.protocol.endpoints
        if item.kind in _SHOWN
        and item.measure.value == end.measure
        and visit_at(run, end.measure, item.time_h) == end.visit
    ]
    return list(dict.fromkeys(asked)) or ["change"]


def _row(run: RunDirectory, row: Mapping[str, Any]) -> dict[str, Any]:
    patients = run.request["patients_per_arm"]
    pair = row["arm"], row["reference"]
    return {
        "arm": pair[0],
        "reference": pair[1],
        "patients": " and ".join(f"{patients[arm]:,}" for arm in pair),
        **{kind: difference_said(row, kind) for kind in _DECIMALS},
        "new": {
            kind: new.ends(_DECIMALS[kind])
            for kind in _DECIMALS
            if (new := in_new_trial(row, kind)).has_interval
        },
    }


def difference_said(row: Mapping[str, Any], kind: str, unit: str = "") -> str:
    """A difference and its Monte Carlo error in words, such as `−7.2 (SE 0.19)`."""
    value, error = float(row[kind]), float(row[f"{kind}_se"])
    if not math.isfinite(value):
        return "\N{EN DASH}"
    decimals = _DECIMALS[kind]
    said = minus(f"{value:.{decimals}f}") + unit
    return f"{said} (SE {error:.{decimals + 1}f})" if math.isfinite(error) else said


def in_new_trial(row: Mapping[str, Any], kind: str) -> Estimate:
    """The difference in a new trial; empty for a run without draws."""
    cells = (row.get(f"{kind}_{end}", math.nan) for end in ("expected", "low", "high"))
    return Estimate(*map(float, cells))


def contrast_line(table: pd.DataFrame, protocol: Protocol) -> str | None:
    """The first comparison at the first primary endpoint, for a terminal.

    Without endpoints, at the last visit of the first measure. None if the endpoint is
    of another kind, or not rated.
    """
    kind, rows = "change", table[table["measure"] == table["measure"].iloc[0]]
    rows = rows[rows["day"] == rows["day"].max()]
    if protocol.primary_endpoints:
        end = protocol.primary_endpoints[0]
        kind = _SHOWN.get(end.kind, "")
        rows = table[
            (table["measure"] == end.measure.value)
            & (table["visit"].isin(_visits_at(protocol, end.time_h)))
        ]
    if not kind or rows.empty:
        return None
    row = {str(key): value for key, value in rows.iloc[0].items()}
    said = (
        f"Difference of {kind}, {row['measure']} on {row['visit']}: {row['arm']} less "
        f"{row['reference']} {difference_said(row, kind, f' {_UNITS[kind]}')}"
    )
    new = in_new_trial(row, kind)
    if not new.has_interval:
        return f"{said}."
    return (
        f"{said}; in a new trial of this size {new.ends(_DECIMALS[kind])} "
        "(95 % interval)."
    )


def _visits_at(protocol: Protocol, time_h: float) -> list[str]:
    return [visit.name for visit in protocol.visits if visit.time_h == time_h]


def _panel(rows: list[dict[str, Any]], end: Endpoint, kind: str) -> PanelDrawing:
    """A lane for each pair: the difference, and what a new trial could find."""
    bars = [_bar(row, kind) for row in rows]
    known = (place for bar in bars for place in (bar.value, bar.low, bar.high))
    ticks = lane_ticks(known, _TICKS, log=False)
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    bottom = _TOP + _LANE * len(rows)
    title = f"{end.measure} at {end.visit}: difference of {kind}, {_UNITS[kind]}"
    names = [f"{row['arm']} less {row['reference']}" for row in rows]
    said = (
        f"{name}: {bar.text(_DECIMALS[kind])}"
        for name, bar in zip(names, bars, strict=True)
    )
    parts = [
        text(_EDGE, 15.0, cut(title, _LETTERS), class_="head"),
        ruled(scale, zip(ticks.values, ticks.labels, strict=True), (_TOP, bottom)),
        *_lanes(names, bars, scale),
    ]
    return PanelDrawing(title, "; ".join(said), join(parts), bottom + 24)


def _bar(row: Mapping[str, Any], kind: str) -> Estimate:
    """The difference with its interval for a new trial, or by Monte Carlo alone."""
    value, new = float(row[kind]), in_new_trial(row, kind)
    if new.has_interval:
        return Estimate(value, new.low, new.high)
    return Estimate(value, *normal_interval(value, float(row[f"{kind}_se"])))


def _lanes(names: list[str], bars: list[Estimate], scale: Scale) -> Iterator[Markup]:
    for k, (name, bar) in enumerate(zip(names, bars, strict=True)):
        y = _TOP + _LANE * k
        yield text(_LEFT + 6, y + 14, cut(name, _LETTERS), class_="small")
        if bar.has_interval:
            yield reach(y + 24, scale(bar.low), scale(bar.high), class_="bar c0")
        if bar.known:
            yield marker("circle", scale(bar.value), y + 24, 3.5, class_="point c0")
