"""The exact Riccati step of a belief's precision against a general solver."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.engine import platform
from kapsim.mind import BeliefInputs, BeliefLearner, BeliefState, Evidence

platform.configure()

START = np.array([[0.05, 4.0], [1.0, 13.0], [60.0, 0.5]])
RATE = np.array([[0.1, 0.0], [0.3, 0.05], [1.0, 0.2]])
PRECISION = np.array([[0.1, 0.2], [0.05, 0.1], [0.35, 0.08]])
WINDOW = np.array([0.0, 0.7])
TOLERANCE = 1e-8
"""Ten times what the solver is asked for, per unit of precision."""


def stepped(learner, hours, steps):
    """Precision after some hours in equal steps."""
    zero = jnp.zeros((3, 2))
    row = jnp.zeros(2)
    inputs = BeliefInputs(
        world=(Evidence(jnp.asarray(RATE), zero, jnp.asarray(PRECISION)),),
        own=(),
        relaxation=row,
        window=jnp.asarray(WINDOW),
        induced=row,
        profile=zero,
        pull_kept=row,
        certainty_loss=zero,
        usual=zero,
    )
    state = BeliefState(mu=zero, pi=jnp.asarray(START), noise=zero + 1)
    for _ in range(steps):
        state = learner.step(state, inputs, jnp.asarray(hours / steps))
    return np.asarray(state.pi)


def solved(learner, hours, *, loss=1.0):
    """dpi/dt = supply - q pi^2 by an explicit Runge-Kutta method of order 8."""
    q0, kappa = float(learner.q0) * loss, float(learner.kappa)
    supply, q = (RATE * PRECISION).ravel(), np.tile(q0 * np.exp(kappa * WINDOW), 3)
    found = solve_ivp(
        lambda _, pi: supply - q * pi**2,
        (0.0, hours),
        START.ravel(),
        "DOP853",
        rtol=TOLERANCE / 1000,
        atol=1e-12,
    )
    return found.y[:, -1].reshape(3, 2)


@pytest.mark.parametrize("hours", [0.1, 12.0, 500.0, 20_000.0])
def test_precision(hours):
    learner = BeliefLearner(q0=jnp.asarray(0.05 / 24))
    want = solved(learner, hours)
    for steps in (1, 7):
        got = stepped(learner, hours, steps)
        np.testing.assert_allclose(got, want, rtol=TOLERANCE, atol=0)


def test_precision_without_evidence_decays_as_a_hyperbola():
    learner = BeliefLearner()
    got = stepped(learner, 240.0, 3)[0, 1]
    q = float(learner.q0) * np.exp(float(learner.kappa) * 0.7)
    np.testing.assert_allclose(got, 4.0 / (1 + 4.0 * q * 240.0), rtol=1e-12, atol=0)


def test_a_loss_that_is_a_hundredth_off_is_caught():
    learner = BeliefLearner(q0=jnp.asarray(0.05 / 24))
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(
            stepped(learner, 500.0, 1),
            solved(learner, 500.0, loss=1.01),
            rtol=TOLERANCE,
            atol=0,
        )
