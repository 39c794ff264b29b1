"""The main figure: scores, drug, plasticity window and contacts on one time axis.

Two columns share every row: the first 48 hours, and the whole course. A visit is
marked in the column where it can be told apart, so none is drawn twice.
"""

import dataclasses
from collections.abc import Iterator

import numpy as np
from markupsafe import Markup

from kapsim.drug import OCCUPANCY_NOTE
from kapsim.report.arms import ArmLook, looks
from kapsim.report.axes import HOURS_A_DAY, Ticks, time_ticks, value_ticks
from kapsim.report.contacts import LANE, draw_contacts
from kapsim.report.panel import Panel, panel
from kapsim.report.plan import Plan
from kapsim.report.run_directory import RunDirectory
from kapsim.report.scores import (
    ceiling,
    direct_labels,
    draw_scores,
    mean_curve,
    visits_of,
    wide_band,
)
from kapsim.report.svg import (
    join,
    line,
    marker,
    picture,
    rectangle,
    small_print,
    tag,
    text,
    whisker,
)

WIDTH = 1160.0
EARLY = (-5.0, 2 * HOURS_A_DAY + 2.0)  # first column [h]
_COLUMNS = ((56.0, 360.0), (400.0, 920.0))  # left and right edge of each [px]
_TOP = 96.0  # upper edge of the scores [px]
_ROW_GAP = 40.0  # room between rows, for the heading of the next [px]


@dataclasses.dataclass(frozen=True)
class Row:
    """A signal drawn below the scores."""

    signal: str
    heading: str
    height: float
    scale: float = 1.0


_ROWS = (
    Row("ketamine_ng_ml", "Ketamine in plasma, S + R (ng/mL)", 66.0),
    Row("occupancy", "NMDA receptor occupancy, modelled (%)", 60.0, 100.0),
    Row("window", "Plasticity window W (share of its maximum, 0 to 1)", 72.0),
)


def _signal_row(
    run: RunDirectory, row: Row, arms: list[ArmLook], areas: list[Panel]
) -> Markup:
    parts = []
    for area in areas:
        curves = []
        for look in arms:
            curve = mean_curve(run, look.name, row.signal)
            if curve is not None:
                time, value = curve
                curves.append(
                    area.curve(
                        time,
                        value * row.scale,
                        class_=f"curve {look.colour}",
                        stroke_dasharray=look.dash,
                        data_arm=look.index,
                    )
                )
        parts.append(area.clipped(*curves))
    return join(parts)


def _areas(
    top: float,
    height: float,
    span: tuple[float, float],
    values: tuple[float, float],
    name: str,
) -> list[Panel]:
    return [
        panel((left, top, right, top + height), times, values, f"{name}-{k}")
        for k, ((left, right), times) in enumerate(
            zip(_COLUMNS, (EARLY, span), strict=True)
        )
    ]


def _grids(areas: list[Panel], heading: str, count: int) -> Markup:
    low, high = areas[0].y.low, areas[0].y.high
    values = value_ticks(low, high, count)
    parts: list[str] = [text(14.0, areas[0].top - 13, heading, class_="head")]
    for area, ticks in zip(areas, _time_axes(areas), strict=True):
        parts.append(area.grid(ticks, values))
        parts.append(area.value_labels(values))
    wide = areas[1]
    end = min(EARLY[1] - 2.0, wide.x.high)
    start = max(0.0, wide.x.low)
    zone = rectangle(
        wide.x(start),
        wide.top,
        wide.x(end) - wide.x(start),
        wide.bottom - wide.top,
        class_="zone",
    )
    return join([*parts, zone])


def _time_axes(areas: list[Panel]) -> list[Ticks]:
    return [
        time_ticks(area.x.low, area.x.high, count)
        for area, count in zip(areas, (9, 12), strict=True)
    ]


def _key(y: float, published: bool) -> Markup:
    """What the marks mean, in one line above the figure."""
    x = 14.0
    parts = [
        whisker(x + 6, y - 9, y + 9, class_="bar plain"),
        marker("circle", x + 6, y, class_="point plain"),
        text(x + 18, y + 4, "simulated mean at a visit, 95 % Monte Carlo interval"),
    ]
    x += 345
    if published:
        parts += [
            whisker(x + 6, y - 9, y + 9, class_="bar thin plain"),
            marker("circle", x + 6, y, class_="hollow plain"),
            text(x + 18, y + 4, "published, with its own interval"),
        ]
        x += 235
    words = "mean of the first patients of the arm (at most 512)"
    parts += [line(x, y, x + 26, y, class_="curve plain"), text(x + 34, y + 4, words)]
    x += 365
    return join(
        [
            *parts,
            marker("wedge", x + 6, y, 5.0, class_="dose plain"),
            text(x + 17, y + 4, "dose"),
            rectangle(x + 62, y - 5, 2.6, 10.0, class_="dose plain"),
            text(x + 71, y + 4, "session"),
        ]
    )


def _wide_key(run: RunDirectory, y: float) -> Markup:
    """What the wide bands mean, in a line of its own; nothing without them."""
    if run.new_trial is None:
        return Markup()
    words = f"95 % interval for a new trial of this size: {run.new_trial_holds}"
    swatch = rectangle(14.0, y - 6, 26.0, 12.0, class_="spread wide plain")
    return join([swatch, text(48.0, y + 4, words)])


def _span(run: RunDirectory, plan: Plan) -> tuple[float, float]:
    low, high = plan.span
    days = run.summary["day"] * HOURS_A_DAY
    low, high = min(low, float(days.min())), max(high, float(days.max()))
    high = max(high, 7 * HOURS_A_DAY)
    return low - 0.02 * (high - low), high + 0.05 * (high - low)


def _score_row(
    run: RunDirectory, measure: str, arms: list[ArmLook], span: tuple[float, float]
) -> tuple[list[Panel], Markup]:
    groups = [visits_of(run, look.name, measure) for look in arms]
    expected = [mean_curve(run, look.name, "severity") for look in arms]
    curves = [c[1] for c in expected if c is not None and measure == "MADRS"]
    curves += [wide_band(run, look.name, measure)[:, 2] for look in arms]
    top = value_ticks(0.0, ceiling(groups, curves), 5).values[-1]
    areas = _areas(_TOP, 300.0, span, (0.0, top), "scores")
    names = "First 48 hours", "Whole course"
    return areas, join(
        [
            *(
                text(area.left, _TOP - 37, name, class_="name", font_weight="600")
                for area, name in zip(areas, names, strict=True)
            ),
            _grids(areas, f"{measure} (points; lower is better)", 5),
            draw_scores(run, measure, arms, areas, groups),
            direct_labels(areas[1], arms, groups),
        ]
    )


def _signal_rows(
    run: RunDirectory, arms: list[ArmLook], span: tuple[float, float], top: float
) -> Iterator[tuple[list[Panel], Markup]]:
    """Rows of signals that some arm has, from `top` [px] downwards."""
    for row in _ROWS:
        peak = _peak(run, row.signal)
        if peak <= 0:
            continue
        high = value_ticks(0.0, peak * row.scale, 3).values[-1]
        areas = _areas(top, row.height, span, (0.0, high), row.signal)
        drawn = [_grids(areas, row.heading, 3), _signal_row(run, row, arms, areas)]
        yield areas, join(drawn)
        top = areas[0].bottom + _ROW_GAP


def _peak(run: RunDirectory, signal: str) -> float:
    """Highest mean of a signal in any arm; 0 where no arm has it."""
    curves = (mean_curve(run, arm, signal) for arm in run.arms)
    peaks = (float(np.nanmax(curve[1])) for curve in curves if curve is not None)
    return max(peaks, default=0.0)


def shows_occupancy(run: RunDirectory) -> bool:
    """Whether the figure has a row with occupancy, which needs its note."""
    return _peak(run, "occupancy") > 0


def main_figure(
    run: RunDirectory, plan: Plan, measure: str, style: Markup | None = None
) -> Markup:
    """Scores of `measure` per arm, with drug, window and contacts below them.

    A `style` element makes the drawing stand alone, on a ground of its own and with
    the note that an occupancy needs.
    """
    arms, span = looks(run.arms), _span(run, plan)
    rows = [_score_row(run, measure, arms, span)]
    rows += _signal_rows(run, arms, span, rows[0][0][0].bottom + _ROW_GAP)
    lanes = _areas(
        rows[-1][0][0].bottom + _ROW_GAP,
        LANE * len(arms),
        span,
        (0.0, 1.0),
        "contacts",
    )
    times = _time_axes(lanes)
    foot, height = Markup(), lanes[0].bottom + 44
    if style and shows_occupancy(run):
        foot, height = small_print([OCCUPANCY_NOTE], height)
    return picture(
        WIDTH,
        height,
        f"{measure} over time in each arm",
        "Two columns, the first 48 hours and the whole course. Rows from the top: "
        f"{measure} with intervals, drug, plasticity window, doses and sessions. "
        "The same numbers are in the table of results.",
        *((style, rectangle(0.0, 0.0, WIDTH, height, class_="paper")) if style else ()),
        tag("defs", *(area.clip() for areas, _ in rows for area in areas)),
        _key(18.0, bool(run.protocol.published)),
        _wide_key(run, 38.0),
        *(drawn for _, drawn in rows),
        draw_contacts(plan, arms, lanes, times),
        *(area.time_labels(t) for area, t in zip(lanes, times, strict=True)),
        foot,
        class_="figure main",
        id="main-figure",
    )
