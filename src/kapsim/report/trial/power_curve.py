"""Power by size: how often trials find an effect, a felt one, or one that is not."""

from collections.abc import Iterator

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Ticks, ticks_at
from kapsim.report.bands import Band, draw_bands
from kapsim.report.lab.figure import panel_picture
from kapsim.report.trial.record import Question
from kapsim.report.trial.words import floats
from kapsim.trial.summaries.intervals import Z

PERCENT = Ticks(
    (0.0, 20.0, 40.0, 60.0, 80.0, 100.0), ("0", "20", "40", "60", "80", "100")
)
"""Ticks of an ordinate in per cent."""
_AXIS_PX = 370.0
_CURVES = (
    ("power", "power"),
    ("power_adjusted", "power after multiplicity"),
    ("assurance", "assurance: power over uncertain parameters"),
    ("felt_only", "power of a drug that is felt but inert"),
    ("type_1", "two-sided type I error: drug switched off"),
    ("for_comparator", "rejected in favour of the comparator"),
)

_OF_MARGINS = {"type_1": "equal arms shown within the margin: drug switched off"}


def power_figure(question: Question, alpha: float, name: str) -> Markup:
    """Shares of trials by size with 95 % Monte Carlo intervals.

    Parameters
    ----------
    question
        Endpoint and comparison.
    alpha
        Nominal level [1], drawn as a line.
    name
        Name of the panel, unique on its page.
    """
    rows = question.rows
    places = [float(row["per_arm"]) for row in rows]
    nominal = f"line at the nominal level of {100 * alpha:g} %"
    drawing = draw_bands(
        f"Power, {question.comparison}",
        f"{question.endpoint['id']}, % of trials; {nominal}",
        list(_bands(question, np.array(places))),
        ticks_at(places, "patients per arm", _AXIS_PX),
        name,
        values=PERCENT,
        levels=(0.0, 100 * alpha),
    )
    return panel_picture(drawing)


def _bands(question: Question, places: np.ndarray) -> Iterator[Band]:
    columns = {key: floats(row.get(key) for row in question.rows) for key, _ in _CURVES}
    for index, (key, said) in enumerate(_CURVES):
        y = 100 * columns[key]
        again = key == "power_adjusted" and np.array_equal(y, 100 * columns["power"])
        never = key == "for_comparator" and not y.any()
        if again or never or not np.isfinite(y).any():
            continue
        name = _OF_MARGINS.get(key, said) if question.margin else said
        ends = _ends(question, key, y)
        yield Band(ArmLook(name, index), places, y, *ends, whiskers=True)


def _ends(question: Question, key: str, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the intervals [percent]; from the errors where a record has no ends."""
    low, high = (
        100 * floats(row.get(f"{key}_{end}") for row in question.rows)
        for end in ("low", "high")
    )
    half = 100 * Z * floats(row.get(f"{key}_se") for row in question.rows)
    return (
        np.where(np.isfinite(low), low, np.clip(y - half, 0, 100)),
        np.where(np.isfinite(high), high, np.clip(y + half, 0, 100)),
    )
