"""What figures of intervals in lanes share: ruled ground, short labels."""

from collections.abc import Iterable

from markupsafe import Markup

from kapsim.report.axes import Scale
from kapsim.report.svg import join, line, rectangle, text


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
