"""The shipped calibration: ranks, recovery, studies left out, another seed.

Data are drawn from the emulator of the shipped calibration, with its endpoints, studies
and covariances, at known parameters, and the calibration is repeated on each. The
sampler's chains are short here: 252 draws after 200 steps of adaptation.
"""

import functools
import pathlib

import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.evidence.posterior import Spreads
from kapsim.inference.checks.check import (
    LEVELS,
    agreement,
    held_out,
    recovery,
    simulation_based,
)
from kapsim.inference.checks.synthetic import Truth, posterior_truths, prior_truths
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.sampling import sample
from kapsim.inference.posterior.shipped import shipped_draws
from kapsim.inference.targets.problem import Problem
from validation.inference.linear import narrowed, shifted

platform.configure()

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "calibration"
RANKED, FOUND, SIMULATED, TIMES_LEFT_OUT = 40, 16, 8, 4
"""Repetitions: of ranks, of recovery from the emulator's data and from those of the
whole model, and of each study that is left out."""

DRAWS, LONG = 252, 2_000
NARROW = "spread 30 % too narrow"

pytestmark = [pytest.mark.validation_slow, pytest.mark.stochastic]


@functools.cache
def calibrated():
    """Problem, emulator and draws of the shipped posterior."""
    wanted = [FOLDER / name for name in ("problem.npz", "emulator.npz")]
    if not all(file.exists() for file in wanted):
        pytest.skip("there is no calibration yet")
    problem, emulator = Problem.load(wanted[0]), Emulator.load(wanted[1])
    made = shipped_draws(problem)
    assert made is not None
    return problem, emulator, made


@functools.cache
def remembered():
    """`sample` that fits the same data once, though several checks ask for it."""
    made = {}

    def once(problem, emulator, *, draws, seed, keep=None):
        part = b"" if keep is None else keep.tobytes()
        known = (problem.observed.tobytes(), part, draws, seed)
        if known not in made:
            made[known] = sample(problem, emulator, draws=draws, seed=seed, keep=keep)
        return made[known]

    return once


def smallest(sampler):
    problem, emulator, _ = calibrated()
    truths = prior_truths(problem, RANKED, seed=3)
    return simulation_based(problem, emulator, truths, sampler=sampler).worst


def test_ranks(check):
    quantity, found = smallest(remembered())
    name = f"calibration, {RANKED} synthetic data sets: smallest p value of the ranks"
    note = f"times the number of quantities; of {quantity}"
    check(name, found, 0.01, 1.0, source="our choice", note=note)
    check.planted(name, NARROW, smallest(narrowed(remembered(), 0.7))[1])


def recoveries(sampler):
    problem, emulator, posterior = calibrated()
    truths = posterior_truths(posterior, FOUND, seed=5)
    return recovery(problem, emulator, truths, draws=DRAWS, sampler=sampler)


def test_recovery(check):
    found, wrong = recoveries(remembered()), recoveries(narrowed(remembered(), 0.5))
    name = "calibration, truths of its posterior: inside 95 % intervals"
    found_inside = found.coverage[-1].mean()
    check(name, found_inside, 0.92, 1.0, source="our choice")
    fault = "spread halved"
    check.planted(name, fault, wrong.coverage[-1, :-2].mean())
    words = (
        "Truths are draws of the posterior; 16 calibrations to data of the emulator. "
        "A slope near 0 says that the data do not tell the parameter, near 1 that they "
        "do. As the prior is wider than where the truths lie, intervals of parameters "
        "that are not told hold them too often."
    )
    header = ("parameter", "slope", "correlation", *(f"{x:.0%}" for x in LEVELS))
    columns = [found.slope, found.correlation, *found.coverage]
    rows = tuple(
        (name, *(f"{value:.2f}" for value in row))
        for name, row in zip(found.names, np.column_stack(columns), strict=True)
    )
    check.table("Recovery of known parameters", words, header, rows)


@functools.cache
def whole_model():
    """Draws that the whole model was simulated at, and what it gave there."""
    wanted = [FOLDER / name for name in ("posterior.npz", "fresh.npz")]
    if not all(file.exists() for file in wanted):
        pytest.skip("there is no calibration yet")
    with np.load(wanted[0]) as made, np.load(wanted[1]) as anew:
        return tuple(
            Truth(
                made["u"][draw],
                Spreads(*made["spreads"][draw].tolist()),
                outputs,
            )
            for draw, outputs in zip(anew["draws"], anew["outputs"], strict=True)
        )


def test_recovery_from_trials_of_the_whole_model(check):
    """Trials simulated with other persons, not data of the emulator."""
    problem, emulator, _ = calibrated()
    truths = whole_model()[:: len(whole_model()) // SIMULATED]
    found, wrong = (
        recovery(problem, emulator, truths, draws=DRAWS, sampler=sampler)
        for sampler in (remembered(), narrowed(remembered(), 0.5))
    )
    name = "calibration, trials simulated by the whole model: inside 95 % intervals"
    check(name, found.coverage[-1].mean(), 0.92, 1.0, source="our choice")
    check.planted(name, "spread halved", wrong.coverage[-1, :-2].mean())


def foretold(sampler):
    problem, emulator, posterior = calibrated()
    number = TIMES_LEFT_OUT * len(problem.studies)
    truths = posterior_truths(posterior, number, seed=7)
    inside, number = held_out(problem, emulator, truths, draws=DRAWS, sampler=sampler)
    return inside / number


def without_effects(sampler):
    def faulty(*args, **more):
        made = sampler(*args, **more)
        return made._replace(spreads=0 * made.spreads)

    return faulty


def test_studies_left_out(check):
    name = "calibration, synthetic studies left out: endpoints inside 95 % intervals"
    inside = foretold(remembered())
    note = (
        f"each of the studies left out {TIMES_LEFT_OUT} times; once each told too "
        "little (0.88), as figures of a study lie inside or outside together"
    )
    check(name, inside, 0.9, 0.99, source="our choice", note=note)
    blind = without_effects(narrowed(remembered(), 0.5))
    fault = "no effects of studies and arms, spread halved"
    check.planted(name, fault, foretold(blind))


def test_another_seed_agrees(check):
    problem, emulator, _ = calibrated()
    one, other = (sample(problem, emulator, draws=LONG, seed=seed) for seed in (1, 2))
    found = agreement(problem, one, other)
    name = "calibration with another seed: largest shift of a mean"
    unit, note = "posterior SD", f"of {found.other_seed_shifted}"
    shift = found.other_seed_max_shift_sd
    check(name, shift, 0.0, 0.25, source="our choice", unit=unit, note=note)
    moved = agreement(problem, one, shifted(lambda: other, 0.5)())
    check.planted(name, "0.5 SD too high", moved.other_seed_max_shift_sd)
    for end in ("low", "high"):
        name = f"calibration with another seed: ratio of SDs, {end}est"
        get = lambda found, end=end: getattr(found, f"other_seed_sd_ratio_{end}")
        check(name, get(found), 0.8, 1.25, source="our choice")
        factor = {"low": 0.7, "high": 1.43}[end]
        wrong = agreement(problem, one, narrowed(lambda: other, factor)())
        check.planted(name, f"spread times {factor}", get(wrong))
