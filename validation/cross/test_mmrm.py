"""Models of repeated measures beside R: gls of nlme, lmerTest, numerical derivatives.

The data, the stored outputs and the script that made them are `r/mmrm.csv`,
`r/mmrm.json` and `r/mmrm.R`. Data sets are growth of children (Orthodont), of rats
(BodyWeight) and of chicks (ChickWeight) as R has them, and simulated trials; each also
with visits taken away.
"""

import csv
import functools
import json
import pathlib

import numpy as np
import pytest

from kapsim.trial.analysis.covariance import Structure
from kapsim.trial.analysis.fixed_effects import Design, visits_design
from kapsim.trial.analysis.mmrm import contrast, mmrm

HERE = pathlib.Path(__file__).parent / "r"
STORY = json.loads((HERE / "mmrm.json").read_text(encoding="utf-8"))
LIMIT = 1e-5
DF_LIMIT = 1e-4
"""Theirs are derivatives by finite differences."""

SETS = {
    "orthodont": "growth of children",
    "bodyweight": "weight of rats",
    "chickweight": "weight of chicks",
    "simulated": "simulated trials of 2 x 100",
    "small": "simulated trials of 2 x 30",
}


@functools.cache
def rows():
    """Rows of the data by set."""
    found = {}
    with (HERE / "mmrm.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["set"], []).append(row)
    return found


def trial(name):
    """Scores and design of a set, as one replicate."""
    table = rows()[name]
    visits = max(int(row["visit"]) for row in table)
    column = lambda key: np.array([float(row[key] or "nan") for row in table])
    wide = {key: column(key).reshape(1, -1, visits) for key in ("arm", "score")}
    arm = wide["arm"][..., 0].astype(int)
    baseline = column("baseline").reshape(1, -1, visits)[..., 0]
    arms = int(arm.max()) + 1
    design = visits_design(arm, baseline, arms, visits)
    if not baseline.any():
        design = without_baseline(arm, arms, visits)
    return wide["score"], design


def without_baseline(arm, arms, visits):
    """Visit and arm by visit alone."""
    covariates = np.stack([np.ones_like(arm), *(arm == a for a in range(1, arms))], -1)
    effects = np.eye(visits * arms).reshape(visits, arms, visits * arms)
    return Design(covariates.astype(float), effects, arms)


@functools.cache
def ours(name, structure):
    """Coefficients, standard errors, degrees of freedom and likelihood."""
    fits = mmrm(*trial(name), Structure(structure))
    found = contrast(fits, np.eye(fits.beta.shape[1]))
    return *(x[0] for x in found), float(fits.log_restricted_likelihood[0])


def gap(name, structure, theirs=None):
    """Greatest difference of estimates, and of their standard errors, in the latter."""
    value, se, *_ = ours(name, structure)
    told = STORY["sets"][name][theirs or structure]
    their_se = np.array(told["se"])
    apart = np.abs(value - told["beta"]) / their_se
    return float(max(apart.max(), np.abs(se / their_se - 1).max()))


def stored(kind, structure):
    """Sets of a kind that have results of a structure."""
    sets = STORY["sets"].items()
    return [name for name, fits in sets if name.startswith(kind) and structure in fits]


PAIRS = [(kind, s) for kind in SETS for s in Structure if stored(kind, s)]


@pytest.mark.parametrize(("kind", "structure"), PAIRS)
def test_estimates_and_standard_errors(check, kind, structure):
    names = stored(kind, structure)
    title = f"greatest difference from gls, {structure}, {SETS[kind]}"
    worst = max(gap(name, structure) for name in names)
    version = STORY["made_with"]["nlme"]
    note = f"in standard errors; {len(names)} data sets; nlme {version}"
    if structure is Structure.ADH:
        title = title.replace("gls", "a second writing in R")
        note = f"in standard errors; {len(names)} data sets"
    check(title, worst, 0, LIMIT, source="required", note=note)
    other = "csh" if structure is Structure.US else "us"
    wrong = gap(names[-1], structure, theirs=other)
    check.planted(title, f"the structure {other}", wrong)
    if structure is Structure.US:
        wrong = gap(names[-1], structure, theirs="us_by_ordinary_likelihood")
        check.planted(title, "ordinary instead of restricted likelihood", wrong)


def likelihood_gap(name, structure, theirs=None):
    """Difference of the logarithms of the restricted likelihood."""
    told = STORY["sets"][name][theirs or structure]
    return abs(ours(name, structure)[3] - told["log_likelihood"])


def test_restricted_likelihood(check):
    title = "greatest difference of log restricted likelihoods from gls"
    pairs = [
        (name, structure)
        for name, fits in STORY["sets"].items()
        for structure in Structure
        if structure in fits
    ]
    worst = max(likelihood_gap(*pair) for pair in pairs)
    note = f"{len(pairs)} fits"
    check(title, worst, 0, LIMIT, source="required", note=note)
    wrong = likelihood_gap("orthodont", "us", theirs="us_by_ordinary_likelihood")
    check.planted(title, "ordinary likelihood", wrong)


def df_gap(name, structure, theirs=None):
    """Greatest relative difference of degrees of freedom."""
    told = STORY["sets"][name][theirs or structure]["df"]
    return float(np.abs(ours(name, structure)[2] / np.array(told) - 1).max())


@pytest.mark.parametrize(
    ("structure", "program"),
    [("cs", "lmerTest"), ("us", "numerical derivatives in R")],
)
def test_degrees_of_freedom(check, structure, program):
    names = [n for n, fits in STORY["sets"].items() if "df" in fits[structure]]
    title = f"greatest difference of degrees of freedom, {structure}, from {program}"
    worst = max(df_gap(name, structure) for name in names)
    note = f"relative, all coefficients of {len(names)} data sets"
    check(title, worst, 0, DF_LIMIT, source="required", note=note)
    other = {"cs": "us", "us": "cs"}[structure]
    wrong = df_gap(names[-1], structure, theirs=other)
    check.planted(title, f"those of {other}", wrong)
