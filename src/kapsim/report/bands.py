"""A quantity along a scale of time, with its band over draws of the parameters."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Ticks, minus, value_ticks
from kapsim.report.lab.lettering import paragraph
from kapsim.report.lab.panels import WIDTH, PanelDrawing
from kapsim.report.panel import Panel, panel
from kapsim.report.svg import join, line, marker, tag, text

_TALL = 200.0
_LEFT, _EDGE = 52.0, 14.0
_LINE = 19.0
_LETTERS = 62


@dataclasses.dataclass(frozen=True)
class Band:
    """A line with what draws of the parameters make of it.

    Attributes
    ----------
    look
        Its name, colour, shape and dashes.
    x, y
        Places [h] and values with the recorded parameters.
    low, high
        Ends of the band.
    """

    look: ArmLook
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray


def draw_bands(
    title: str, unit: str, bands: Sequence[Band], ticks: Ticks, name: str
) -> PanelDrawing:
    """Bands over a scale of time, with a line at zero and a key.

    Parameters
    ----------
    title, unit
        What is shown, and in what.
    bands
        One per entry of the key, at least one.
    ticks
        Of the abscissa [h], with its name.
    name
        Name of the panel, unique on its page.
    """
    every = np.concatenate([[0.0], *([b.y, b.low, b.high] for b in bands)], axis=None)
    values = value_ticks(float(np.nanmin(every)), float(np.nanmax(every)))
    places = np.concatenate([band.x for band in bands])
    span = float(places.min()), float(places.max())
    if span[0] == span[1]:
        span = span[0] - 1.0, span[1] + 1.0
    head = paragraph(title, _EDGE, 2.0, WIDTH - 2 * _EDGE, "head")
    said = paragraph(unit, _EDGE, 2.0 + head.height, WIDTH - 2 * _EDGE, "small")
    top = 12.0 + head.height + said.height
    keys = [_key(band, top + _LINE * k) for k, band in enumerate(bands)]
    top += _LINE * len(bands)
    box = (_LEFT, top, WIDTH - _EDGE, top + _TALL)
    area = panel(box, span, (values.values[0], values.values[-1]), name)
    drawn = [
        tag("defs", area.clip()),
        head.drawn,
        said.drawn,
        *keys,
        area.grid(ticks, values),
        line(area.left, area.y(0.0), area.right, area.y(0.0), class_="axis"),
        area.value_labels(values),
        area.time_labels(ticks),
        area.clipped(*(_drawn(area, band) for band in bands)),
    ]
    return PanelDrawing(title, _spoken(bands, unit), join(drawn), area.bottom + 42.0)


def _key(band: Band, y: float) -> Markup:
    said = band.look.name
    said = said if len(said) <= _LETTERS else said[: _LETTERS - 1] + "…"
    return join([band.look.swatch(_EDGE, y), text(_EDGE + 33, y + 4, said)])


def _drawn(area: Panel, band: Band) -> Markup:
    colour = band.look.colour
    marks = (
        marker(band.look.shape, area.x(a), area.y(b), class_=f"point {colour}")
        for a, b in zip(band.x.tolist(), band.y.tolist(), strict=True)
        if np.isfinite(b)
    )
    spread = area.area(band.x, band.low, band.high, class_=f"spread {colour}")
    style, dash = f"curve {colour}", band.look.dash
    curve = area.curve(band.x, band.y, class_=style, stroke_dasharray=dash)
    return join([spread, curve, *marks])


def _spoken(bands: Sequence[Band], unit: str) -> str:
    """What a screen reader says: each band at its first and its last place."""

    def at(band: Band, k: int) -> str:
        low, high = (minus(f"{end[k]:.1f}") for end in (band.low, band.high))
        return f"{minus(f'{band.y[k]:.1f}')}, band {low} to {high}"

    said = (f"{b.look.name}: first {at(b, 0)}; last {at(b, -1)}" for b in bands)
    return f"{unit}. {'. '.join(said)}."
