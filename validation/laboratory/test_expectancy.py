"""Activated expectancy: the effect of a drug that does nothing, and its removal."""

import jax.numpy as jnp

from kapsim.engine import platform
from kapsim.lab.experiments.expectancy import activated_expectancy as experiment
from kapsim.therapy import ActivatedExpectancy
from kapsim.trial.blinding import adjusted_by_guess, unadjusted
from validation.laboratory.checked import SEED, checked

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
