"""Scores of each arm over time: visits, intervals, expected course, arm names."""

import dataclasses
import textwrap

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import HOURS_A_DAY, spread
from kapsim.report.panel import Panel
from kapsim.report.results import (
    Estimate,
    estimate,
    published_scores,
    rows_of,
)
from kapsim.report.run_directory import RunDirectory
from kapsim.report.svg import join, marker, polyline, tag, text, whisker

_NAME_WIDTH = 25  # characters of an arm's name on one line
_LINE = 14.0  # height of a line of an arm's name [px]
_WIDEST, _NARROWEST = 5.0, 1.2  # distance of neighbouring marks of one visit [px]
_SHARE = 0.75  # of the room between two visits that the marks of one may fill


@dataclasses.dataclass(frozen=True)
class Visit:
    """A score at a visit, simulated or published."""

    time: float
    value: Estimate
    label: str
    published: bool


@dataclasses.dataclass(frozen=True)
class Dodge:
    """Sideways places that keep the marks of one visit apart."""

    arms: int
    paired: bool
    width: float

    def __call__(self, arm: int, published: bool) -> float:
        """Offset [px] of an arm's mark."""
        each = 2 if self.paired else 1
        place = each * arm + int(published)
        return (place - (each * self.arms - 1) / 2) * self.width


def visits_of(run: RunDirectory, arm: str, measure: str) -> list[Visit]:
    """Simulated scores of an arm in the order of time, then published ones."""
    found = [
        Visit(row["day"] * HOURS_A_DAY, estimate(row, "mean"), row["visit"], False)
        for row in rows_of(run, arm, measure)
    ]
    found += [
        Visit(item.time, item.published, item.visit, True)
        for item in published_scores(run, arm, measure)
    ]
    return [visit for visit in found if visit.value.known]


def wide_band(run: RunDirectory, arm: str, measure: str) -> np.ndarray:
    """Time [h] and ends of the interval for a new trial [points], a row per visit."""
    if run.new_trial is None:
        return np.zeros((0, 3))
    table = run.new_trial
    own = table[(table["arm"] == arm) & (table["measure"] == measure)]
    rows = own.sort_values("day")[["day", "mean_low", "mean_high"]].to_numpy(float)
    return rows[np.isfinite(rows).all(axis=1)] * np.array([HOURS_A_DAY, 1.0, 1.0])


def ceiling(groups: list[list[Visit]], curves: list[np.ndarray]) -> float:
    """Highest score or end of an interval that the axis must hold."""
    tops = [np.fmax(v.value.value, v.value.high) for group in groups for v in group]
    tops += [np.nanmax(curve) for curve in curves if len(curve)]
    return max((float(top) for top in tops), default=1.0)


def mean_curve(
    run: RunDirectory, arm: str, signal: str
) -> tuple[np.ndarray, np.ndarray] | None:
    """Time [h] and mean of a signal in an arm; None where it was not recorded."""
    rows = run.signals.get((arm, signal))
    if rows is None or not rows["mean"].notna().any():
        return None
    return rows["time_h"].to_numpy(float), rows["mean"].to_numpy(float)


def _dodges(area: Panel, groups: list[list[Visit]]) -> dict[float, Dodge]:
    """By time of visit, the widest spacing of marks that stays clear of neighbours."""
    paired = any(visit.published for group in groups for visit in group)
    slots = len(groups) * (2 if paired else 1)
    times = sorted({visit.time for group in groups for visit in group})
    if not times:
        return {}
    gaps = np.diff([area.x(time) for time in times])
    far = area.right - area.left
    found = {}
    for time, room in zip(times, np.fmin([far, *gaps], [*gaps, far]), strict=True):
        width = float(np.clip(_SHARE * room / slots, _NARROWEST, _WIDEST))
        found[time] = Dodge(len(groups), paired, width)
    return found


def _mark(
    area: Panel, look: ArmLook, visit: Visit, dodge: Dodge, measure: str
) -> Markup:
    x = area.x(visit.time) + dodge(look.index, visit.published)
    y = area.y(visit.value.value)
    kind = "published" if visit.published else "simulated"
    parts = []
    if visit.value.has_interval:
        low, high = area.y(visit.value.low), area.y(visit.value.high)
        style = f"bar {'thin ' if visit.published else ''}{look.colour}"
        parts.append(whisker(x, low, high, class_=style))
    style = f"{'hollow' if visit.published else 'point'} {look.colour}"
    parts.append(marker(look.shape, x, y, class_=style))
    return tag(
        "g",
        *parts,
        class_="datum",
        data_arm=look.index,
        data_x=x,
        data_y=y,
        data_tip=f"{look.name} | {visit.label}: {measure} {visit.value.text()}, {kind}",
    )


def _curve(
    run: RunDirectory, measure: str, area: Panel, look: ArmLook, group: list[Visit]
) -> Markup:
    """Expected score between visits; straight lines for a measure without one."""
    curve = mean_curve(run, look.name, "severity") if measure == "MADRS" else None
    if curve is None:
        own = [visit for visit in group if not visit.published]
        time = np.array([visit.time for visit in own])
        curve = time, np.array([visit.value.value for visit in own])
    return area.curve(
        *curve,
        class_=f"curve {look.colour}",
        stroke_dasharray=look.dash,
        data_arm=look.index,
    )


def _wide(run: RunDirectory, measure: str, area: Panel, look: ArmLook) -> Markup:
    """Band of the intervals for a new trial, straight between visits."""
    time, low, high = wide_band(run, look.name, measure).T
    style = f"spread wide {look.colour}"
    return area.area(time, low, high, class_=style, data_arm=look.index)


def _name_lines(name: str) -> list[str]:
    return textwrap.wrap(name, _NAME_WIDTH, max_lines=2, placeholder=" …") or [name]


def direct_labels(
    area: Panel, arms: list[ArmLook], groups: list[list[Visit]]
) -> Markup:
    """Names beside the last visit of each arm, moved apart, each with a leader."""
    sizes = [_LINE * len(_name_lines(look.name)) + 6 for look in arms]
    ends = []
    for group in groups:
        own = [visit for visit in group if not visit.published]
        ends.append(area.y(own[-1].value.value) if own else area.bottom)
    places = spread(ends, sizes, area.top - 10, area.bottom + 40)
    edge = area.right
    parts = []
    for look, end, place in zip(arms, ends, places, strict=True):
        lines = _name_lines(look.name)
        first = place - _LINE / 2 * (len(lines) - 1) + 4
        path = np.array([edge + 3, edge + 8, edge + 16]), np.array([end, end, place])
        parts.append(
            tag(
                "g",
                polyline(*path, class_="lead"),
                look.swatch(edge + 19, place),
                *(
                    text(edge + 51, first + _LINE * k, words, class_="value")
                    for k, words in enumerate(lines)
                ),
                class_="legend",
                data_arm=look.index,
            )
        )
    return join(parts)


def draw_scores(
    run: RunDirectory,
    measure: str,
    arms: list[ArmLook],
    areas: list[Panel],
    groups: list[list[Visit]],
) -> Markup:
    """Curves, visits and intervals; a visit in the first area that holds it."""
    parts: list[str] = []
    done: set[float] = set()
    for area in areas:
        here = [
            [v for v in group if area.x.holds(v.time) and v.time not in done]
            for group in groups
        ]
        done |= {visit.time for group in here for visit in group}
        shifts = _dodges(area, here)
        bands = [_wide(run, measure, area, look) for look in arms]
        curves = [
            _curve(run, measure, area, look, group)
            for look, group in zip(arms, groups, strict=True)
        ]
        parts.append(area.clipped(*bands, *curves))
        parts += [
            _mark(area, look, visit, shifts[visit.time], measure)
            for look, group in zip(arms, here, strict=True)
            for visit in group
        ]
    return join(parts)
