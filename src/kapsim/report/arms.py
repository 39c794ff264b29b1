"""How an arm looks in every figure: colour, marker and dash pattern, all distinct."""

import dataclasses

from markupsafe import Markup

from kapsim.report.svg import MARKERS, join, line, marker, tag

_DASHES = (None, "8 3", "2 2.5", "9 3 2 3", "5 2", "12 3", "1.5 4", "10 2 2 2 2 2")


@dataclasses.dataclass(frozen=True)
class ArmLook:
    """An arm with the look that it keeps through the whole report.

    The colour is a style class (`c0` to `c7`), so that light, dark and print schemes
    can each give it a legible tone of the same hue.
    """

    name: str
    index: int

    @property
    def colour(self) -> str:
        """Style class of the colour."""
        return f"c{self.index % len(MARKERS)}"

    @property
    def shape(self) -> str:
        """Marker shape; arms beyond the eighth pair colours with other shapes."""
        turn, place = divmod(self.index, len(MARKERS))
        return MARKERS[(place + 3 * turn) % len(MARKERS)]

    @property
    def dash(self) -> str | None:
        """Dash pattern of the arm's curves."""
        return _DASHES[self.index % len(_DASHES)]

    def icon(self) -> Markup:
        """The arm's marker as a drawing that stands in a line of text."""
        mark = marker(self.shape, 8.0, 8.0, 5.5, class_=f"point {self.colour}")
        return tag(
            "svg", mark, class_="swatch", viewBox="0 0 16 16", aria_hidden="true"
        )

    def swatch(self, x: float, y: float) -> Markup:
        """Line sample with the arm's marker, 26 px wide, from `x` at height `y`."""
        return join(
            [
                line(
                    x,
                    y,
                    x + 26,
                    y,
                    class_=f"curve {self.colour}",
                    stroke_dasharray=self.dash,
                ),
                marker(self.shape, x + 13, y, class_=f"point {self.colour}"),
            ]
        )


def looks(names: list[str]) -> list[ArmLook]:
    """Looks of arms in the order of the protocol."""
    return [ArmLook(name, index) for index, name in enumerate(names)]
