"""One plot area: its scales, grid, axis labels, and data drawn in data units."""

import dataclasses

import numpy as np
from markupsafe import Markup

from kapsim.report.axes import Scale, Ticks, value_ticks
from kapsim.report.svg import band, join, line, polyline, rectangle, tag, text


@dataclasses.dataclass(frozen=True)
class Panel:
    """A plot area with a time axis [h] across and a value axis up."""

    x: Scale
    y: Scale
    name: str

    @property
    def left(self) -> float:
        """Left edge [px]."""
        return self.x.start

    @property
    def right(self) -> float:
        """Right edge [px]."""
        return self.x.stop

    @property
    def top(self) -> float:
        """Upper edge [px]."""
        return min(self.y.start, self.y.stop)

    @property
    def bottom(self) -> float:
        """Lower edge [px]."""
        return max(self.y.start, self.y.stop)

    def clip(self) -> Markup:
        """Clip path that keeps curves inside; a little room is left for markers."""
        area = rectangle(
            self.left,
            self.top - 8,
            self.right - self.left,
            self.bottom - self.top + 10,
        )
        return tag("clipPath", area, id=self.name)

    def clipped(self, *content: str) -> Markup:
        """Content cut at the edges of the panel."""
        return tag("g", *content, clip_path=f"url(#{self.name})")

    def grid(self, times: Ticks, values: Ticks) -> Markup:
        """Background, grid lines, and a base line at the foot."""
        parts = [
            rectangle(
                self.left,
                self.top,
                self.right - self.left,
                self.bottom - self.top,
                class_="ground",
            )
        ]
        parts += [
            line(self.left, self.y(v), self.right, self.y(v), class_="grid")
            for v in values.values
            if self.y.holds(v)
        ]
        parts += [
            line(self.x(t), self.top, self.x(t), self.bottom, class_="grid")
            for t in times.values
            if self.x.holds(t)
        ]
        parts.append(
            line(self.left, self.bottom, self.right, self.bottom, class_="axis")
        )
        return join(parts)

    def value_labels(self, values: Ticks, x: float | None = None) -> Markup:
        """Tick labels of the value axis, right-aligned beside the left edge."""
        edge = self.left - 7 if x is None else x
        return join(
            text(edge, self.y(v) + 4, label, class_="tick", text_anchor="end")
            for v, label in zip(values.values, values.labels, strict=True)
            if self.y.holds(v)
        )

    def time_labels(self, times: Ticks) -> Markup:
        """Tick labels of the time axis and its name below them."""
        parts = [
            text(
                self.x(t), self.bottom + 16, label, class_="tick", text_anchor="middle"
            )
            for t, label in zip(times.values, times.labels, strict=True)
        ]
        middle = (self.left + self.right) / 2
        parts.append(
            text(
                middle,
                self.bottom + 33,
                times.title,
                class_="name",
                text_anchor="middle",
            )
        )
        return join(parts)

    def curve(
        self, time: np.ndarray, value: np.ndarray, **attributes: object
    ) -> Markup:
        """A curve over time [h]."""
        inside = self._near(time)
        return polyline(self.x(time[inside]), self.y(value[inside]), **attributes)

    def area(
        self, time: np.ndarray, low: np.ndarray, high: np.ndarray, **attributes: object
    ) -> Markup:
        """A band over time [h] between two curves."""
        inside = self._near(time)
        return band(
            self.x(time[inside]),
            self.y(low[inside]),
            self.y(high[inside]),
            **attributes,
        )

    def _near(self, time: np.ndarray) -> slice:
        """Points on the axis, with one beyond each end so that curves reach it."""
        first = int(np.searchsorted(time, self.x.low, side="left"))
        last = int(np.searchsorted(time, self.x.high, side="right"))
        return slice(max(first - 1, 0), last + 1)


def panel(
    box: tuple[float, float, float, float],
    times: tuple[float, float],
    values: tuple[float, float],
    name: str,
) -> Panel:
    """A panel in `box` (left, top, right, bottom; px) over `times` [h] and `values`."""
    left, top, right, bottom = box
    return Panel(x=Scale(*times, left, right), y=Scale(*values, bottom, top), name=name)


def round_range(low: float, high: float, count: int) -> tuple[Ticks, float, float]:
    """Ticks that cover a range of values, with the round ends of the axis."""
    ticks = value_ticks(low, high, count)
    return ticks, ticks.values[0], ticks.values[-1]
