"""A quantity along a scale, with its band or its intervals, and a key."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Ticks, minus, value_ticks
from kapsim.report.lab.lettering import paragraph
from kapsim.report.lab.panels import WIDTH, PanelDrawing
from kapsim.report.panel import Panel, panel
from kapsim.report.svg import join, line, marker, tag, text, whisker

_TALL = 200.0
_LEFT, _EDGE = 52.0, 14.0
_LINE = 19.0
_LETTERS = 62
_ROOM = 0.025  # beside the outermost marks, as a share of the abscissa


@dataclasses.dataclass(frozen=True)
class Band:
    """A line with its uncertainty: a band along it, or an interval at each value.

    Attributes
    ----------
    look
        Its name, colour, shape and dashes.
    x, y
        Places and values of the line.
    low, high
        Ends of the band or of the intervals; not a number where there are none.
    marks
        Values of the marks, where they are not those of the line.
    whiskers
        Whether there is an interval at each value instead of a band.
    """

    look: ArmLook
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    marks: np.ndarray | None = None
    whiskers: bool = False

    @property
    def marked(self) -> np.ndarray:
        """Values of the marks."""
        return self.y if self.marks is None else self.marks


def draw_bands(
    title: str,
    unit: str,
    bands: Sequence[Band],
    ticks: Ticks,
    name: str,
    *,
    values: Ticks | None = None,
    levels: Sequence[float] = (0.0,),
    decimals: int = 1,
) -> PanelDrawing:
    """Bands over a scale, with lines at levels of reference and a key.

    Parameters
    ----------
    title, unit
        What is shown, and in what.
    bands
        One per entry of the key.
    ticks
        Of the abscissa, with its name.
    name
        Name of the panel, unique on its page.
    values
        Ticks of the ordinate; by default round ones that hold all that is drawn.
    levels
        Values at which a line runs across.
    decimals
        Digits after the point of what a screen reader says.
    """
    values = values or _values(bands, levels)
    head = paragraph(title, _EDGE, 2.0, WIDTH - 2 * _EDGE, "head")
    below = paragraph(unit, _EDGE, 2.0 + head.height, WIDTH - 2 * _EDGE, "small")
    top = 12.0 + head.height + below.height
    keys = [_key(band, top + _LINE * k) for k, band in enumerate(bands)]
    top += _LINE * len(bands)
    box = (_LEFT, top, WIDTH - _EDGE, top + _TALL)
    heights = values.values[0], values.values[-1]
    area = panel(box, _across(bands, ticks), heights, name)
    drawn = [
        tag("defs", area.clip()),
        head.drawn,
        below.drawn,
        *keys,
        area.grid(ticks, values),
        *(
            line(area.left, area.y(level), area.right, area.y(level), class_="axis")
            for level in levels
        ),
        area.value_labels(values),
        area.time_labels(ticks),
        area.clipped(*(_drawn(area, band) for band in bands)),
    ]
    said = _spoken(bands, unit, decimals)
    return PanelDrawing(title, said, join(drawn), area.bottom + 42.0)


def _values(bands: Sequence[Band], levels: Sequence[float]) -> Ticks:
    """Round ticks that hold every value, every interval and every level."""
    ends = [end for b in bands for end in (b.y, b.low, b.high, b.marked)]
    every = np.concatenate([levels, *ends], axis=None)
    known = every[np.isfinite(every)]
    if not known.size:
        return value_ticks(0.0, 1.0)
    return value_ticks(float(known.min()), float(known.max()))


def _across(bands: Sequence[Band], ticks: Ticks) -> tuple[float, float]:
    """Ends of the abscissa, with room for a mark at each."""
    places = np.concatenate([ticks.values, *(band.x for band in bands)])
    low, high = float(places.min()), float(places.max())
    room = _ROOM * (high - low) if high > low else 1.0
    return low - room, high + room


def _key(band: Band, y: float) -> Markup:
    said = band.look.name
    said = said if len(said) <= _LETTERS else said[: _LETTERS - 1] + "…"
    return join([band.look.swatch(_EDGE, y), text(_EDGE + 33, y + 4, said)])


def _drawn(area: Panel, band: Band) -> Markup:
    colour = band.look.colour
    marks = (
        marker(band.look.shape, area.x(a), area.y(b), class_=f"point {colour}")
        for a, b in zip(band.x.tolist(), band.marked.tolist(), strict=True)
        if np.isfinite(b)
    )
    style, dash = f"curve {colour}", band.look.dash
    curve = area.curve(band.x, band.y, class_=style, stroke_dasharray=dash)
    return join([_uncertainty(area, band), curve, *marks])


def _uncertainty(area: Panel, band: Band) -> Markup:
    if not band.whiskers:
        style = f"spread {band.look.colour}"
        return area.area(band.x, band.low, band.high, class_=style)
    ends = zip(band.x.tolist(), band.low.tolist(), band.high.tolist(), strict=True)
    return join(
        whisker(area.x(x), area.y(low), area.y(high), class_=f"bar {band.look.colour}")
        for x, low, high in ends
        if np.isfinite([low, high]).all()
    )


def _spoken(bands: Sequence[Band], unit: str, decimals: int) -> str:
    """What a screen reader says: each band at its first and its last place."""

    def at(band: Band, k: int) -> str:
        if not np.isfinite(band.y[k]):
            return "no value"
        said = minus(f"{band.y[k]:.{decimals}f}")
        if not np.isfinite([band.low[k], band.high[k]]).all():
            return said
        low, high = (minus(f"{end[k]:.{decimals}f}") for end in (band.low, band.high))
        return f"{said}, {'interval' if band.whiskers else 'band'} {low} to {high}"

    said = (f"{b.look.name}: first {at(b, 0)}; last {at(b, -1)}" for b in bands)
    return f"{unit}. {'. '.join(said)}."
