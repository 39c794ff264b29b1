"""How each series of an experiment looks: the same in all its panels.

A series named "published ..." is drawn hollow. If the rest of its name is that of
another series it has that one's colour and shape, otherwise it is grey.
"""

import dataclasses
from collections.abc import Iterable

from markupsafe import Markup

from kapsim.lab.experiment import Figure, Panel, Series
from kapsim.report.arms import ArmLook, looks
from kapsim.report.svg import join, line, marker, rectangle

PUBLISHED = "published"
_FEW = 12  # points of a line that are marked one by one
_GREY = ("diamond", "square", "triangle", "wedge")
SWATCH = 26.0  # width [px]


@dataclasses.dataclass(frozen=True)
class SeriesLook:
    """Colour, shape and dashes of a series.

    Attributes
    ----------
    of
        Name of the computed series that a published one belongs to, else its own.
    """

    name: str
    of: str
    colour: str
    shape: str
    dash: str | None
    hollow: bool

    @property
    def point_class(self) -> str:
        """Style class of its marks."""
        return f"{'hollow' if self.hollow else 'point'} {self.colour}"

    @property
    def bar_class(self) -> str:
        """Style class of its intervals."""
        return f"bar{' thin' if self.hollow else ''} {self.colour}"

    def mark(self, x: float, y: float, radius: float = 4.5) -> Markup:
        """One point [px]."""
        return marker(self.shape, x, y, radius, class_=self.point_class)

    def stroke(self) -> dict[str, str | None]:
        """Attributes of its curve."""
        return {"class_": f"curve {self.colour}", "stroke_dasharray": self.dash}

    def swatch(self, x: float, y: float, series: Series, *, mark: bool) -> Markup:
        """Sample for the key, from `x`, centred on height `y` [px]."""
        parts: list[Markup] = []
        if series.kind == "bars":
            slab = {"class_": f"slab {self.colour}"}
            parts.append(rectangle(x + 4, y - 6, SWATCH - 8, 12.0, **slab))
        if series.kind == "line":
            parts.append(line(x, y, x + SWATCH, y, **self.stroke()))
        if mark:
            parts.append(self.mark(x + SWATCH / 2, y))
        return join(parts)


def marked(panel: Panel) -> frozenset[str]:
    """Names of the series whose values have marks; bars of one kind need none."""
    bars = [one.name for one in panel.series if one.kind == "bars"]
    return frozenset(
        one.name
        for one in panel.series
        if one.kind == "points"
        or (one.kind == "line" and len(one.x) <= _FEW)
        or (one.kind == "bars" and len(bars) > 1)
    )


def series_looks(figure: Figure) -> dict[str, SeriesLook]:
    """Looks of all series of a figure, by name."""
    names = dict.fromkeys(s.name for panel in figure.panels for s in panel.series)
    computed = [name for name in names if not is_published(name)]
    arms = {arm.name: arm for arm in looks(computed)}
    found = {name: _of(arm, name, hollow=False) for name, arm in arms.items()}
    grey = 0
    for name in names:
        if name in found:
            continue
        arm = arms.get(_rest(name))
        if arm is None:
            shape, grey = _GREY[grey % len(_GREY)], grey + 1
            found[name] = SeriesLook(name, name, "plain", shape, None, hollow=True)
        else:
            found[name] = _of(arm, name, hollow=True)
    return found


def is_published(name: str) -> bool:
    """Whether a series shows what was published."""
    return name.casefold().startswith(PUBLISHED)


def _rest(name: str) -> str:
    return name[len(PUBLISHED) :].strip(" ,:")


def _of(arm: ArmLook, name: str, *, hollow: bool) -> SeriesLook:
    return SeriesLook(name, arm.name, arm.colour, arm.shape, arm.dash, hollow)


def shown(series: Iterable[Series]) -> tuple[Series, ...]:
    """Series in the order of drawing: what was published lies on top."""
    return tuple(sorted(series, key=lambda one: is_published(one.name)))
