"""Regimens drawn over each other: concentrations and acute effects in a population.

Two columns share every row, the hours after the first dose and the whole course. A
line is the median over people, its band the 5th to 95th percentile.
"""

import dataclasses
from collections.abc import Mapping

import numpy as np
import xarray as xr
from markupsafe import Markup

from kapsim.drug.exposure.dataset import NOTE
from kapsim.drug.exposure.summary import LEVELS, present
from kapsim.report.arms import ArmLook, looks
from kapsim.report.assets import figure_style
from kapsim.report.axes import (
    HOURS_A_DAY,
    Ticks,
    spread,
    time_ticks,
    value_ticks,
)
from kapsim.report.panel import Panel, panel
from kapsim.report.svg import join, marker, picture, rectangle, small_print, tag, text

WIDTH = 1150.0
EARLY_H = 6.0  # shown in the first column
_COLUMNS = ((58.0, 430.0), (486.0, 960.0))  # left and right edge of each [px]
_ROW_GAP = 42.0
_BAR = 5.0  # from one regimen's doses to the next one's [px]
_LINE = 19.0  # a line of the key [px]


@dataclasses.dataclass(frozen=True)
class Row:
    """A signal that is drawn where a regimen brings it about."""

    signal: str
    heading: str
    unit: str
    height: float = 96.0
    scale: float = 1.0


_ROWS = (
    Row("ketamine", "Ketamine in plasma, S + R (ng/mL)", "ng/mL", 170.0),
    Row("midazolam", "Midazolam in plasma (ng/mL)", "ng/mL"),
    Row("occupancy", "NMDA receptor occupancy, computed (%)", "%", scale=100.0),
    Row("dissociation", "Dissociation, expected CADSS total (points)", "points"),
    Row("sedation", "Sedation, points below alert on the MOAA/S", "points"),
    Row("systolic_rise", "Systolic pressure, rise above baseline (mmHg)", "mmHg"),
)


@dataclasses.dataclass(frozen=True)
class _Curve:
    """Quantiles of a signal over people [times]."""

    look: ArmLook
    time: np.ndarray
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray


def exposure_figure(regimens: Mapping[str, xr.Dataset]) -> str:
    """A stand-alone SVG document with all regimens in every panel.

    Parameters
    ----------
    regimens
        Datasets of `kapsim.drug.exposure.exposure`, by the name shown for each.
    """
    arms = looks(list(regimens))
    shown = {name for data in regimens.values() for name in present(data)}
    rows = [row for row in _ROWS if row.signal in shown]
    start = min(float(data["time"][0]) for data in regimens.values())
    end = max(float(data["time"][-1]) for data in regimens.values())
    top = 64.0 + _LINE * len(arms)
    parts, areas = [_key(arms)], []
    for place, row in enumerate(rows):
        curves = [_curve(row, look, regimens[look.name]) for look in arms]
        panels, drawn = _row(row, curves, top, (start, end))
        parts.append(drawn)
        areas += panels
        bars = 0.0 if place else _BAR * len(arms)
        top += row.height + _ROW_GAP + bars
    parts += [_doses(regimens, arms, areas[:2])]
    parts += [area.time_labels(_times(area)) for area in areas[-2:]]
    foot, height = _footer(regimens, top + 14)
    whole = picture(
        WIDTH,
        height,
        "Concentrations and acute effects over time",
        "Rows from the top: " + "; ".join(row.heading for row in rows) + ". Two "
        "columns: the hours after the first dose, and the whole course.",
        tag("style", figure_style()),
        rectangle(0.0, 0.0, WIDTH, height, class_="paper"),
        tag("defs", *(area.clip() for area in areas)),
        *parts,
        foot,
        class_="figure",
    )
    return str(whole)


def _curve(row: Row, look: ArmLook, data: xr.Dataset) -> _Curve:
    values = data[row.signal].to_numpy() * row.scale
    low, median, high = np.quantile(values, LEVELS, axis=0)
    return _Curve(look, data["time"].to_numpy(), low, median, high)


def _row(
    row: Row, curves: list[_Curve], top: float, span: tuple[float, float]
) -> tuple[list[Panel], Markup]:
    """Both panels of a signal."""
    ticks = value_ticks(0.0, max(float(c.high.max()) for c in curves), 4)
    early = span[0], min(span[1], span[0] + EARLY_H)
    areas = [
        panel(
            (left, top, right, top + row.height),
            times,
            (0.0, ticks.values[-1]),
            f"{row.signal}-{k}",
        )
        for k, ((left, right), times) in enumerate(
            zip(_COLUMNS, (early, span), strict=True)
        )
    ]
    parts = [text(14.0, top - 12, row.heading, class_="head")]
    for area in areas:
        parts += [area.grid(_times(area), ticks), area.value_labels(ticks)]
        parts.append(area.clipped(*(_drawn(area, curve) for curve in curves)))
    parts.append(_peaks(row, curves, areas[1]))
    return areas, join(parts)


def _drawn(area: Panel, curve: _Curve) -> Markup:
    look = curve.look
    return join(
        [
            area.area(
                curve.time, curve.low, curve.high, class_=f"spread {look.colour}"
            ),
            area.curve(
                curve.time,
                curve.median,
                class_=f"curve {look.colour}",
                stroke_dasharray=look.dash,
            ),
        ]
    )


def _peaks(row: Row, curves: list[_Curve], area: Panel) -> Markup:
    """Highest median of each regimen, written beside it at its height."""
    tops = [int(curve.median.argmax()) for curve in curves]
    heights = [
        area.y(float(curve.median[top]))
        for curve, top in zip(curves, tops, strict=True)
    ]
    sizes = [15.0] * len(curves)
    places = spread(heights, sizes, area.top - 8, area.bottom + 8)
    parts: list[str] = []
    for curve, top, y in zip(curves, tops, places, strict=True):
        value, when = float(curve.median[top]), float(curve.time[top])
        said = f"{value:.3g} {row.unit} at {moment(when)}" if value > 0 else "none"
        parts += [
            marker(
                curve.look.shape,
                area.right + 12,
                y,
                4.0,
                class_=f"point {curve.look.colour}",
            ),
            text(area.right + 22, y + 4, said, class_="value"),
        ]
    return join(parts)


def moment(time_h: float) -> str:
    """A time in minutes, hours or days, after its length."""
    if time_h <= EARLY_H / 2:
        return f"{60 * time_h:.0f} min"
    if time_h <= 2 * HOURS_A_DAY:
        return f"{time_h:.1f} h"
    return f"{time_h / HOURS_A_DAY:.2f} d"


def _times(area: Panel) -> Ticks:
    early = area.x.high - area.x.low <= HOURS_A_DAY / 2
    ticks = time_ticks(area.x.low, area.x.high, 7 if early else 10)
    return dataclasses.replace(ticks, title=ticks.title.partition(" ")[0])


def _doses(
    regimens: Mapping[str, xr.Dataset], arms: list[ArmLook], areas: list[Panel]
) -> Markup:
    """When something is given, on the foot of the first row: a bar per dose."""
    parts: list[Markup] = []
    for place, look in enumerate(arms):
        given = regimens[look.name].attrs
        times = np.atleast_1d(given["dose_times_h"]).tolist()
        lengths = np.atleast_1d(given["dose_durations_h"]).tolist()
        parts += [
            _bar(area, place, look, start, start + length)
            for start, length in zip(times, lengths, strict=True)
            for area in areas
            if area.x.holds(start)
        ]
    return join(parts)


def _bar(area: Panel, place: int, look: ArmLook, start: float, end: float) -> Markup:
    left, right = area.x(start), area.x(min(end, area.x.high))
    y, wide = area.bottom + 3 + _BAR * place, max(right - left, 2.5)
    return rectangle(left, y, wide, 4.0, class_=f"dose {look.colour}")


def _key(arms: list[ArmLook]) -> Markup:
    """Which colour is which regimen, and what the marks mean."""
    parts: list[str] = []
    for place, look in enumerate(arms):
        y = 20.0 + _LINE * place
        parts += [look.swatch(14.0, y), text(48.0, y + 4, look.name, class_="head")]
    y = 24.0 + _LINE * len(arms)
    said = (
        "Line: median. Band: 5th to 95th percentile of people. At the right: the "
        "highest median and its time. Bars below the first row: doses."
    )
    return join([*parts, text(14.0, y, said, class_="small")])


def _footer(regimens: Mapping[str, xr.Dataset], top: float) -> tuple[Markup, float]:
    """What must be said with the numbers, and the height of the whole [px]."""
    data = next(iter(regimens.values()))
    first = data.attrs
    beside = f", with {first['medicines']}" if first["medicines"] else ""
    said = [
        f"{NOTE} {data.sizes['person']} simulated people of {first['weight_kg']:g} kg, "
        f"{first['age_years']:g} years{beside}; seed {first['seed']}; kapsim "
        f"{first['kapsim_version']}."
    ]
    for name, one in regimens.items():
        own = one.attrs
        said.append(f"{name}: {own['site']}. {own['caveat']}")
        said += [f"Warning: {line}" for line in own["warnings"].splitlines()]
    said.append(first["occupancy_note"])
    return small_print(said, top)
