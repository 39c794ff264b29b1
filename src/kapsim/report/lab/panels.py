"""One panel of an experiment: curves, points, bars, intervals, what was published."""

import dataclasses

import numpy as np
from markupsafe import Markup

from kapsim.lab.experiment import Panel, Series
from kapsim.report.axes import Ticks
from kapsim.report.lab.lettering import Lettering, draw_categories, key, paragraph
from kapsim.report.lab.looks import SeriesLook, marked, shown
from kapsim.report.lab.places import Places, across, places, upwards
from kapsim.report.panel import Panel as Area, panel as plot_area
from kapsim.report.svg import band, join, line, polyline, rectangle, text, whisker

WIDTH = 460.0
_LEFT, _RIGHT = 56.0, 442.0
_TALL = 200.0
_EDGE = 12.0


@dataclasses.dataclass(frozen=True)
class PanelDrawing:
    """A panel with its words, and the height of the whole [px]."""

    title: str
    said: str
    drawn: Markup
    height: float


def draw_panel(panel: Panel, looks: dict[str, SeriesLook]) -> PanelDrawing:
    """A panel with title, key and axes."""
    series = shown(panel.series)
    wide = WIDTH - 2 * _EDGE
    head = paragraph(panel.title, _EDGE, 6.0, wide, "head")
    top = 10.0 + head.height
    marks = marked(panel)
    names = key(series, looks, marks, _EDGE, top, wide)
    top += names.height
    label = paragraph(panel.y_label, _EDGE, top, wide, "small")
    top += label.height + 6
    shares = places(panel, looks)
    area, ticks = _area(panel, shares, (top, top + _TALL))
    drawn = [
        _draw(area, one, looks[one.name], shares, mark=one.name in marks)
        for one in series
    ]
    below = _below(area, panel, ticks[0])
    parts = [
        head.drawn,
        names.drawn,
        label.drawn,
        area.grid(*ticks),
        _zero(area),
        area.value_labels(ticks[1]),
        *drawn,
        below.drawn,
    ]
    height = area.bottom + below.height + 10
    return PanelDrawing(panel.title, _spoken(panel), join(parts), height)


def _area(
    panel: Panel, shares: Places, span: tuple[float, float]
) -> tuple[Area, tuple[Ticks, Ticks]]:
    """The plot area and its ticks; categories have none across."""
    up = upwards(panel.series)
    if panel.categories:
        along = Ticks((), ())
        ends = -0.5, len(panel.categories) - 0.5
    else:
        along = across(panel, shares.width)
        ends = along.values[0], along.values[-1]
    box = _LEFT, span[0], _RIGHT, span[1]
    heights = up.values[0], up.values[-1]
    titled = dataclasses.replace(along, title=panel.x_label)
    return plot_area(box, ends, heights, panel.title), (titled, up)


def _zero(area: Area) -> Markup:
    """A line at zero, where values lie on both sides."""
    if not area.y.low < 0 < area.y.high:
        return Markup("")
    return line(area.left, area.y(0.0), area.right, area.y(0.0), class_="axis")


def _below(area: Area, panel: Panel, along: Ticks) -> Lettering:
    """Ticks or categories, and the name of the axis."""
    if not panel.categories:
        return Lettering(area.time_labels(along), 38.0)
    named = draw_categories(area, panel.categories)
    if not panel.x_label:
        return named
    y = area.bottom + named.height + 14
    middle = (area.left + area.right) / 2
    title = text(middle, y, panel.x_label, class_="name", text_anchor="middle")
    return Lettering(join([named.drawn, title]), named.height + 20)


def _draw(
    area: Area, series: Series, look: SeriesLook, shares: Places, *, mark: bool
) -> Markup:
    """All marks of one series."""
    x = np.asarray(series.x, float) + shares.offset.get(series.name, 0.0)
    y = np.asarray(series.y, float)
    parts: list[Markup] = []
    if series.kind == "bars":
        parts += _slabs(area, x, y, look, shares.width)
    if series.low is not None and series.high is not None:
        low, high = np.asarray(series.low, float), np.asarray(series.high, float)
        parts += _intervals(
            area, look, (x, low, high), along=series.kind == "line" and not mark
        )
    if series.kind == "line":
        parts.append(polyline(area.x(x), area.y(y), **look.stroke()))
    if mark:
        parts += [
            look.mark(area.x(float(a)), area.y(float(b)))
            for a, b in zip(x, y, strict=True)
            if np.isfinite(a) and np.isfinite(b)
        ]
    return join(parts)


def _slabs(
    area: Area, x: np.ndarray, y: np.ndarray, look: SeriesLook, width: float
) -> list[Markup]:
    """Bars from zero."""
    half = 0.45 * (area.x(width) - area.x(0.0))
    foot = area.y(0.0)
    return [
        rectangle(
            area.x(float(a)) - half,
            min(area.y(float(b)), foot),
            2 * half,
            abs(area.y(float(b)) - foot),
            class_=f"slab {look.colour}",
        )
        for a, b in zip(x, y, strict=True)
        if np.isfinite(a) and np.isfinite(b)
    ]


def _intervals(
    area: Area,
    look: SeriesLook,
    ends: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    along: bool,
) -> list[Markup]:
    """A band along a line, or a whisker at each value."""
    x, low, high = ends
    if along:
        style = f"spread {look.colour}"
        return [band(area.x(x), area.y(low), area.y(high), class_=style)]
    return [
        whisker(area.x(a), area.y(b), area.y(c), class_=look.bar_class)
        for a, b, c in zip(x.tolist(), low.tolist(), high.tolist(), strict=True)
        if np.isfinite([a, b, c]).all()
    ]


def _spoken(panel: Panel) -> str:
    """What a screen reader says of a panel."""

    def values(one: Series) -> str:
        y = np.asarray(one.y, float)
        y = y[np.isfinite(y)]
        if not y.size:
            return f"{one.name}: no values"
        if y.size <= 6:
            return f"{one.name}: " + ", ".join(f"{value:.3g}" for value in y)
        return (
            f"{one.name}: from {y[0]:.3g} to {y[-1]:.3g}, between {y.min():.3g} and "
            f"{y.max():.3g}"
        )

    said = "; ".join(values(one) for one in panel.series)
    return f"{panel.title}. {panel.y_label} over {panel.x_label}. {said}."
