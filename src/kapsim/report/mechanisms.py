"""What went on inside: small multiples of beliefs, mood, behaviour and the rest."""

import dataclasses
from collections.abc import Iterator

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import time_ticks
from kapsim.report.panel import panel, round_range
from kapsim.report.run_directory import RunDirectory
from kapsim.report.svg import picture, tag, text

_WIDTH, _HEIGHT = 372.0, 218.0


@dataclasses.dataclass(frozen=True)
class Signal:
    """A recorded signal and how its panel is named."""

    name: str
    title: str
    unit: str


SIGNALS = (
    Signal("belief_body", "Belief about the body", "model units, higher is kinder"),
    Signal("belief_rank", "Belief about one's rank", "model units, higher is kinder"),
    Signal("belief_threat", "Belief about threat", "model units, higher is safer"),
    Signal("mood", "Mood", "\N{MINUS SIGN}1 to 1"),
    Signal("approach", "Behaviour: approach", "share of life not avoided"),
    Signal("rumination_per_day", "Rumination", "episodes a day"),
    Signal("consolidation", "Consolidation Z", "share of its maximum"),
    Signal("body_budget", "Body budget", "model units"),
    Signal("self_efficacy", "Belief in one's own regulation", "model units"),
    Signal("defeat", "Involuntary defeat", "share of its maximum"),
    Signal("room_as_life", "Therapy room that counts as life", "share"),
    Signal("expectancy", "Expectancy: relief at a visit", "points"),
    Signal("guess_active", "Guess: on active drug", "probability"),
    Signal("alliance", "Alliance", "model units"),
    Signal("sessions_attended", "Sessions attended", "number so far"),
    Signal("skill", "Therapy skill", "model units"),
    Signal("trait", "Slow trait", "share of what therapy can move"),
    Signal("self_blame", "Self-blame unlearned", "share"),
    Signal("effort", "Effort sensitivity unlearned", "share"),
    Signal("frame", "Frame for a dosing session", "share"),
    Signal("reliance", "Reliance on the dose", "share"),
    Signal("dissociation", "Dissociation, expected", "CADSS points"),
    Signal("drug_high", "Drug high", "visual analogue scale, 0 to 10"),
    Signal("sedation", "Sedation as felt", "points below alert, 0 to 5"),
    Signal("systolic_rise_mmhg", "Systolic pressure rise", "mmHg"),
    Signal("diastolic_rise_mmhg", "Diastolic pressure rise", "mmHg"),
    Signal("heart_rate_rise_bpm", "Heart rate rise", "beats a minute"),
)


def _range(run: RunDirectory, signal: Signal, arms: list[ArmLook]) -> list[float]:
    ends: list[float] = []
    for look in arms:
        rows = run.signals.get((look.name, signal.name))
        if rows is not None:
            cells = rows[["q05", "q95"]].to_numpy(float)
            ends += [float(np.nanmin(cells)), float(np.nanmax(cells))]
    return [end for end in ends if np.isfinite(end)]


def signal_figure(
    run: RunDirectory, signal: Signal, arms: list[ArmLook], span: tuple[float, float]
) -> Markup | None:
    """Median and 90 % band of a signal per arm; None where it never moves from zero."""
    ends = _range(run, signal, arms)
    if not ends or min(ends) == max(ends) == 0.0:
        return None
    values, low, high = round_range(min(ends), max(ends), 4)
    times = time_ticks(*span, 7)
    box = (52.0, 44.0, _WIDTH - 12.0, _HEIGHT - 40.0)
    area = panel(box, span, (low, high), f"signal-{signal.name}")
    bands, curves = [], []
    for look in arms:
        rows = run.signals.get((look.name, signal.name))
        if rows is None:
            continue
        time = rows["time_h"].to_numpy(float)
        q05, q50, q95 = (rows[q].to_numpy(float) for q in ("q05", "q50", "q95"))
        own = {"data_arm": look.index}
        style = f"spread {look.colour}"
        bands.append(area.area(time, q05, q95, class_=style, **own))
        style = f"curve {look.colour}"
        dash = look.dash
        curves.append(area.curve(time, q50, class_=style, stroke_dasharray=dash, **own))
    return picture(
        _WIDTH,
        _HEIGHT,
        f"{signal.title} over time",
        f"Median and 90 % band over patients, per arm; {signal.unit}.",
        tag("defs", area.clip()),
        text(12.0, 16.0, signal.title, class_="head"),
        text(12.0, 31.0, signal.unit, class_="small"),
        area.grid(times, values),
        area.value_labels(values),
        area.time_labels(times),
        area.clipped(*bands, *curves),
        class_="figure",
    )


def mechanism_figures(
    run: RunDirectory, arms: list[ArmLook], span: tuple[float, float]
) -> Iterator[Markup]:
    """Panels of all signals that the run recorded."""
    for signal in SIGNALS:
        figure = signal_figure(run, signal, arms, span)
        if figure is not None:
            yield figure
