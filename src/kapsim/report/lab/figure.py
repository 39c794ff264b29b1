"""Figures of experiments: panels one below the other in a file, or each on its own.

Panels have the width of a narrow column, so that nothing shrinks on a small screen; a
page sets them side by side where there is room.
"""

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from kapsim.lab.experiment import Figure
from kapsim.report.assets import figure_style
from kapsim.report.lab.looks import series_looks
from kapsim.report.lab.panels import WIDTH, PanelDrawing, draw_panel
from kapsim.report.svg import picture, rectangle, tag

_GAP = 14.0


def panel_pictures(figure: Figure) -> tuple[Markup, ...]:
    """Each panel as a drawing for a page that holds the style of figures."""
    return tuple(panel_picture(one) for one in _drawn(figure))


def figure_document(figure: Figure) -> str:
    """All panels, one below the other, as a stand-alone SVG on white."""
    return stacked(figure.caption, _drawn(figure))


def panel_picture(one: PanelDrawing) -> Markup:
    """A panel as a drawing for a page that holds the style of figures."""
    return picture(WIDTH, one.height, one.title, one.said, one.drawn, class_="figure")


def stacked(caption: str, panels: Iterable[PanelDrawing]) -> str:
    """Panels, one below the other, as a stand-alone SVG on white."""
    parts: list[Markup] = []
    top, said = 0.0, []
    for one in panels:
        parts.append(tag("g", one.drawn, transform=f"translate(0 {top:g})"))
        top += one.height + _GAP
        said.append(one.said)
    height = max(top - _GAP, 1.0)
    whole = picture(
        WIDTH,
        height,
        caption,
        " ".join(said),
        tag("style", figure_style()),
        rectangle(0.0, 0.0, WIDTH, height, class_="paper"),
        *parts,
        class_="figure",
    )
    return f"{whole}\n"


def _drawn(figure: Figure) -> Iterator[PanelDrawing]:
    looks = series_looks(figure)
    for panel in figure.panels:
        yield draw_panel(panel, looks)
