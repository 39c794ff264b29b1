"""What figures of intervals in lanes share: axis, ruled ground, short labels."""

import math
from collections.abc import Iterable

from markupsafe import Markup

from kapsim.report.axes import Scale, Ticks, value_ticks
from kapsim.report.svg import join, line, rectangle, text

_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def lane_ticks(known: Iterable[float], most: int, *, log: bool) -> Ticks:
    """Round ticks that hold all that is finite, and where nothing differs.

    Parameters
    ----------
    known
        Values.
    most
        How many ticks there may be.
    log
        Whether they are ratios, whose ticks stand at their logarithms.
    """
    neutral = 1.0 if log else 0.0
    ends = [neutral, *(value for value in known if math.isfinite(value))]
    low, high = min(ends), max(ends)
    if not log:
        return value_ticks(low, high, most)
    first = sum(ratio <= low for ratio in _RATIOS[1:])
    last = len(_RATIOS) - 1 - sum(ratio >= high for ratio in _RATIOS[:-1])
    first, last = min(first, len(_RATIOS) - 2), max(last, first + 1)
    chosen = _RATIOS[first : last + 1]
    return Ticks(tuple(map(math.log, chosen)), tuple(f"{v:g}" for v in chosen))


def lane_place(scale: Scale, found: float, *, log: bool) -> float:
    """Place of a value [px]; what lies beyond the axis stands at its end."""
    if log:
        found = math.log(found) if found > 0 else -math.inf
    return scale(float(min(max(found, scale.low), scale.high)))


def cut(said: str, letters: int) -> str:
    """The text, or its beginning with an ellipsis where it is too long."""
    return said if len(said) <= letters else f"{said[: letters - 1]}…"


def ruled(
    scale: Scale, ticks: Iterable[tuple[float, str]], span: tuple[float, float]
) -> Markup:
    """Background of lanes, a line at each tick, and the labels below.

    Parameters
    ----------
    scale
        From data to pixels across.
    ticks
        Places in data units, with their labels.
    span
        Top and bottom [px].
    """
    top, bottom = span
    parts = [
        rectangle(
            scale.start, top, scale.stop - scale.start, bottom - top, class_="ground"
        )
    ]
    for at, label in ticks:
        style = "axis" if at == 0 else "grid"
        parts.append(line(scale(at), top, scale(at), bottom, class_=style))
        middle = {"class_": "tick", "text_anchor": "middle"}
        parts.append(text(scale(at), bottom + 15, label, **middle))
    return join(parts)
