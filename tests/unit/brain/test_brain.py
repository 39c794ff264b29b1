"""The brain's equations against a general solver with inputs held, and their limits."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.brain import (
    Consolidation,
    ConsolidationInputs,
    Relaxation,
    RelaxationInputs,
    Surge,
    SurgeInputs,
    Window,
    WindowInputs,
)

DRIVE = np.array([0.0, 0.02, 0.4, 1.0])
HOURS = (1 / 12, 1.0, 30.0, 700.0)


def solved(rhs, start, hours):
    """Independent route: a stiff solver with tight tolerances."""
    found = solve_ivp(rhs, (0.0, hours), start, "LSODA", rtol=1e-11, atol=1e-13)
    return found.y[:, -1]


def row(values):
    return jnp.asarray(values)


@pytest.mark.parametrize("hours", HOURS)
def test_surge(hours):
    surge = Surge()
    start = np.array([0.7, 0.0, 0.2, 0.1])
    k_g, tau = float(surge.k_g), float(surge.tau_g)
    got = surge.step(row(start), SurgeInputs(row(DRIVE)), jnp.asarray(hours))
    want = solved(lambda _, g: k_g * DRIVE * (1 - g) - g / tau, start, hours)
    # the solver's tolerance over the decay of the first entry is the budget
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-11)
    assert ((np.asarray(got) >= 0) & (np.asarray(got) < 1)).all()


@pytest.mark.parametrize("hours", HOURS)
def test_window_store(hours):
    window = Window()
    start = np.array([0.7, 0.0, 0.2, 0.1])
    k_p, tau = float(window.k_p), float(window.tau_p)
    got = window.step(row(start), WindowInputs(row(DRIVE)), jnp.asarray(hours))
    want = solved(lambda _, p: k_p * DRIVE - p / tau, start, hours)
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-11)


@pytest.mark.parametrize("hours", HOURS)
def test_consolidation(hours):
    kept = Consolidation()
    start, learning = np.array([0.7, 0.0, 0.2, 0.1]), np.array([0.1, 0.0, 0.01, 2.0])
    k_z, tau = float(kept.k_z), float(kept.tau_z)
    inputs = ConsolidationInputs(row(DRIVE), row(learning))
    got = kept.step(row(start), inputs, jnp.asarray(hours))
    want = solved(lambda _, z: k_z * DRIVE * learning * (1 - z) - z / tau, start, hours)
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-11)
    assert ((np.asarray(got) >= 0) & (np.asarray(got) < 1)).all()


def test_a_step_is_as_its_halves():
    surge, inputs = Surge(), SurgeInputs(row(DRIVE))
    whole = surge.step(row(DRIVE), inputs, jnp.asarray(6.0))
    half = surge.step(row(DRIVE), inputs, jnp.asarray(3.0))
    halves = surge.step(half, inputs, jnp.asarray(3.0))
    np.testing.assert_allclose(halves, whole, rtol=1e-13, atol=0)


def test_nothing_opens_without_drug():
    window, none = Window(), jnp.zeros(3)
    assert not Surge().step(none, SurgeInputs(none), jnp.asarray(5.0)).any()
    assert not window.step(none, WindowInputs(none), jnp.asarray(5.0)).any()
    assert not window.open(none).any()
    np.testing.assert_allclose(window.induced(none, none), 0.0, rtol=0, atol=1e-15)


def test_window_is_half_open_at_p50_and_saturates_while_the_store_grows():
    window = Window()
    store = window.p50 * row([1.0, 3.0, 99.0])
    np.testing.assert_allclose(window.open(store), [0.5, 0.75, 0.99], rtol=1e-13)


def test_quick_induction_needs_no_store():
    window = Window()
    none, full = jnp.zeros(1), jnp.ones(1)
    iota = float(window.iota)
    np.testing.assert_allclose(window.induced(none, full), [iota], rtol=1e-14)
    half = jnp.full(1, float(window.p50))
    both = window.induced(half, full)
    np.testing.assert_allclose(both, [1 - 0.5 * (1 - iota)], rtol=1e-14)


def test_consolidation_needs_an_open_window_and_learning():
    kept, none, some = Consolidation(), jnp.zeros(1), jnp.full(1, 0.5)
    for window, learning in ((none, some), (some, none)):
        inputs = ConsolidationInputs(window, learning)
        assert not kept.step(none, inputs, jnp.asarray(24.0)).any()


def test_consolidation_lowers_shift_and_pull():
    kept, z = Consolidation(), row([0.0, 0.4])
    shift, pull = float(kept.z_shift), float(kept.z_pull)
    np.testing.assert_allclose(kept.shift_kept(z), [1, 1 - 0.4 * shift], rtol=1e-14)
    np.testing.assert_allclose(kept.pull_kept(z), [1, 1 - 0.4 * pull], rtol=1e-14)


def test_relaxation_is_gone_with_the_drug():
    rho = Relaxation()
    got = rho.read(RelaxationInputs(row([0.0, 0.5, 1.0])))
    np.testing.assert_allclose(got, [0.0, 0.3, 0.6], rtol=1e-14, atol=0)
