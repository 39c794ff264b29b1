"""Surge and store after one dose, on the grid of a trial, against a general solver.

Each is stepped exactly with its input held at the mean of both ends of a step, so the
grid is the only error: it must be small on the grid that trials use, and fall with the
square of the step.
"""

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.brain import Surge, SurgeInputs, Window, WindowInputs
from kapsim.engine import build_grid, platform

platform.configure()

DAYS = (1.0, 3.0, 7.0, 14.0)
LIMIT = 0.01
"""Relative error of the store that the grid of a trial may make."""


def drive(hours):
    """A drug that comes within minutes and goes within hours."""
    return 0.8 * (np.exp(-hours / 2.5) - np.exp(-hours / 0.15))


def stepped(refine, *, surge=None):
    """Store on the days."""
    surge, window = surge or Surge(), Window()
    stops = [24.0 * day for day in DAYS]
    grid = build_grid(0.0, stops[-1], [0.0], stops, refine=refine)
    # both mechanisms are linear in their state: the whole course as one recursion
    g, p, found = jnp.zeros(1), jnp.zeros(1), {}
    for start, end in itertools.pairwise(grid):
        dt = jnp.asarray(end - start)
        mean = jnp.full(1, (drive(start) + drive(end)) / 2)
        new = surge.step(g, SurgeInputs(mean), dt)
        p = window.step(p, WindowInputs((g + new) / 2), dt)
        g = new
        found[round(float(end), 6)] = float(p[0])
    return np.array([found[round(stop, 6)] for stop in stops])


@pytest.fixture(scope="module")
def solved():
    surge, window = Surge(), Window()
    k_g, tau_g = float(surge.k_g), float(surge.tau_g)
    k_p, tau_p = float(window.k_p), float(window.tau_p)

    def rates(t, y):
        g, p = y
        return [k_g * drive(t) * (1 - g) - g / tau_g, k_p * g - p / tau_p]

    stops = [24.0 * day for day in DAYS]
    found = solve_ivp(
        rates,
        (0.0, stops[-1]),
        [0.0, 0.0],
        "DOP853",
        t_eval=stops,
        rtol=1e-11,
        atol=1e-14,
        max_step=0.5,
    )
    return found.y[1]


def test_the_grid_of_a_trial_is_fine_enough(solved):
    coarse = np.abs(stepped(1) / solved - 1)
    fine = np.abs(stepped(2) / solved - 1)
    assert (coarse < LIMIT).all()
    assert (fine < 0.4 * coarse).all()


def test_a_rate_that_is_five_percent_off_is_caught(solved):
    faulty = Surge(tau_g=1.05 * Surge().tau_g)
    assert (np.abs(stepped(1, surge=faulty) / solved - 1) > LIMIT).all()
