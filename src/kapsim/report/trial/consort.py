"""The flow of people through a trial as boxes and arrows, after CONSORT."""

import dataclasses
import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.svg import join, line, marker, number, picture, rectangle, tag, text
from kapsim.report.trial.record import Row
from kapsim.report.trial.words import Number, count

_WIDTH, _GUTTER, _EDGE = 232.0, 18.0, 8.0
_LINE, _PAD = 16.0, 9.0
_LETTERS, _BOLD = 34, 28  # of a line in a box, and of a line of its head
_ARROW = 26.0  # from one box to the next [px]
_ASIDE = 24.0  # from the middle to the box of the excluded [px]
_SMALLEST, _LARGEST = 0.78, 1.15  # scales at which words are read with ease
_EVENTS = (
    ("stopped", "Stopped treatment, still seen"),
    ("rescued", "Rescued"),
    ("deviated", "Deviated from the protocol"),
)


@dataclasses.dataclass(frozen=True)
class Box:
    """What a box says: a head, and lines below it."""

    head: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def height(self) -> float:
        """Height [px]."""
        return _LINE * len(self.head + self.rest) + 2 * _PAD - 4

    def draw(self, x: float, y: float, height: float = 0.0, style: str = "") -> Markup:
        """The box from its upper left corner [px]; `style` is the colour of its arm."""
        tall = max(height, self.height)
        parts = [rectangle(x, y, _WIDTH, tall, class_="box")]
        if style:
            parts.append(rectangle(x, y, 4.0, tall, class_=f"dose {style}"))
        for k, said in enumerate(self.head + self.rest):
            kind = "head" if k < len(self.head) else "value"
            parts.append(text(x + 14, y + _PAD + 11 + _LINE * k, said, class_=kind))
        return join(parts)


def _box(head: str, n: Number, rest: Sequence[tuple[str, float | int]] = ()) -> Box:
    lines = [
        part
        for name, many in rest
        for part in textwrap.wrap(
            f"{name} {_people(many)}", _LETTERS, subsequent_indent="  "
        )
    ]
    top = textwrap.wrap(f"{head} {_people(n)}", _BOLD)
    return Box(tuple(top), tuple(lines))


def _people(n: Number) -> str:
    """How many, in one word that no line breaks."""
    return f"(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count(n)})"


def _down(x: float, top: float, bottom: float) -> Markup:
    """An arrow downwards [px]."""
    return join(
        [
            line(x, top, x, bottom - 5, class_="bar plain"),
            marker("wedge", x, bottom - 4, 4.0, class_="dose plain"),
        ]
    )


def _aside(left: float, right: float, y: float) -> Markup:
    """An arrow to the right [px]."""
    head = f"M{number(right)} {number(y)}l-8 -4v8Z"
    return join(
        [
            line(left, y, right - 7, y, class_="bar plain"),
            tag("path", d=head, class_="dose plain"),
        ]
    )


def _lost(arm: Row) -> Box:
    """Who left, why, and what else happened."""
    reasons = {name: many for name, many in (arm.get("left") or {}).items() if many}
    events = [(said, arm[key]) for key, said in _EVENTS if arm.get(key)]
    return _box("Left the trial", sum(reasons.values()), [*reasons.items(), *events])


def _column(arm: Row) -> tuple[Box, ...]:
    """Boxes of an arm from the top."""
    return (
        _box(f"Allocated to {arm['arm']}", arm.get("allocated")),
        _lost(arm),
        _box("Completed", arm.get("completed")),
        _box("Analysed", arm.get("analysed")),
    )


def _entry(flow: Row, arms: int, centre: float) -> tuple[Markup, float]:
    """Boxes above the arms, and where they end [px]."""
    assessed = _box("Assessed for eligibility", flow.get("assessed"))
    excluded = _box("Excluded", flow.get("excluded"))
    entered = _box("Randomised" if arms > 1 else "Entered", flow.get("randomised"))
    x = centre - _WIDTH / 2
    aside = _EDGE + assessed.height + 12
    below = aside + excluded.height + 12
    drawn = [
        assessed.draw(x, _EDGE),
        _down(centre, _EDGE + assessed.height, below),
        _aside(centre, centre + _ASIDE, aside + excluded.height / 2),
        excluded.draw(centre + _ASIDE, aside),
        entered.draw(x, below),
    ]
    return join(drawn), below + entered.height


def _parting(centres: Sequence[float], middle: float, y: float) -> tuple[Markup, float]:
    """The line from one box to the columns of all arms, and where it runs [px]."""
    if len(centres) < 2:
        return Markup(), y
    bus = y + _ARROW / 2
    style = {"class_": "bar plain"}
    down = line(middle, y, middle, bus, **style)
    return join([down, line(centres[0], bus, centres[-1], bus, **style)]), bus


def consort_figure(flow: Row, looks: Sequence[ArmLook]) -> Markup:
    """Flow of people from assessment to analysis, a column per arm.

    Parameters
    ----------
    flow
        Counts: assessed, excluded, randomised, and per arm allocated, left by reason,
        stopped, rescued, deviated, completed, analysed.
    looks
        Looks of the arms of the protocol.
    """
    arms = flow["arms"]
    span = len(arms) * (_WIDTH + _GUTTER) - _GUTTER
    width = max(span, 2 * (_ASIDE + _WIDTH)) + 2 * _EDGE
    centres = [
        (width - span + _WIDTH) / 2 + k * (_WIDTH + _GUTTER) for k in range(len(arms))
    ]
    entry, y = _entry(flow, len(arms), width / 2)
    parting, y = _parting(centres, width / 2, y)
    parts = [entry, parting]
    colours = {look.name: look.colour for look in looks}
    for row in zip(*(_column(arm) for arm in arms), strict=True):
        top, tall = y + _ARROW, max(box.height for box in row)
        for centre, box, arm in zip(centres, row, arms, strict=True):
            style = colours.get(arm["arm"], "plain")
            parts.append(_down(centre, y, top))
            parts.append(box.draw(centre - _WIDTH / 2, top, tall, style))
        y = top + tall
    return picture(
        width,
        y + _EDGE,
        "Flow of people through the trial",
        _spoken(flow),
        *parts,
        class_="figure",
        style=f"min-width:{_SMALLEST * width:.0f}px;max-width:{_LARGEST * width:.0f}px",
    )


def _spoken(flow: Row) -> str:
    """What a screen reader says of the flow."""

    def arm(row: Row) -> str:
        left = sum((row.get("left") or {}).values())
        return (
            f"{row['arm']}: {count(row.get('allocated'))} allocated, {count(left)} "
            f"left, {count(row.get('completed'))} completed, "
            f"{count(row.get('analysed'))} analysed"
        )

    top = (
        f"{count(flow.get('assessed'))} assessed, {count(flow.get('excluded'))} "
        f"excluded, {count(flow.get('randomised'))} randomised"
    )
    return ". ".join([top, *map(arm, flow["arms"])]) + "."
