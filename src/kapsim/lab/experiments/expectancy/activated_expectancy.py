"""Activated expectancy: what an inert drug seems to do where it is felt."""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from scipy import stats

from kapsim.engine.random import normals, patient_indices, stream_key
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.therapy import ActivatedExpectancy, ActivatedExpectancyInputs
from kapsim.trial.analysis.blinding import (
    adjusted_by_guess,
    correct_guess_rate,
    guess_rate_curve,
    unadjusted,
)

SIZES = (40, 100, 230)
"""Patients of a trial, both arms together."""

PATIENTS_IN_ALL = 1_600_000
"""Over all replicates of a trial of one size."""

LEVEL = 0.05
RATES = np.linspace(0.0, 1.0, 13)
"""Rates of correct guesses at which the effect is shown, as in the publication."""

DRAWN = 5  # things that are drawn for a patient


class Trial(NamedTuple):
    """Arms, guesses and scores of patients."""

    active: np.ndarray
    guess: np.ndarray
    score: np.ndarray


def trial(model: ActivatedExpectancy, per_arm: int, seed: int, name: str) -> Trial:
    """A trial of two arms of `per_arm` patients each, active first."""
    key = jnp.asarray(stream_key(seed, f"lab.activated-expectancy.{name}"))
    drawn = normals(key, patient_indices(0, 2 * per_arm), 0, DRAWN, dtype=jnp.float64)
    active = jnp.repeat(jnp.asarray([1.0, 0.0]), per_arm)
    seen = model.read(ActivatedExpectancyInputs(active, *drawn))
    rows = (np.asarray(active), np.asarray(seen.guess), np.asarray(seen.score))
    return Trial(rows[0] > 0, rows[1] > 0, rows[2])


def false_positives(model: ActivatedExpectancy, size: int, seed: int) -> float:
    """Share of trials of `size` patients in which a t-test finds an effect."""
    half = size // 2
    replicates = PATIENTS_IN_ALL // size
    found = trial(model, half * replicates, seed, f"replicates.{size}")
    arms = [found.score[found.active == arm].reshape(-1, half) for arm in (True, False)]
    _, p = stats.ttest_ind(*arms, axis=1)
    return float(np.mean(np.asarray(p) < LEVEL))


def run(setting: Setting) -> Outcome:
    """A felt drug that does nothing, and one that works."""
    inert = ActivatedExpectancy(drug_mean=jnp.asarray(0.0), drug_sd=jnp.asarray(0.0))
    trials = {
        "inert": trial(inert, setting.patients, setting.seed, "trial"),
        "working": trial(
            ActivatedExpectancy(), setting.patients, setting.seed, "trial"
        ),
    }
    null = trials["inert"]
    arms = [null.score[null.active == arm] for arm in (True, False)]
    pooled = np.sqrt(np.mean([arm.var(ddof=1) for arm in arms]))
    curves = {
        name: guess_rate_curve(t.score, t.active, t.guess, RATES)
        for name, t in trials.items()
    }
    numbers = {
        "guess_active_on_drug": float(null.guess[null.active].mean()),
        "guess_active_on_placebo": float(null.guess[~null.active].mean()),
        "correct_guess_rate": correct_guess_rate(null.active, null.guess),
        "spurious_effect": unadjusted(null.score, null.active),
        "spurious_d": unadjusted(null.score, null.active) / pooled,
        "adjusted_inert": adjusted_by_guess(null.score, null.active, null.guess),
        "raw_working": unadjusted(trials["working"].score, null.active),
        "adjusted_working": adjusted_by_guess(
            trials["working"].score, null.active, trials["working"].guess
        ),
        "curve_inert": float(curves["inert"][len(RATES) // 2]),
    }
    rates = {size: false_positives(inert, size, setting.seed) for size in SIZES}
    numbers |= {f"false_positives_{size}": rate for size, rate in rates.items()}
    return Outcome(numbers, _figure(numbers, curves))


def _figure(numbers: Mapping[str, float], curves: Mapping[str, np.ndarray]) -> Figure:
    rates = RATES.tolist()
    published = (0.46, 0.83, 0.996)
    sizes = [float(size) for size in SIZES]
    found = [numbers[f"false_positives_{size}"] for size in SIZES]
    places = [0.0, 1.0]
    return Figure(
        caption="A drug that is felt and does nothing shows an effect, the more surely "
        "the larger the trial. Comparing those who guess alike removes it.",
        panels=(
            Panel(
                "Effect of the drug",
                "drug",
                "active less placebo (points)",
                (
                    Series(
                        "as the trial shows it",
                        places,
                        [numbers["spurious_effect"], numbers["raw_working"]],
                        kind="bars",
                    ),
                    Series(
                        "adjusted by guess",
                        places,
                        [numbers["adjusted_inert"], numbers["adjusted_working"]],
                        kind="bars",
                    ),
                ),
                categories=("does nothing", "works"),
            ),
            Panel(
                "Trials that find an effect of nothing",
                "patients in both arms",
                "share of trials",
                (
                    Series("model", sizes, found),
                    Series("published", sizes, list(published), kind="points"),
                ),
            ),
            Panel(
                "Had a share guessed right",
                "correct-guess rate",
                "active less placebo (points)",
                tuple(
                    Series(f"drug: {name}", rates, curve.tolist())
                    for name, curve in curves.items()
                ),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=400_000)
