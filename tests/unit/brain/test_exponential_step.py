"""The exact linear step that most mechanisms are made of, at its edges."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine.exponential import mean_decay, relax

RATES = np.array([0.0, 1e-300, 1e-12, 1e-9, 1e-5, 0.3, 40.0])


@pytest.mark.parametrize("hours", [1e-3, 1.0, 200.0])
def test_relax(hours):
    x, gain = np.full(7, 0.8), np.full(7, 0.25)
    got = relax(*map(jnp.asarray, (x, gain, RATES, hours)))
    exponent = RATES * hours
    safe = np.where(exponent == 0, 1.0, exponent)
    mean = np.where(exponent == 0, 1.0, -np.expm1(-safe) / safe)
    want = x * np.exp(-exponent) + gain * hours * mean
    # cancellation of x against its own loss at large exponents costs a few digits
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=0)


def test_without_loss_it_is_a_sum():
    got = relax(*map(jnp.asarray, (2.0, 0.5, 0.0, 3.0)))
    assert float(got) == 3.5


def test_single_precision_keeps_its_digits():
    rates = jnp.asarray(RATES, jnp.float32)
    one = jnp.ones_like(rates)
    got = relax(one, one / 4, rates, jnp.asarray(1.0, jnp.float32))
    assert got.dtype == jnp.float32
    wide = one.astype(jnp.float64)
    want = relax(wide, wide / 4, rates.astype(jnp.float64), jnp.asarray(1.0))
    # an ulp of a float32 and of the value at the start, from which a change is taken
    np.testing.assert_allclose(got, want, rtol=1.2e-7, atol=1.2e-7)


def test_slopes_are_finite_where_nothing_decays():
    x, gain, hours = (jnp.asarray(v) for v in (1.0, 0.5, 2.0))
    slope = jax.grad(lambda rate: relax(x, gain, rate, hours))
    # dx/drate at 0 is -x t - gain t^2 / 2
    np.testing.assert_allclose(slope(jnp.asarray(0.0)), -3.0, rtol=1e-7, atol=0)


def test_mean_decay_falls_from_one():
    mean = np.asarray(mean_decay(jnp.asarray([0.0, 1.0, 100.0])))
    np.testing.assert_allclose(mean, [1.0, 1 - np.exp(-1), 0.01], rtol=1e-14, atol=0)
