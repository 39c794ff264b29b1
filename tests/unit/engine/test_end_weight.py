"""A target that moves over a step: the exact end of a relaxing state."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.engine.exponential import end_weight, relax

START, FROM, TO, TAU = 0.3, 1.0, -0.5, 2.0


def end(dt: float, weight) -> float:
    held = FROM + (TO - FROM) * weight
    step = jnp.asarray(dt)
    return float(relax(jnp.asarray(START), held / TAU, jnp.asarray(1 / TAU), step))


def solved(dt: float) -> float:
    rate = lambda t, x: (FROM + (TO - FROM) * t / dt - x) / TAU
    return solve_ivp(rate, (0, dt), [START], rtol=1e-11, atol=1e-13).y[0, -1]


@pytest.mark.parametrize("dt", [0.01, 0.5, 3.0, 12.0, 100.0])
def test_end_of_a_moving_target(dt):
    got = end(dt, end_weight(jnp.asarray(dt / TAU)))
    np.testing.assert_allclose(got, solved(dt), rtol=1e-9, atol=0)


def test_planted_middle_of_the_step_is_seen():
    assert abs(end(12.0, jnp.asarray(0.5)) - solved(12.0)) > 0.1


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_short_steps_are_smooth(dtype):
    x = jnp.logspace(-12, 1, 300, dtype=dtype)
    got = np.asarray(end_weight(x), float)
    want = 0.5 + np.asarray(x, float) / 12
    near = np.asarray(x) < 0.1
    # the next term of the series is x^3 / 720, the rest is rounding beside 1 / x
    np.testing.assert_allclose(got[near], want[near], atol=1e-5, rtol=0)
    assert np.isfinite(got).all()
