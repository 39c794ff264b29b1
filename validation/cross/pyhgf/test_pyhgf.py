"""The filters of binary and of graded outcomes beside pyhgf, trial by trial.

The stored outputs and the script that made them lie beside this file.
"""

import json
import pathlib

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import run_trials
from kapsim.mind.belief import (
    BinaryFilter,
    ContinuousFilter,
    Volatility,
    binary_trials,
    continuous_trials,
)

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 1e-6
LEVELS = {
    "binary-two-levels": ("mean_1", "mean_2", "precision_2"),
    "binary-enhanced": ("mean_1", "mean_2", "precision_2", "mean_3", "precision_3"),
    "binary-original": ("mean_1", "mean_2", "precision_2", "mean_3", "precision_3"),
    "binary-coupled": ("mean_1", "mean_2", "precision_2", "mean_3", "precision_3"),
    "graded-enhanced": ("mean_2", "precision_2", "mean_3", "precision_3"),
    "graded-original": ("mean_2", "precision_2", "mean_3", "precision_3"),
}
PLACES = {
    "mean_1": lambda seen: seen.expected,
    "mean_2": lambda seen: seen.predicted.mu,
    "precision_2": lambda seen: seen.predicted.pi,
    "mean_3": lambda seen: seen.predicted.mu_v,
    "precision_3": lambda seen: seen.predicted.pi_v,
}
run = eqx.filter_jit(run_trials)


def stored(name):
    """Settings and columns of a file."""
    with (HERE / f"{name}.csv").open(encoding="utf-8") as file:
        given = json.loads(file.readline().removeprefix("# "))
        header = file.readline().strip().split(",")
        rows = np.loadtxt(file, delimiter=",")
    return given, dict(zip(header, rows.T, strict=True))


def ours(name, given, outcome):
    """What our filter thought with the same settings."""
    number = lambda key: jnp.asarray(float(given[key]))
    names = ("kappa", "omega", "theta", "h")
    above = Volatility(**{key: number(key) for key in names})
    start = {"pi_0": number("pi_0"), "pi_v0": number("pi_v0")}
    outcome = jnp.asarray(outcome)
    if name.startswith("binary"):
        return run(BinaryFilter(above, **start), binary_trials(outcome))[1]
    trials = continuous_trials(outcome, given["pi_s"])
    return run(ContinuousFilter(above, **start), trials)[1]


def greatest_gap(name, **changes):
    """Greatest difference over all trials and levels, relative where above one."""
    given, table = stored(name)
    seen = ours(name, given | changes, table["outcome"])
    gaps = [
        np.abs(np.asarray(PLACES[key](seen)) - table[key])
        / np.maximum(np.abs(table[key]), 1)
        for key in LEVELS[name]
    ]
    return float(np.max(gaps))


@pytest.mark.parametrize("name", LEVELS)
def test_every_level_agrees(check, name):
    given, _ = stored(name)
    title = f"greatest difference from pyhgf, {name.replace('-', ', ')}"
    note = f"pyhgf {given['pyhgf']}; all levels, means and precisions, every trial"
    check(title, greatest_gap(name), 0, LIMIT, source="pyhgf", note=note)
    check.planted(
        title, "omega a thousandth off", greatest_gap(name, omega=given["omega"] + 1e-3)
    )
    if given["kappa"]:
        other = greatest_gap(name, h=1 - given["h"])
        check.planted(title, "the other form of the volatility's update", other)


def test_the_files_hold_what_they_say():
    for name, levels in LEVELS.items():
        given, table = stored(name)
        assert set(table) == {"outcome", *levels}
        assert given["pyhgf"] == "0.2.12"
        assert len(table["outcome"]) == (320 if name.startswith("binary") else 240)
