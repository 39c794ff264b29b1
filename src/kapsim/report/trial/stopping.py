"""Looks before the end: bounds, and how often a trial has stopped by each."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from kapsim.report.arms import ArmLook
from kapsim.report.axes import ticks_at
from kapsim.report.bands import Band, draw_bands
from kapsim.report.lab.figure import panel_picture
from kapsim.report.trial.operating import FOR_COMPARATOR
from kapsim.report.trial.power_curve import PERCENT
from kapsim.report.trial.record import Row
from kapsim.report.trial.words import (
    NONE,
    count,
    floats,
    number,
    p_value,
    percent,
    share,
)

_AXIS_PX = 370.0
_CURVES = (
    ("stop_probability", "with the effect of the model", 0),
    ("stop_probability_null", "with the drug switched off", 4),
)
_SPENDING = {
    "obrien-fleming": "O\N{RIGHT SINGLE QUOTATION MARK}Brien and Fleming",
    "pocock": "Pocock",
    "hwang-shih-decani": "Hwang, Shih and DeCani",
    "kim-demets": "Kim and DeMets",
}


def stopping_figure(looks: Sequence[Row]) -> Markup:
    """Share of trials that have stopped by each look, with and without the drug."""
    places = [100 * look["fraction"] for look in looks]
    nothing = np.full(len(looks), np.nan)
    bands = []
    for key, said, index in _CURVES:
        at = floats(look.get(key) for look in looks)
        if np.isfinite(at).any():
            by = 100 * np.nancumsum(at)
            band = Band(ArmLook(said, index), np.array(places), by, nothing, nothing)
            bands.append(band)
    if not bands:
        return Markup()
    drawing = draw_bands(
        "Stopped for effect by each look",
        "% of trials",
        bands,
        ticks_at(places, "% of the information", _AXIS_PX),
        "stopping",
        values=PERCENT,
    )
    return panel_picture(drawing)


def stopping_rows(looks: Sequence[Row]) -> list[tuple[str, ...]]:
    """Cells of each look: information, bound, nominal p, stopped with and without."""
    return [
        (
            percent(look["fraction"]),
            number(look.get("z"), 3),
            p_value(look.get("nominal_p")),
            percent(look.get("stop_probability")),
            percent(look.get("stop_probability_null")),
        )
        for look in looks
    ]


def stopping_facts(sequential: Row) -> list[tuple[str, str]]:
    """What holds for the whole trial with its looks; what is not known is left out."""
    spending = sequential.get("spending", "")
    facts = [
        ("Spending of the error", _SPENDING.get(spending, spending)),
        ("Power with looks, %", share(sequential, "power")),
        (f"{FOR_COMPARATOR[:-3]} with looks, %", share(sequential, "for_comparator")),
        ("Type I error with looks, two-sided, %", share(sequential, "type_1")),
        ("Expected patients", count(sequential.get("expected_n"))),
        ("Expected patients, drug off", count(sequential.get("expected_n_null"))),
    ]
    return [(name, said) for name, said in facts if said not in ("", NONE)]
