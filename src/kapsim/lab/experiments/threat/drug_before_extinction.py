"""A drug at some time before one session of extinction, and the fear a day later."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

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
from kapsim.lab.influence import Influence
from kapsim.mind.threat import DrugTiming
from kapsim.units import DAY_H

BEFORE_H = {
    "during": 0.0,
    "hour": 1.0,
    "two_hours": 2.0,
    "day": 24.0,
    "week": 168.0,
    "month": 672.0,
}
"""From the dose to extinction."""

MEMORY_H = DAY_H
"""From conditioning to the dose, where the dose comes after it."""

NAMES: tuple[str, ...] = ("0 h", "1 h", "2 h", "1 day", "1 week", "1 month")

CONDITIONED_H = -DAY_H
"""Conditioning, in the arms with the dose close to it or before it [h]."""

AROUND_H = {"month": -672.0, "week": -168.0, "hour": -1.0, "after": 0.1}
"""From conditioning to the dose, as rats and mice had it."""

Fear = list[Float[np.ndarray, "_"]]
"""Response in each session: conditioning, extinction, test."""


class Pair(NamedTuple):
    """A drug's arm and its undrugged controls, whose memory is as old."""

    drug: Arm
    control: Arm


def pair(conditioned_h: float, gain: Gain) -> Pair:
    """Conditioning, a session of extinction at 0 h, and a test a day later."""
    sessions = (conditioning(conditioned_h), extinction(0.0), extinction(DAY_H))
    return Pair(Arm(sessions, gain), Arm(sessions, no_drug))


def pairs(drug: Influence | None) -> dict[str, Pair]:
    """All arms by the time of the dose, before extinction and around conditioning."""
    timing = DrugTiming()
    found = {
        name: pair(-(hours + MEMORY_H), dosed(-hours, timing))
        for name, hours in BEFORE_H.items()
    }
    for name, hours in AROUND_H.items():
        gain = dosed(CONDITIONED_H + hours, timing)
        found[f"conditioning, {name}"] = pair(CONDITIONED_H, gain)
    if drug is not None:
        found[drug.text] = pair(2 * CONDITIONED_H, influenced(drug, timing))
    return found


def at_test(drug: Fear, control: Fear) -> float:
    """Change of fear on the first trial of the test, as a share of the controls'."""
    return float(drug[-1][0] / control[-1][0] - 1)


def when_met(drug: Fear, control: Fear) -> float:
    """Change of the mean response when the cue is first met again."""
    return float(drug[1].mean() - control[1].mean())


def run(setting: Setting) -> Outcome:
    """Fear against undrugged controls, by the time of the dose; nothing is drawn."""
    arms = pairs(setting.drug)
    flat = responses([arm for both in arms.values() for arm in both])
    found = dict(zip(arms, zip(flat[::2], flat[1::2], strict=True), strict=True))
    change = {name: at_test(*both) for name, both in found.items()}
    week, month = (found[f"conditioning, {name}"] for name in ("week", "month"))
    numbers = {
        **{f"retention_{name}": change[name] for name in BEFORE_H},
        "week_before_conditioning": when_met(*week),
        "month_before_conditioning": when_met(*month),
        "hour_before_conditioning": change["conditioning, hour"],
        "after_conditioning": change["conditioning, after"],
    }
    shown = {name: change[key] for name, key in zip(NAMES, BEFORE_H, strict=True)}
    if setting.drug is not None:
        shown[setting.drug.text] = change[setting.drug.text]
        numbers["retention, added drug"] = change[setting.drug.text]
    return Outcome(numbers, _figure(shown))


def _figure(shown: Mapping[str, float]) -> Figure:
    bars = Series(
        "model", np.arange(float(len(shown))), list(shown.values()), kind="bars"
    )
    return Figure(
        caption="Fear a day after one session of extinction, relative to animals "
        "without the drug. On board the drug keeps extinction from being learned; a "
        "day later it helps, a week later a little, a month later no more.",
        panels=(
            Panel(
                "Fear at test",
                "from the dose to extinction",
                "change against no drug",
                (bars,),
                categories=tuple(shown),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, drug=True)
