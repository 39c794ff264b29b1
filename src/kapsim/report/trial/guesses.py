"""Blinding panel: who guesses what, how far from chance, and what is left of it."""

from collections.abc import Iterator, Sequence

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Ticks, value_ticks
from kapsim.report.bands import Band, draw_bands
from kapsim.report.lab.figure import panel_picture
from kapsim.report.trial.courses import over_time, time_axis
from kapsim.report.trial.power_curve import PERCENT
from kapsim.report.trial.record import Row
from kapsim.report.trial.words import Number, floats, number, span

_BANG = Ticks((-1.0, -0.5, 0.0, 0.5, 1.0), ("−1", "−0.5", "0", "0.5", "1"))
_WHO = {"patient": "patients", "rater": "raters"}
_HALF = 50.0
_ASIDE = 0.016  # between the intervals of two arms, as a share of the abscissa


def guess_figures(visits: Sequence[Row], looks: Sequence[ArmLook]) -> Iterator[Markup]:
    """Guesses and Bang's index over time, a panel each for patients and for raters."""
    for who in dict.fromkeys(row["who"] for row in visits):
        own = [row for row in visits if row["who"] == who]
        yield _guesses(own, looks, who)
        yield _bang(own, looks, who)


def _guesses(rows: Sequence[Row], looks: Sequence[ArmLook], who: str) -> Markup:
    bands = []
    for look, time, (share,) in over_time(rows, looks, ("guess_active",)):
        nothing = np.full(len(time), np.nan)
        bands.append(Band(look, time, 100 * share, nothing, nothing))
    drawing = draw_bands(
        f"Who guesses the active treatment: {_WHO.get(who, who)}",
        "% of those asked, by arm; line at one half",
        bands,
        time_axis([band.x for band in bands]),
        f"guesses-{who}",
        values=PERCENT,
        levels=(_HALF,),
    )
    return panel_picture(drawing)


def _bang(rows: Sequence[Row], looks: Sequence[ArmLook], who: str) -> Markup:
    keys = ("bang", "bang_low", "bang_high")
    found = over_time(rows, looks, keys)
    ticks = time_axis([time for _, time, _ in found])
    aside = _ASIDE * (ticks.values[-1] - ticks.values[0])
    bands = [
        Band(look, time + (k - (len(found) - 1) / 2) * aside, *columns, whiskers=True)
        for k, (look, time, columns) in enumerate(found)
    ]
    drawing = draw_bands(
        f"Bang's index: {_WHO.get(who, who)}",
        "0: guesses at random; 1: all right; −1: all wrong; with 95 % interval",
        bands,
        ticks,
        f"bang-{who}",
        values=_BANG,
        decimals=2,
    )
    return panel_picture(drawing)


def curve_figure(blinding: Row) -> Markup:
    """Effect as it would be at each rate of correct guesses."""
    curve = sorted(blinding.get("curve") or (), key=lambda row: row["rate"])
    if not curve:
        return Markup()
    x = 100 * floats(row["rate"] for row in curve)
    y, low, high = (
        floats(row.get(k) for row in curve) for k in ("effect", "low", "high")
    )
    nowhere = np.full(len(x), np.nan)
    bands = [
        Band(
            ArmLook("effect at this rate of right guesses", 0),
            x,
            y,
            low,
            high,
            marks=nowhere,
        )
    ]
    bands += _points(blinding, (float(x[0]), float(x[-1])))
    ticks = value_ticks(float(x[0]), float(x[-1]), 5)
    said = f"{blinding['measure']} at {blinding['visit']}, points"
    drawing = draw_bands(
        "What is left with right guesses at one half",
        f"{said}; mean of trials and their 95 % band",
        bands,
        Ticks(ticks.values, ticks.labels, "% of right guesses"),
        "guess-curve",
    )
    return panel_picture(drawing)


def _points(blinding: Row, ends: tuple[float, float]) -> Iterator[Band]:
    """The effect at one half, and the one that was not adjusted."""
    nothing = np.array([np.nan])
    half = blinding.get("adjusted_at_half")
    if half is not None:
        look = ArmLook(f"at one half: {number(half, 1)}", 1)
        yield Band(look, np.array([_HALF]), np.array([half]), nothing, nothing)
    plain = blinding.get("unadjusted")
    if plain is not None:
        look = ArmLook(f"as analysed, not adjusted: {number(plain, 1)}", 2)
        none = np.full(2, np.nan)
        yield Band(look, np.array(ends), np.full(2, plain), none, none, marks=none)


def bang_rows(visits: Sequence[Row]) -> list[tuple[str, ...]]:
    """Visit, arm, who, people, share that guesses active [%] and Bang's index."""
    return [
        (
            row["visit"],
            row["arm"],
            row["who"],
            number(row.get("n"), 0),
            number(_times_100(row.get("guess_active")), 0),
            _index(row.get("bang"), row.get("bang_low"), row.get("bang_high")),
        )
        for row in visits
    ]


def james_rows(james: Sequence[Row]) -> list[tuple[str, ...]]:
    """Visit, who and James's index."""
    return [
        (
            row["visit"],
            row["who"],
            _index(row.get("james"), row.get("low"), row.get("high")),
        )
        for row in james
    ]


def _times_100(share: Number) -> Number:
    return None if share is None else 100 * share


def _index(value: Number, low: Number, high: Number) -> str:
    if low is None or high is None:
        return number(value, 2)
    return f"{number(value, 2)} ({span(low, high, 2)})"
