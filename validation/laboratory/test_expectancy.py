"""Activated expectancy: the effect of a drug that does nothing, and its removal."""

import jax.numpy as jnp
import pytest

from kapsim.engine import platform
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.expectancy import (
    activated_expectancy as experiment,
    control_and_guess,
)
from kapsim.therapy import ActivatedExpectancy
from kapsim.trial.analysis.blinding import adjusted_by_guess, unadjusted
from validation.laboratory.checked import SEED, checked, numbers

platform.configure()

PER_ARM = 20_000
NONE = jnp.asarray(0.0)


def test_activated_expectancy(check):
    names = checked(check, "activated-expectancy")
    blind = ActivatedExpectancy(
        cue_mean=NONE, cue_sd=NONE, drug_mean=NONE, drug_sd=NONE
    )
    kept = experiment.trial(blind, PER_ARM, SEED, "planted")
    check.planted(
        names["spurious_effect"],
        "a drug that nobody feels",
        unadjusted(kept.score, kept.active),
    )
    felt = experiment.trial(ActivatedExpectancy(), PER_ARM, SEED, "planted")
    adjusted = adjusted_by_guess(felt.score, felt.active, felt.guess)
    check.planted(names["adjusted_inert"], "a drug that works", adjusted)
    check.planted(
        names["adjusted_working"],
        "no adjustment",
        unadjusted(felt.score, felt.active),
    )


LIKE_SALINE = {"drug.felt.half_sedation": 100.0}
"""Sedation is not felt as a drug: midazolam has the cue of saline."""

ALIKE = {"responders": ("percent", 1.0), "d": ("1", 0.1)}
"""How far controls may lie apart that do nothing but be felt."""


@pytest.mark.validation_slow
def test_control_and_guess(check):
    name = "control-and-guess"
    names = checked(check, name)
    setting = Setting(SEED, control_and_guess.EXPERIMENT.patients)
    same = control_and_guess.arms(setting, LIKE_SALINE)
    responders, d = control_and_guess.between_controls(same)
    fault = "the same cue for both controls"
    check.planted(names["responders_between_controls"], fault, responders)
    check.planted(names["d_between_controls"], fault, d)
    for kind, (unit, limit) in ALIKE.items():
        for without in ("masked", "unexpecting"):
            result = f"{name}: {kind} between controls, {without}"
            key = f"{kind}_between_controls"
            value = numbers(name)[f"{key}_{without}"]
            source = "our choice"
            check(result, value, -limit, limit, unit=unit, source=source)
            check.planted(result, "with expectancy", numbers(name)[key])
