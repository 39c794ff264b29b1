"""The check of the calibration, on a linear problem whose posterior is known exactly.

Simulation-based calibration with exact draws must find nothing, and must find a
posterior that is too narrow or shifted; the sampler is then put to the same question,
and held against the exact posterior. With fixed seeds; as the p values of the ranks are
exact, a right method fails a limit of 0.01 once in a hundred seeds. Data may be unlucky
(with the effect on shares, those of seed 2 rank even exact draws with p = 0.008), so
the sampler gets data on which exact draws, which know nothing of it, show no fault.
"""

import functools

import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.evidence.posterior import Spreads
from kapsim.inference.checks.check import (
    LEVELS,
    held_out,
    quantities,
    recovery,
    simulation_based,
)
from kapsim.inference.checks.synthetic import prior_truths, synthetic
from kapsim.inference.posterior.sampling import sample
from validation.inference.linear import (
    emulator,
    exact,
    moments,
    narrowed,
    problem,
    shifted,
)

platform.configure()

EXACT, SAMPLED = 400, 200
"""Repetitions with exact draws, and with the sampler."""

DRAWS = 8_000
SMALLEST = 0.01
FOUR_ERRORS = 4.0
NARROW = "spread 30 % too narrow"

pytestmark = [pytest.mark.validation_slow, pytest.mark.stochastic]


@functools.cache
def truths(number):
    return prior_truths(problem(), number, seed=3)


def smallest(sampler, number, **more):
    """Smallest p value of any quantity, times the number of quantities."""
    found = simulation_based(
        problem(), emulator(), truths(number), sampler=sampler, **more
    )
    return found.worst[1]


def test_ranks_of_exact_draws(check):
    name = "exact posterior, 400 synthetic data sets: smallest p value of the ranks"
    note = "times the number of quantities"
    found = smallest(exact, EXACT, thin=1)
    check(name, found, SMALLEST, 1.0, source="our choice", note=note)
    check.planted(name, NARROW, smallest(narrowed(exact, 0.7), EXACT, thin=1))
    check.planted(name, "0.3 SD too high", smallest(shifted(exact, 0.3), EXACT, thin=1))


def test_ranks_of_the_sampler(check):
    source, note = "our choice", "times the number of quantities"
    lucky = smallest(exact, SAMPLED, thin=1)
    name = "exact posterior, the 200 data sets of the sampler: smallest p value"
    check(name, lucky, SMALLEST, 1.0, source=source, note=note)
    name = "sampler, 200 synthetic data sets: smallest p value of the ranks"
    note += "; 252 draws each, every fourth ranked"
    check(name, smallest(sample, SAMPLED), SMALLEST, 1.0, source=source, note=note)
    check.planted(name, NARROW, smallest(narrowed(exact, 0.7), SAMPLED, thin=1))


def test_exact_posterior(check):
    u = np.array([0.5, -1.0, 0.3])
    data = synthetic(problem(), emulator(), u, Spreads(3.0, 0.8, 0.4), seed=1)
    mean, sd = moments(data, emulator())
    made = sample(data, emulator(), draws=DRAWS)
    got = quantities(made)

    def off(where):
        error = where.std(axis=0) / np.sqrt(made.ess)
        return np.abs((where.mean(axis=0) - mean) / error).max()

    name = "sampler against the exact posterior: largest error of a mean"
    unit = "standard errors"
    check(name, off(got), 0.0, FOUR_ERRORS, source="our choice", unit=unit)
    check.planted(name, "0.1 SD too high", off(got + 0.1 * sd))
    ratio = got.std(axis=0) / sd
    worst = lambda each: each[np.argmax(np.abs(each - 1.0))]
    name = "sampler against the exact posterior: ratio of SDs that is furthest from 1"
    check(name, worst(ratio), 0.95, 1.05, source="required")
    check.planted(name, "spread 10 % too narrow", worst(0.9 * ratio))


def test_intervals_of_exact_draws(check):
    found = recovery(problem(), emulator(), truths(EXACT), sampler=exact)
    faulty = recovery(
        problem(), emulator(), truths(EXACT), sampler=narrowed(exact, 0.7)
    )
    parameters = slice(0, len(problem().freed))
    for level, covered, wrong in zip(
        LEVELS, found.coverage, faulty.coverage, strict=True
    ):
        name = f"exact posterior: truths inside the {100 * level:g} % interval"
        number = EXACT * len(problem().freed)
        error = 2.6 * np.sqrt(level * (1 - level) / number)
        got = covered[parameters].mean()
        check(name, got, level - error, level + error, source="required")
        check.planted(name, NARROW, wrong[parameters].mean())


def test_study_left_out(check):
    inside, number = held_out(problem(), emulator(), truths(EXACT), sampler=exact)
    name = "exact posterior: endpoints of a left-out study inside 95 % intervals"
    check(name, inside / number, 0.93, 0.97, source="our choice")
    blind = without_study_effects
    inside, number = held_out(problem(), emulator(), truths(EXACT), sampler=blind)
    check.planted(name, "no study effects foretold", inside / number)


def without_study_effects(*args, **more):
    made = exact(*args, **more)
    return made._replace(spreads=[0.0, 1.0, 1.0] * made.spreads)
