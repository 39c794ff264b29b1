"""Too little of a drug and too little extinction, each alone and together."""

from collections.abc import Mapping
from itertools import product

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.doses import (
    Arm,
    Gain,
    conditioning,
    dosed,
    extinction,
    influenced,
    no_drug,
    responses,
)
from kapsim.mind.threat import DrugTiming
from kapsim.units import DAY_H

SHARE = 0.5
"""Share of a full dose."""

FEW = 15
"""Trials of extinction, of the nineteen of a full session."""

CONDITIONING_H, DOSE_H = -2 * DAY_H, -DAY_H


def arm(extinguished: bool, gain: Gain) -> Arm:
    """Conditioning, a short session of extinction or none, and a test a day later."""
    session = (extinction(0.0, FEW),) if extinguished else ()
    test = extinction(DAY_H, 1)
    return Arm((conditioning(CONDITIONING_H), *session, test), gain)


def run(setting: Setting) -> Outcome:
    """Fear at test that each takes away, and both together; nothing is drawn."""
    timing = DrugTiming()
    gains: dict[str, Gain] = {
        "saline": no_drug,
        "ketamine": dosed(DOSE_H, timing, SHARE),
    }
    if setting.drug is not None:
        gains[setting.drug.text] = influenced(setting.drug, timing)
    cells = list(product((False, True), gains))
    found = responses([arm(extinguished, gains[name]) for extinguished, name in cells])
    fear = {cell: float(one[-1][0]) for cell, one in zip(cells, found, strict=True)}
    whole = fear[False, "saline"]
    removed = {cell: whole - left for cell, left in fear.items()}
    numbers = {
        "drug_alone": removed[False, "ketamine"],
        "extinction_alone": removed[True, "saline"],
        "both": removed[True, "ketamine"],
        "more_than_the_sum": _beyond(removed, "ketamine"),
    }
    if setting.drug is not None:
        beyond = _beyond(removed, setting.drug.text)
        numbers["more than the sum, added drug"] = beyond
    return Outcome(numbers, _figure(removed, tuple(gains)))


def _beyond(removed: Mapping[tuple[bool, str], float], drug: str) -> float:
    """What both take away together beyond the sum of each alone."""
    return removed[True, drug] - removed[False, drug] - removed[True, "saline"]


def _figure(
    removed: Mapping[tuple[bool, str], float], drugs: tuple[str, ...]
) -> Figure:
    places = np.arange(float(len(drugs)))
    bars = tuple(
        Series(name, places, [removed[given, drug] for drug in drugs], kind="bars")
        for given, name in ((False, "no extinction"), (True, "short extinction"))
    )
    return Figure(
        caption="Fear that is gone at test, after half a dose a day before a short "
        "session of extinction, after either alone, and after none.",
        panels=(Panel("Fear taken away", "drug", "fall of the response", bars, drugs),),
    )


EXPERIMENT = Experiment(run=run, drug=True)
