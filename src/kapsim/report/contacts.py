"""Doses and sessions of each arm as marks below the curves that they cause."""

from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Ticks
from kapsim.report.panel import Panel
from kapsim.report.plan import Plan
from kapsim.report.svg import join, line, marker, rectangle, tag, text

LANE = 15.0  # height of an arm's lane [px]


def _frame(areas: list[Panel], times: list[Ticks]) -> Markup:
    parts: list[str] = [
        text(
            14.0,
            areas[0].top - 13,
            "Doses and sessions, one lane per arm",
            class_="head",
        )
    ]
    for area, ticks in zip(areas, times, strict=True):
        parts.append(
            rectangle(
                area.left,
                area.top,
                area.right - area.left,
                area.bottom - area.top,
                class_="ground",
            )
        )
        parts += [
            line(area.x(t), area.top, area.x(t), area.bottom + 4, class_="grid")
            for t in ticks.values
        ]
    return join(parts)


def _marks(plan: Plan, arms: list[ArmLook], areas: list[Panel]) -> Markup:
    """Doses as wedges and sessions as bars, one lane per arm."""
    lanes = {look.name: look for look in arms}
    parts = []
    for arm in plan.arms:
        look = lanes.get(arm.name)
        if look is None:
            continue
        marks = []
        for area in areas:
            y, style = area.top + LANE * (look.index + 0.5), f"dose {look.colour}"
            marks.append(line(area.left, y, area.right, y, class_="grid"))
            marks += [
                marker("wedge", area.x(dose.time), y, 5.0, class_=style)
                for dose in arm.doses
                if area.x.holds(dose.time)
            ]
            marks += [
                rectangle(area.x(item.time) - 1.3, y - 5, 2.6, 10.0, class_=style)
                for item in arm.sessions
                if area.x.holds(item.time)
            ]
        parts.append(tag("g", *marks, data_arm=look.index))
    return join(parts)


def draw_contacts(
    plan: Plan, arms: list[ArmLook], areas: list[Panel], times: list[Ticks]
) -> Markup:
    """Lanes of doses (wedges) and sessions (bars) in areas with these time ticks."""
    return join([_frame(areas, times), _marks(plan, arms, areas)])
