"""The protocol drawn as a timeline: a lane per arm, its doses, sessions and visits."""

import textwrap

from markupsafe import Markup

from kapsim.report.arms import ArmLook, looks
from kapsim.report.axes import Scale, Ticks, time_ticks
from kapsim.report.plan import ArmPlan, Plan
from kapsim.report.svg import MARKERS, join, line, marker, picture, rectangle, tag, text

_WIDTH = 1160.0
_LEFT, _RIGHT = 330.0, 1140.0
_DOSE, _SESSION, _HEAD = 17.0, 17.0, 8.0
_TEXT_WIDTH = 46  # characters of a lane's description on one line
_NAME_WIDTH = 34  # characters of an arm's name on one line
_LINE = 14.0
_SESSIONS = tuple(shape for shape in MARKERS if shape != "wedge")  # that is a dose


def _session_mark(kinds: list[str], label: str, x: float, y: float) -> Markup:
    """A mark by modality: shapes first, then the same shapes hollow."""
    turn, place = divmod(kinds.index(label), len(_SESSIONS))
    style = "hollow plain" if turn else "dose plain"
    return marker(_SESSIONS[place], x, y, 4.0, class_=style)


def _lines(arm: ArmPlan) -> list[str]:
    said = arm.words or ("no treatment",)
    return [part for words in said for part in textwrap.wrap(words, _TEXT_WIDTH)]


def _name(arm: ArmPlan) -> list[str]:
    return textwrap.wrap(arm.name, _NAME_WIDTH) or [arm.name]


def _height(arm: ArmPlan) -> float:
    """Height of a lane [px]: room for its marks and for its words."""
    rows = _DOSE + _SESSION * len({event.label for event in arm.sessions})
    words = _LINE * (len(_lines(arm)) + len(_name(arm))) + 4
    return max(rows + 2 * _HEAD, words + _HEAD)


def _lane(
    arm: ArmPlan, look: ArmLook, kinds: list[str], x: Scale, top: float
) -> Markup:
    parts: list[str] = [
        marker(look.shape, 22.0, top + 9, 5.0, class_=f"point {look.colour}")
    ]
    said = [(words, "head") for words in _name(arm)]
    said += [(words, "small") for words in _lines(arm)]
    for k, (words, style) in enumerate(said):
        parts.append(text(40.0, top + 13 + _LINE * k, words, class_=style))
    own = [k for k in kinds if any(e.label == k for e in arm.sessions)]
    y = top + _HEAD + _DOSE / 2 - 2
    parts.append(line(_LEFT, y, _RIGHT, y, class_="grid"))
    for event in arm.doses:
        place = x(event.time)
        parts.append(marker("wedge", place, y, 6.0, class_=f"dose {look.colour}"))
    for event in arm.sessions:
        y = top + _HEAD + _DOSE + _SESSION * (own.index(event.label) + 0.5) - 2
        parts.append(_session_mark(kinds, event.label, x(event.time), y))
    return tag("g", *parts, data_arm=look.index)


def _key(kinds: list[str], y: float) -> tuple[Markup, float]:
    """Legend of the marks, wrapped; returns it with the height that it took."""
    entries = [("dose", marker("wedge", 0.0, 0.0, 6.0, class_="dose plain"))]
    entries += [(kind, _session_mark(kinds, kind, 0.0, 0.0)) for kind in kinds]
    entries.append(("visit", line(0.0, -6.0, 0.0, 6.0, class_="visit")))
    parts, x, row = [], 22.0, y
    for words, mark in entries:
        length = 30 + 6.6 * len(words)
        if x + length > _WIDTH:
            x, row = 22.0, row + 20
        parts.append(tag("g", mark, transform=f"translate({x:.1f} {row:.1f})"))
        parts.append(text(x + 11, row + 4, words))
        x += length
    return join(parts), row - y + 20


def _visit_lane(plan: Plan, x: Scale, y: float) -> Markup:
    parts: list[str] = [text(40.0, y + 5, "Visits, all arms", class_="head")]
    for event in plan.visits:
        place = x(event.time)
        parts.append(line(place, y - 7, place, y + 7, class_="visit"))
    return join(parts)


def _axis(x: Scale, ticks: Ticks, top: float, bottom: float) -> Markup:
    parts = []
    for value, label in zip(ticks.values, ticks.labels, strict=True):
        place = x(value)
        parts.append(line(place, top, place, bottom, class_="grid"))
        parts.append(
            text(place, bottom + 15, label, class_="tick", text_anchor="middle")
        )
    middle = (_LEFT + _RIGHT) / 2
    parts.append(
        text(middle, bottom + 32, ticks.title, class_="name", text_anchor="middle")
    )
    return join(parts)


def timeline_figure(plan: Plan) -> Markup:
    """Swimlanes of a protocol on one time axis."""
    low, high = plan.span
    room = 0.02 * (high - low)
    x = Scale(low - room, high + room, _LEFT, _RIGHT)
    kinds = plan.modalities
    key, used = _key(kinds, 14.0)
    top = 14.0 + used + 6
    y, lanes, grounds = top, [], []
    for arm, look in zip(plan.arms, looks([a.name for a in plan.arms]), strict=True):
        height = _height(arm)
        box = _LEFT, y, _RIGHT - _LEFT, height - 4
        grounds.append(rectangle(*box, class_="ground"))
        lanes.append(_lane(arm, look, kinds, x, y))
        y += height + 6
    visits = _visit_lane(plan, x, y + 8)
    bottom = y + 20
    axis = _axis(x, time_ticks(x.low, x.high, 14), top, bottom)
    return picture(
        _WIDTH,
        bottom + 44,
        "The protocol as a timeline",
        "One lane per arm with its doses and its sessions by kind; visits below.",
        key,
        *grounds,
        axis,
        *lanes,
        visits,
        class_="figure main",
    )
