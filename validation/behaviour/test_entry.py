"""Untreated people: mild depression stays mild, an entry cut makes scores fall.

The expected fall is worked out here by drawing people and rejecting those below the
cut, without the closed forms of the entry model.
"""

import numpy as np
import pytest
from scipy import optimize, stats

from kapsim.evidence import library
from validation.trials import totals, trial

MEAN, SD, CUT = 32.0, 6.0, 19.5
FALL = "fall of the untreated from the admitting rating to two hours later"
MILD = "mean MADRS of the untreated on day 8, asked for 22 at entry"


def untreated(**changes):
    return totals(trial({"name": "nothing"}, **changes), "nothing")


def without_cut(mean) -> dict:
    population = trial({"name": "nothing"}).population
    data = population.model_dump(mode="json", exclude_unset=True)
    data.pop("entry")
    return data | {"baseline": {"scale": "MADRS", "mean": mean, "sd": SD}}


def normal_before_the_cut() -> np.ndarray:
    """Mean and SD among those who come, from those of the admitted."""

    def misses(guess):
        kept = stats.truncnorm((CUT - guess[0]) / guess[1], np.inf, *guess)
        return kept.mean() - MEAN, kept.std() - SD

    return np.asarray(optimize.root(misses, [MEAN, SD]).x)


def expected_fall(error_sd) -> float:
    """Mean admitting rating minus mean of what is left without its error."""
    inflation = library().parameter("measures.rater.site_inflation").internal_value
    mean, sd = normal_before_the_cut()
    rng = np.random.default_rng(3)
    rated = mean + sd * rng.standard_normal(400_000)
    # given the rating, its error is normal around its share of the distance
    error = (error_sd / sd) ** 2 * (rated - mean)
    return float(inflation + error[rated >= CUT].mean())


@pytest.fixture(scope="module")
def people():
    return untreated()


def test_fall_after_an_entry_cut(check, people):
    got = people["day 1"].mean() - people["day 1 + 2 h"].mean()
    error_sd = 2.5
    want = expected_fall(error_sd)
    note = f"expected {want:.2f} from selection and inflation alone"
    check(FALL, got, want - 1, want + 1, unit="points", source="kobak_2010", note=note)
    fair = people["day 1 + 2 h"].mean() - people["day 1 + 4 h"].mean()
    check.planted(FALL, "admitting rating made like any other", fair)


@pytest.mark.validation_slow
def test_mild_depression_exists(check):
    mild = untreated(population=without_cut(22))
    check(MILD, mild["day 8"].mean(), 21, 23, unit="points", source="our choice")
    deep = untreated(population=without_cut(MEAN))["day 8"].mean()
    check.planted(MILD, "the depth of resistant samples", deep)
    entry = mild["day 1"].mean()
    name = "mean MADRS at entry, asked for 22"
    check(name, entry, 21.6, 22.4, unit="points", source="our choice")
    other = untreated(population=without_cut(24))["day 1"].mean()
    check.planted(name, "24 asked for", other)
