"""Drawing primitives: escaped SVG elements, number formatting, marker shapes."""

import math
import textwrap
from collections.abc import Iterable

import numpy as np
from markupsafe import Markup, escape

MARKERS = (
    "circle",
    "square",
    "triangle",
    "diamond",
    "wedge",
    "pentagon",
    "hexagon",
    "star",
)
_SMALL = 15.0  # a line of small print [px]
_WRAP = 175  # characters of such a line
_SLACK = 0.2  # how far a thinned curve may stray from its points [px]


def number(value: float) -> str:
    """A coordinate with at most one decimal, without a trailing zero."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def tag(name: str, *content: str, **attributes: object) -> Markup:
    """One element; attribute values and plain text are escaped, `None` is left out.

    Underscores in attribute names become hyphens, and a trailing one is dropped
    (`class_`), so that every SVG attribute can be written as a keyword.
    """
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None:
            continue
        text = number(value) if isinstance(value, float) else value
        parts.append(f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inner = join(content)
    parts.append(f">{inner}</{name}>" if inner else "/>")
    return Markup("".join(parts))


def join(parts: Iterable[str]) -> Markup:
    """Parts one after another; plain strings among them are escaped."""
    return Markup("").join(parts)


def text(x: float, y: float, content: str, **attributes: object) -> Markup:
    """A line of text with its anchor point at `x`, `y` [px]."""
    return tag("text", content, x=float(x), y=float(y), **attributes)


def small_print(said: Iterable[str], top: float) -> tuple[Markup, float]:
    """Paragraphs in small letters below a drawing, and where they end [px]."""
    lines = [
        part
        for paragraph in said
        for part in textwrap.wrap(" ".join(paragraph.split()), _WRAP)
    ]
    shown = (
        text(14.0, top + k * _SMALL, part, class_="small")
        for k, part in enumerate(lines, start=1)
    )
    return join(shown), top + _SMALL * (len(lines) + 1) + 4


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Markup:
    """A straight stroke [px]."""
    return tag(
        "line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **attributes
    )


def rectangle(
    x: float, y: float, width: float, height: float, **attributes: object
) -> Markup:
    """A rectangle by its upper left corner [px]."""
    return tag(
        "rect",
        x=float(x),
        y=float(y),
        width=float(width),
        height=float(height),
        **attributes,
    )


def _columns(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Indices of the first, lowest, highest and last point of each pixel column."""
    column = np.floor(x).astype(int)
    starts = np.flatnonzero(np.r_[True, np.diff(column) != 0])
    keep: set[int] = set()
    for start, stop in zip(starts, np.r_[starts[1:], len(x)], strict=True):
        part = y[start:stop]
        ends = start, stop - 1, start + part.argmin(), start + part.argmax()
        keep.update(int(end) for end in ends)
    return np.array(sorted(keep))


def _corners_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Indices that a line needs to stay within `_SLACK` of all points."""
    keep, open_spans = {0, len(x) - 1}, [(0, len(x) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        dx, dy = x[last] - x[first], y[last] - y[first]
        away = np.abs(dx * (y[inner] - y[first]) - dy * (x[inner] - x[first]))
        worst = int(away.argmax())
        if away[worst] > _SLACK * math.hypot(dx, dy):
            middle = first + 1 + worst
            keep.add(middle)
            open_spans += [(first, middle), (middle, last)]
    return np.array(sorted(keep))


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points that are needed for the same picture on a screen."""
    column = _columns(x, y)
    x, y = x[column], y[column]
    corner = _corners_of(x, y)
    return x[corner], y[corner]


def _compact(tenths: int) -> str:
    """A number of tenths of a pixel, as short as a path allows."""
    return (
        number(tenths / 10).replace("0.", ".", 1)
        if abs(tenths) < 10
        else number(tenths / 10)
    )


def _path(x: np.ndarray, y: np.ndarray) -> str:
    """Path data through points, in steps from one to the next."""
    across = np.round(10 * x).astype(int)
    down = np.round(10 * y).astype(int)
    steps = [
        f"{_compact(int(dx))} {_compact(int(dy))}".replace(" -", "-")
        for dx, dy in zip(np.diff(across), np.diff(down), strict=True)
    ]
    start = f"M{number(across[0] / 10)} {number(down[0] / 10)}"
    return start + ("l" + " ".join(steps).replace(" -", "-") if steps else "")


def polyline(x: np.ndarray, y: np.ndarray, **attributes: object) -> Markup:
    """An open path through finite points [px], thinned to what a screen can show."""
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return Markup("")
    return tag("path", d=_path(*_thinned(x[good], y[good])), fill="none", **attributes)


def band(
    x: np.ndarray, low: np.ndarray, high: np.ndarray, **attributes: object
) -> Markup:
    """A filled area between two curves over the same abscissa [px]."""
    good = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    if not good.any():
        return Markup("")
    above, below = _thinned(x[good], high[good]), _thinned(x[good], low[good])
    around = (np.r_[one, other[::-1]] for one, other in zip(above, below, strict=True))
    return tag("path", d=_path(*around) + "Z", **attributes)


def _corners(count: int, turn: float, inner: float | None = None) -> list[complex]:
    """Corners of a regular polygon (or star) of radius one; `turn` in turns."""
    steps = count * 2 if inner else count
    return [
        (inner if inner and k % 2 else 1.0)
        * complex(
            math.cos(2 * math.pi * (k / steps + turn)),
            math.sin(2 * math.pi * (k / steps + turn)),
        )
        for k in range(steps)
    ]


_SHAPES = {
    "square": [0.87 * c for c in (1 + 1j, -1 + 1j, -1 - 1j, 1 - 1j)],
    "triangle": [1.2 * c for c in _corners(3, -0.25)],
    "diamond": [1.2 * c for c in _corners(4, -0.25)],
    "wedge": [1.2 * c for c in _corners(3, 0.25)],
    "pentagon": [1.1 * c for c in _corners(5, -0.25)],
    "hexagon": [1.05 * c for c in _corners(6, 0.0)],
    "star": [1.35 * c for c in _corners(5, -0.25, inner=0.5)],
}


def marker(
    shape: str, x: float, y: float, radius: float = 4.5, **attributes: object
) -> Markup:
    """A point mark of one of `MARKERS` centred on `x`, `y` [px]."""
    if shape == "circle":
        return tag("circle", cx=float(x), cy=float(y), r=float(radius), **attributes)
    corners = [complex(x, y) + radius * corner for corner in _SHAPES[shape]]
    path = "L".join(f"{number(c.real)} {number(c.imag)}" for c in corners)
    return tag("path", d=f"M{path}Z", **attributes)


def whisker(
    x: float, low: float, high: float, cap: float = 3.0, **attributes: object
) -> Markup:
    """A vertical interval with caps [px]."""
    path = (
        f"M{number(x)} {number(low)}V{number(high)}"
        f"M{number(x - cap)} {number(low)}h{number(2 * cap)}"
        f"M{number(x - cap)} {number(high)}h{number(2 * cap)}"
    )
    return tag("path", d=path, fill="none", **attributes)


def reach(
    y: float, low: float, high: float, cap: float = 3.0, **attributes: object
) -> Markup:
    """A horizontal interval with caps [px]."""
    path = (
        f"M{number(low)} {number(y)}H{number(high)}"
        f"M{number(low)} {number(y - cap)}v{number(2 * cap)}"
        f"M{number(high)} {number(y - cap)}v{number(2 * cap)}"
    )
    return tag("path", d=path, fill="none", **attributes)


def picture(
    width: float,
    height: float,
    title: str,
    description: str,
    *content: str,
    **attributes: object,
) -> Markup:
    """A whole drawing with the title and description that a screen reader speaks."""
    return tag(
        "svg",
        tag("title", title),
        tag("desc", description),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        **attributes,
    )
