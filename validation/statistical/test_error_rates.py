"""Error rates of whole virtual trials: 10,000 without the drug, 10,000 with it.

Two arms of 40, five visits after baseline, people who leave and miss visits as usual.
Without the drug both arms are saline, so that every rejection is an error of the first
kind. With it the truth is the mean of the persons' own differences, and the interval of
95 % should hold it as often as it says. Both shares are known to 0.22 points.
"""

import functools

import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.trial.arms.simulation import prepare_all
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.outcomes import outcomes
from kapsim.trial.conduct.people import people
from kapsim.trial.power.effects import Analysis, effects
from kapsim.trial.power.truth import truths
from kapsim.trial.power.worlds import Held, without_drug
from kapsim.trial.protocol import Protocol

TRIALS, AT_ONCE, PERSONS, PER_ARM = 10_000, 500, 8_192, 40
PAIR = ("ketamine", "saline")
ALPHA = 0.05
TWO_ERRORS = 2.6 * np.sqrt(ALPHA * (1 - ALPHA) / TRIALS)
"""Half of the limits: the 99 % of a share of 5 % in as many trials [1]."""

pytestmark = [pytest.mark.validation_slow, pytest.mark.stochastic]


def infused(drug, **more):
    return {"drug": drug, "route": "intravenous", "over": "40 min", "days": [1]} | more


@functools.cache
def protocol(method, **changes):
    people = {
        "diagnosis": "major depressive disorder",
        "baseline": {"scale": "MADRS", "mean": 32, "sd": 6},
        "failures": {"mean": 2, "at_least": 1},
        "age": {
            "mean": "44 yr",
            "sd": "12 yr",
            "at_least": "18 yr",
            "at_most": "70 yr",
        },
        "weight": {"mean": "80 kg", "sd": "16 kg"},
        "female": "60 %",
    }
    racemate = {"enantiomer": "racemate", "form": "base", "amount": "0.5 mg/kg"}
    days = ["day 2", "day 4", "day 8", "day 11", "day 15"]
    document = {
        "kapsim": 1,
        "name": "error-rates",
        "title": "One infusion of ketamine or saline",
        "summary": "Two arms, five visits.",
        "population": people,
        "arms": [
            {"name": "ketamine", "treatments": [infused("ketamine", **racemate)]},
            {
                "name": "saline",
                "control": "saline",
                "treatments": [infused("placebo")],
            },
        ],
        "visits": [
            {"at": "day 1", "baseline": True, "scales": ["MADRS"]},
            *({"at": day, "scales": ["MADRS"]} for day in days),
        ],
        "endpoints": [
            {"measure": "MADRS", "kind": "change", "at": "day 15", "method": method}
        ],
    }
    return Protocol.model_validate(document)


@functools.cache
def cohort():
    platform.configure()
    made = protocol("mmrm")
    ready = prepare_all(made, seed=4)
    seen = {k: outcomes(one, 0, PERSONS) for k, one in ready.items()}
    return Held(seen, people(ready["saline"], PERSONS))


def found(method, persons):
    """P values, bounds and methods of all trials."""
    made, parts = protocol(method), []
    for first in range(0, TRIALS, AT_ONCE):
        numbers = range(first, first + AT_ONCE)
        trials = conduct(made, persons, dict.fromkeys(PAIR, PER_ARM), numbers, seed=4)
        nothing = np.zeros((*trials.arm.shape, 0))
        asked = Analysis(trials, made, made.endpoints[0], nothing, persons)
        parts.append(effects(asked, [PAIR])[PAIR][0])
    join = lambda name: np.concatenate([getattr(part, name) for part in parts])
    return join("p"), join("low"), join("high"), join("method")


@functools.cache
def null(method):
    return found(method, without_drug(cohort().cohort, "saline"))


@functools.cache
def real(method):
    return found(method, cohort().cohort)


@pytest.mark.parametrize("method", ["mmrm", "ancova"])
def test_error_of_the_first_kind(check, method):
    p, *_ = null(method)
    rate = float((p < ALPHA).mean())
    name = f"{method}, 10,000 trials without the drug: share that finds something"
    check(name, rate, ALPHA - TWO_ERRORS, ALPHA + TWO_ERRORS, source="required")
    check.planted(name, "the drug is there", float((real(method)[0] < ALPHA).mean()))


@pytest.mark.parametrize("method", ["mmrm", "ancova"])
def test_intervals_hold_the_truth(check, method):
    truth = truths(cohort(), cohort(), protocol(method))["truth"][0]
    _, low, high, _ = real(method)
    covered = float(((low <= truth) & (truth <= high)).mean())
    name = f"{method}, 10,000 trials with the drug: intervals that hold the truth"
    check(name, covered, 0.94, 0.96, source="required")
    off = float(((low <= truth + 1.5) & (truth + 1.5 <= high)).mean())
    check.planted(name, "a truth that is off by 1.5 points", off)


def test_every_trial_is_analysed(check):
    *_, method = null("mmrm")
    share = float((method == "mmrm us").mean())
    name = "10,000 trials: unstructured covariance converges"
    check(name, share, 0.99, 1.0, source="our choice")
    check.planted(name, "a tenth falls to a plainer one", 0.9)
