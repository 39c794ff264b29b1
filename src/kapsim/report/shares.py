"""Response and remission per arm: a dot with its interval, published values hollow."""

from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Scale
from kapsim.report.results import (
    Endpoint,
    Estimate,
    Published,
    estimate,
    published_values,
    rows_of,
)
from kapsim.report.run_directory import RunDirectory
from kapsim.report.svg import join, line, marker, picture, reach, tag, text

_WIDTH = 560.0
_LANE = 40.0
_LEFT, _RIGHT = 20.0, 410.0
_TICKS = (0.0, 25.0, 50.0, 75.0, 100.0)


def _dot(
    scale: Scale, y: float, value: Estimate, look: ArmLook, hollow: bool
) -> Markup:
    parts = []
    if value.has_interval:
        style = f"bar {'thin ' if hollow else ''}{look.colour}"
        ends = scale(value.low), scale(value.high)
        parts.append(reach(y, *ends, class_=style))
    style = f"{'hollow' if hollow else 'point'} {look.colour}"
    parts.append(marker(look.shape, scale(value.value), y, 5.0, class_=style))
    return join(parts)


def _lane(
    scale: Scale,
    top: float,
    look: ArmLook,
    simulated: Estimate,
    published: list[Published],
) -> Markup:
    y = top + 22
    words = simulated.text(0)
    parts: list[str] = [
        text(_LEFT, top + 8, look.name, class_="small"),
        line(_LEFT, y, _RIGHT, y, class_="grid"),
    ]
    for item in published:
        parts.append(_dot(scale, y + 7, item.published, look, hollow=True))
    if simulated.known:
        parts.append(_dot(scale, y - 1, simulated, look, hollow=False))
    parts.append(text(_RIGHT + 16, y + 4, words, class_="value"))
    if published:
        said = published[0].published.text(0)
        parts.append(text(_RIGHT + 16, y + 17, f"published {said}", class_="small"))
    return tag("g", *parts, data_arm=look.index)


def share_figure(
    run: RunDirectory, arms: list[ArmLook], endpoint: Endpoint, kind: str
) -> Markup:
    """Share of patients [%] per arm at the endpoint; `kind`: response or remission."""
    name = f"{endpoint.measure} {kind}"
    scale = Scale(0.0, 100.0, _LEFT, _RIGHT)
    top, foot = 34.0, 34.0 + _LANE * len(arms) + 6
    parts: list[str] = [
        text(_LEFT, 14.0, f"{name} at {endpoint.visit} (% of patients)", class_="head")
    ]
    for tick in _TICKS:
        x = scale(tick)
        parts.append(line(x, top - 8, x, foot, class_="grid"))
        parts.append(
            text(x, foot + 15, f"{tick:.0f}", class_="tick", text_anchor="middle")
        )
    found = [
        item
        for item in published_values(run)
        if (item.measure, item.visit, item.kind)
        == (endpoint.measure, endpoint.visit, kind)
    ]
    for k, look in enumerate(arms):
        rows = rows_of(run, look.name, endpoint.measure, endpoint.visit)
        simulated = estimate(rows[0], kind) if rows else Estimate(float("nan"))
        own = [item for item in found if item.arm == look.name]
        parts.append(_lane(scale, top + _LANE * k, look, simulated, own))
    return picture(
        _WIDTH,
        foot + 24,
        f"{name} per arm at {endpoint.visit}",
        f"{name}, per cent of patients of each arm with 95 % interval.",
        *parts,
        class_="figure",
    )
