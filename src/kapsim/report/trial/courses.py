"""Scores over time in one trial, with what trials of this size make of each arm."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import HOURS_A_DAY, Ticks, time_ticks
from kapsim.report.bands import Band, draw_bands
from kapsim.report.lab.figure import panel_picture
from kapsim.report.trial.record import Row
from kapsim.report.trial.words import floats


def over_time(
    rows: Sequence[Row], looks: Sequence[ArmLook], keys: Sequence[str]
) -> list[tuple[ArmLook, np.ndarray, list[np.ndarray]]]:
    """Look, time [h] and the columns `keys` of each arm that has rows, by time."""
    found = []
    for look in looks:
        own = sorted((r for r in rows if r["arm"] == look.name), key=lambda r: r["day"])
        if own:
            time = HOURS_A_DAY * floats(row["day"] for row in own)
            columns = [floats(row.get(key) for row in own) for key in keys]
            found.append((look, time, columns))
    return found


def course_figures(rows: Sequence[Row], looks: Sequence[ArmLook]) -> list[Markup]:
    """A panel per measure: line of the cohort, band of trials, marks of one trial."""
    drawn = []
    for k, measure in enumerate(dict.fromkeys(row["measure"] for row in rows)):
        own = [row for row in rows if row["measure"] == measure]
        keys = ("cohort_mean", "low", "high", "mean")
        bands = [
            Band(look, time, cohort, low, high, marks=mean)
            for look, time, (cohort, low, high, mean) in over_time(own, looks, keys)
        ]
        if not bands:
            continue
        drawing = draw_bands(
            f"{measure} in each arm",
            f"{measure}, points; lower is better",
            bands,
            time_axis([band.x for band in bands]),
            f"course-{k}",
            levels=(),
        )
        drawn.append(panel_picture(drawing))
    return drawn


def time_axis(times: Sequence[np.ndarray]) -> Ticks:
    """Ticks of time over all places [h]."""
    every = np.concatenate(times)
    return time_ticks(float(every.min()), max(float(every.max()), HOURS_A_DAY), 8)
