"""Chronic social defeat, with ketamine in several doses and at several times."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.rank.defeats import (
    CONTEST_H,
    contests,
    fresh,
    interaction,
    last,
    novel_opponents,
    susceptible,
)
from kapsim.mind.rank import Defeat, DefeatInputs, Elo, Interaction
from kapsim.mind.threat import DrugTiming, TimingInputs

DAYS = 10  # of defeat, one a day
RESTRAINT_DAYS = 7
TEST_H = 24.0
LATE_H = 8 * 24.0
"""Hours after the last defeat: the usual test, and day 18."""


class Arm(NamedTuple):
    """A group of animals: what it was given, when, and when it was tested.

    Times are hours after the last defeat; doses are mg/kg.
    """

    text: str
    dose: float = 0.0
    given_h: float = 0.0
    test_h: float = TEST_H
    days: int = DAYS


def before_first(hours: float, days: int = DAYS) -> float:
    """Time some hours before the first of daily defeats, after the last one [h]."""
    return -24.0 * (days - 1) - hours


ARMS = {
    "after_20": Arm("20 mg/kg, 1 h after", 20.0, 1.0),
    "after_2_5": Arm("2.5 mg/kg, 1 h after", 2.5, 1.0),
    "week_later": Arm("20 mg/kg, 1 h after, day 18", 20.0, 1.0, LATE_H),
    "day_before": Arm("20 mg/kg, 24 h before", 20.0, before_first(24.0)),
    "week_before": Arm("30 mg/kg, 1 week before", 30.0, before_first(168.0)),
    "restraint": Arm(
        "R-ketamine 10 mg/kg, 24 h before restraint",
        10.0,
        before_first(24.0, RESTRAINT_DAYS),
        days=RESTRAINT_DAYS,
    ),
}


def beaten(days: int, test_h: float) -> float:
    """Defeat [1] at a test some hours after the last of daily defeats."""
    defeat = Defeat()
    daily = contests(days, won=0.0, rest_h=24 - CONTEST_H, yielding=0.0)
    end = last(novel_opponents(fresh(), daily, Elo(), defeat)).defeat
    none = jnp.zeros(())
    rest = jnp.asarray(test_h - (24 - CONTEST_H))
    return float(defeat.step(end, DefeatInputs(none, none, none), rest))


def opposed(arm: Arm, animals: Interaction, timing: DrugTiming) -> float:
    """Share of defeat [1] that the drug opposes at the test of an arm."""
    since = jnp.asarray(arm.test_h - arm.given_h)
    window = timing.read(TimingInputs(since)).plastic
    return float(animals.opposition(jnp.asarray(arm.dose), window))


class Group(NamedTuple):
    """A group's name in the figure, and the interaction of its animals [1]."""

    text: str
    ratios: Float[Array, "animals"]


def tested(setting: Setting, arm: Arm, *, defeated: bool, opposed: float) -> Group:
    """Interaction at the test of an arm.

    Parameters
    ----------
    setting
        Seed and number of animals.
    arm
        Stress and time of the test.
    defeated
        Whether the animals met the stress.
    opposed
        Share of defeat that the drug opposes [1].
    """
    occasion = 1 if arm.test_h > TEST_H else 0
    suffered = beaten(arm.days, arm.test_h) if defeated else 0.0
    ratios = interaction(
        setting, Interaction(), suffered, opposed=opposed, occasion=occasion
    )
    return Group(arm.text, ratios)


def rescued(setting: Setting, arm: Arm, opposed: float) -> tuple[Group, float]:
    """An arm, and the share [1] of lost interaction that its drug gave back."""
    controls = tested(setting, arm, defeated=False, opposed=0.0).ratios.mean()
    untreated = tested(setting, arm, defeated=True, opposed=0.0).ratios.mean()
    treated = tested(setting, arm, defeated=True, opposed=opposed)
    gained = treated.ratios.mean() - untreated
    return treated, float(gained / (controls - untreated))


def run(setting: Setting) -> Outcome:
    """Controls, defeated animals, and each arm with the drug."""
    animals, timing = Interaction(), DrugTiming()
    controls = tested(setting, Arm("controls"), defeated=False, opposed=0.0)
    saline = tested(setting, Arm("defeated, saline"), defeated=True, opposed=0.0)
    later = Arm("defeated, saline, day 18", test_h=LATE_H)
    resilient = saline.ratios[saline.ratios >= 1].mean()
    numbers = {
        "susceptible": susceptible(saline.ratios),
        "interacting_controls": 1 - susceptible(controls.ratios),
        "resilient_over_controls": float(resilient / controls.ratios.mean()),
    }
    groups = [controls, saline, tested(setting, later, defeated=True, opposed=0.0)]
    for name, arm in ARMS.items():
        share = opposed(arm, animals, timing)
        group, numbers[f"rescued_{name}"] = rescued(setting, arm, share)
        groups.append(group)
    if setting.drug:
        text = setting.drug.text
        for name, late, test_h in (("", "", TEST_H), ("_late", ", day 18", LATE_H)):
            arm = Arm(f"{text}{late}", test_h=test_h)
            share = setting.drug.at(test_h).window
            group, numbers[f"rescued_drug{name}"] = rescued(setting, arm, share)
            groups.append(group)
    return Outcome(numbers, _figure(groups, animals, timing))


def _figure(groups: list[Group], animals: Interaction, timing: DrugTiming) -> Figure:
    place = [float(k) for k in range(len(groups))]
    low, middle, high = np.transpose(
        [np.quantile(np.asarray(group.ratios), (0.25, 0.5, 0.75)) for group in groups]
    ).tolist()
    avoiding = [100 * susceptible(group.ratios) for group in groups]
    names = tuple(group.text for group in groups)
    hours = [float(6 * k) for k in range(14 * 4 + 1)]
    course = lambda dose: [
        opposed(Arm("", dose, 0.0, test_h), animals, timing) for test_h in hours
    ]
    doses = (2.5, 10.0, 20.0, 30.0)
    return Figure(
        "Social interaction after ten daily defeats (median and middle half of the "
        "animals), the share of animals that avoid, and how much of defeat a dose "
        "opposes over the days after it.",
        (
            Panel(
                "Social interaction",
                "",
                "interaction ratio",
                (Series("model", place, middle, low, high, kind="bars"),),
                names,
            ),
            Panel(
                "Avoidance",
                "",
                "% of animals with a ratio below 1",
                (Series("model", place, avoiding, kind="bars"),),
                names,
            ),
            Panel(
                "The drug",
                "days after the dose",
                "share of defeat opposed",
                tuple(
                    Series(f"{dose:g} mg/kg", [h / 24 for h in hours], course(dose))
                    for dose in doses
                ),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=4000, drug=True)
