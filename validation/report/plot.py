"""Line charts of the report, as small SVG files that read well on light and dark."""

from collections.abc import Mapping

import numpy as np

from kapsim.report.axes import Scale, Ticks, value_ticks
from kapsim.report.svg import join, line, picture, polyline, rectangle, text

WIDTH, HEIGHT = 640.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 150.0, 16.0, 44.0
COLOURS = ("#0b6e8a", "#c2571a", "#5b8c2a", "#7a4fa3", "#8a6d0b", "#444444")
GREY = "#888888"

Line = tuple[np.ndarray, np.ndarray]


def _axes(across: Scale, up: Scale, x: Ticks, y: Ticks, y_title: str) -> list[str]:
    """Grid lines, tick labels and titles."""
    parts = []
    for value, label in zip(x.values, x.labels, strict=True):
        at = across(value)
        parts.append(line(at, up.start, at, up.start + 4, stroke=GREY))
        parts.append(text(at, up.start + 17, label, text_anchor="middle"))
    for value, label in zip(y.values, y.labels, strict=True):
        at = up(value)
        parts.append(
            line(across.start, at, across.stop, at, stroke=GREY, stroke_opacity=0.3)
        )
        parts.append(text(across.start - 6, at + 4, label, text_anchor="end"))
    middle = (across.start + across.stop) / 2
    parts.append(text(middle, HEIGHT - 8, x.title, text_anchor="middle"))
    parts.append(text(4.0, TOP - 4.0, y_title))
    return parts


def chart(lines: Mapping[str, Line], *, title: str, x_title: str, y_title: str) -> str:
    """Curves over a common axis, named at the right; dots where there are few points.

    Parameters
    ----------
    lines
        Abscissae and ordinates by name.
    title
        What the picture shows, for screen readers too.
    x_title, y_title
        Names of the axes with units.
    """
    xs = np.concatenate([x for x, _ in lines.values()])
    ys = np.concatenate([y for _, y in lines.values()])
    x, y = value_ticks(xs.min(), xs.max(), 7), value_ticks(ys.min(), ys.max())
    across = Scale(x.values[0], x.values[-1], LEFT, WIDTH - RIGHT)
    up = Scale(y.values[0], y.values[-1], HEIGHT - BOTTOM, TOP)
    parts = _axes(across, up, Ticks(x.values, x.labels, x_title), y, y_title)
    for k, (name, (px, py)) in enumerate(lines.items()):
        colour = COLOURS[k % len(COLOURS)]
        parts.append(polyline(across(px), up(py), stroke=colour, stroke_width=1.8))
        key = TOP + 14.0 + 17.0 * k
        end = WIDTH - RIGHT + 10
        parts.append(line(end, key - 4, end + 16, key - 4, stroke=colour))
        parts.append(text(end + 20, key, name))
    back = rectangle(0.0, 0.0, WIDTH, HEIGHT, fill="#ffffff")
    drawing = picture(
        WIDTH,
        HEIGHT,
        title,
        f"{y_title} over {x_title}: {', '.join(lines)}",
        join([back, *parts]),
        font_family="sans-serif",
        font_size=11,
        fill="#222222",
    )
    return f"{drawing}\n"
