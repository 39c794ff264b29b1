"""A sweep of the start of therapy: table, files, figure and page."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.engine.provenance import content_hash, write_json
from kapsim.evidence import library
from kapsim.report.arms import looks
from kapsim.report.assets import page_style, render_page
from kapsim.report.axes import Ticks, minus, ticks_at
from kapsim.report.bands import Band, draw_bands
from kapsim.report.lab.figure import panel_picture, stacked
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.leading import leading_assumptions
from kapsim.trial.parameters.draws_from import said, said_short
from kapsim.trial.variations.moving import moving_said, pairs
from kapsim.trial.variations.sweep import WEEKS, summary
from kapsim.trial.variations.sweep_request import SweepRequest
from kapsim.units import DAY_H

CONFOUND = (
    "On one day of the calendar, therapy that starts later has had less time to act "
    f"and less time to fade. {WEEKS} weeks after the last session the time since "
    "therapy is the same, but the doses are further back. Neither shows the window "
    "alone: read them together."
)
_CAPTION = "Effect of therapy by how long after the last dose it starts"
_AXIS_PX = 390.0


def sweep_data(request: SweepRequest, table: pd.DataFrame) -> dict[str, Any]:
    """Everything but the single draws, as plain JSON data."""
    shown = summary(table).astype(object)
    return {
        "request": request.as_data(),
        "moved": {
            name: moving_said(request.protocol.arm(name))
            for name in pairs(request.protocol)
        },
        "drawn": said(request.draws_from, request.draws_from.version),
        "caveat": CONFOUND,
        "results": shown.where(shown.notna(), None).to_dict("records"),
        "provenance": {
            "request_sha256": content_hash(request.as_data()),
            "evidence": library().digest,
            "environment": platform.software(),
        },
    }


def write_sweep(directory: Path, request: SweepRequest, table: pd.DataFrame) -> Path:
    """Write sweep.csv, sweep.json, sweep.svg and sweep.html; raises `StoreError`.

    Returns
    -------
    Path
        The page.
    """
    make_directory(directory)
    text = table.to_csv(index=False, float_format="%.8g", lineterminator="\n")
    write_bytes(directory / "sweep.csv", text.encode())
    panels = sweep_panels(request, table)
    write_bytes(directory / "sweep.svg", stacked(_CAPTION, panels).encode())
    write_json(directory / "sweep.json", sweep_data(request, table))
    page = directory / "sweep.html"
    write_bytes(page, render_sweep(request, table).encode())
    return page


def sweep_panels(request: SweepRequest, table: pd.DataFrame) -> list[PanelDrawing]:
    """Effect, and gain over the longest delay, of each outcome."""
    shown = summary(table)
    unit = f"{request.scale.value}, points; below zero: "
    panels = []
    for outcome, rows in shown.groupby("outcome", sort=False):
        longest = rows.sort_values("delay_d")["delay"].iloc[-1]
        kinds = [("", "effect", "Effect of therapy", "therapy helped")]
        if rows["delay"].nunique() > 1:
            what = f"Gain over starting after {longest}"
            kinds.append(("gain_", "gain", what, "better then"))
        for before, column, what, meant in kinds:
            bands = list(_bands(request, rows, before, column))
            title, name = f"{what}, {outcome}", f"panel-{len(panels)}"
            panels.append(draw_bands(title, unit + meant, bands, _ticks(rows), name))
    return panels


def _bands(
    request: SweepRequest, rows: pd.DataFrame, before: str, column: str
) -> Iterator[Band]:
    for look in looks(list(pairs(request.protocol))):
        own = rows[rows["arm"] == look.name].sort_values("delay_d")
        if len(own):
            names = (column, f"{before}low", f"{before}high")
            y, low, high = (own[name].to_numpy(float) for name in names)
            yield Band(look, own["delay_d"].to_numpy(float) * DAY_H, y, low, high)


def _ticks(shown: pd.DataFrame) -> Ticks:
    """A tick at each delay."""
    title = "days from the start of the last dose to the first session"
    found = ticks_at(sorted(set(shown["delay_d"])), title, _AXIS_PX)
    return dataclasses.replace(found, values=tuple(d * DAY_H for d in found.values))


def sweep_table(request: SweepRequest, table: pd.DataFrame) -> Table:
    """A line per arm and delay, with the band of each outcome."""
    shown = summary(table)
    outcomes = list(dict.fromkeys(shown["outcome"]))
    drawn = Table(
        title=f"Effect of therapy on {request.scale.value} by when it starts",
        caption=Text(
            "Change since baseline with therapy less without; negative is benefit. "
            f"In brackets the 95 % band over {request.draws} draws "
            f"{said_short(request.draws_from, request.draws_from.version)}. "
            f"{CONFOUND}\nResearch software. Not medical advice."
        ),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    drawn.add_column("arm", min_width=10)
    drawn.add_column("after the last dose", justify="right")
    for outcome in outcomes:
        drawn.add_column(outcome, justify="right")
    for arm, rows in shown.groupby("arm", sort=False):
        for place, (delay, own) in enumerate(_by_delay(rows)):
            cells = (
                _cell(own[own["outcome"] == outcome].to_dict("records"))
                for outcome in outcomes
            )
            drawn.add_row(Text("" if place else str(arm)), delay, *cells)
        drawn.add_section()
    return drawn


def _by_delay(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for (_, delay), own in rows.groupby(["delay_d", "delay"], sort=True):
        yield str(delay), own


def _cell(found: list[dict[Any, Any]]) -> str:
    if not found:
        return ""
    row = found[0]
    ends = ", ".join(f"{row[end]:.1f}" for end in ("low", "high"))
    return minus(f"{row['effect']:.2f} [{ends}]")


def render_sweep(request: SweepRequest, table: pd.DataFrame) -> str:
    """The page as one HTML document."""
    shown = summary(table)
    protocol = request.protocol
    context = {
        "title": protocol.title,
        "software": request.as_data()["kapsim"],
        "name": protocol.name,
        "request": request,
        "measure": request.scale.value,
        "panels": [panel_picture(one) for one in sweep_panels(request, table)],
        "moved": {name: moving_said(protocol.arm(name)) for name in pairs(protocol)},
        "against": dict(zip(shown["arm"], shown["reference"], strict=True)),
        "outcomes": list(dict.fromkeys(shown["outcome"])),
        "rows": [
            {
                "arm": arm,
                "delay": delay,
                "cells": {row["outcome"]: _html(row) for row in own.to_dict("records")},
            }
            for arm, rows in shown.groupby("arm", sort=False)
            for delay, own in _by_delay(rows)
        ],
        "drawn": said(request.draws_from, request.draws_from.version),
        "confound": CONFOUND,
        "leading": leading_assumptions(protocol.name),
        "style": page_style(),
    }
    return render_page("sweep.html", context)


def _html(row: dict[Any, Any]) -> dict[str, str]:
    """Effect with its error, its band, and the gain with its band, as text."""
    return {
        "effect": minus(f"{row['effect']:.2f} (SE {row['se']:.2f})"),
        "band": minus(f"{row['low']:.1f} to {row['high']:.1f}"),
        "gain": minus(f"{row['gain']:.2f}"),
        "gain_band": minus(f"{row['gain_low']:.1f} to {row['gain_high']:.1f}"),
    }
