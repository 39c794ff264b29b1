"""Allostatic self-efficacy and the surprise that feeds it."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from kapsim.mind.body import SelfEfficacy, SelfEfficacyInputs, dyshomeostasis

EFFICACY = SelfEfficacy()
TAU, ETA = float(EFFICACY.tau), float(EFFICACY.eta)


def told(surprise, usual=0.0):
    return SelfEfficacyInputs(jnp.full(1, surprise), jnp.full(1, usual))


def after(hours, inputs, start=0.0):
    return EFFICACY.step(jnp.full(1, start), inputs, jnp.asarray(hours))


def test_dyshomeostasis_is_what_a_normal_density_lacks_to_its_mode():
    precision, felt, belief = 0.3, -1.1, 0.4
    spread = precision**-0.5
    logpdf = lambda x: stats.norm.logpdf(x, belief, spread)
    want = logpdf(belief) - logpdf(felt)
    got = dyshomeostasis(*(jnp.full(1, x) for x in (precision, felt, belief)))
    np.testing.assert_allclose(got, [want], rtol=1e-13, atol=0)


def test_surprise_that_is_usual_changes_nothing():
    np.testing.assert_array_equal(after(24.0, told(0.2, 0.2)), [0.0])


@pytest.mark.parametrize("surprise", [0.05, 0.6])
def test_a_step_is_exact(surprise):
    hours, start = 130.0, 0.3
    level = -ETA * TAU * (surprise - 0.1)
    want = level + (start - level) * np.exp(-hours / TAU)
    got = after(hours, told(surprise, 0.1), start)
    np.testing.assert_allclose(got, [want], rtol=1e-12, atol=0)


def test_two_steps_are_one():
    inputs = told(0.4)
    halfway = after(50.0, inputs)
    got = EFFICACY.step(halfway, inputs, jnp.asarray(70.0))
    np.testing.assert_allclose(got, after(120.0, inputs), rtol=1e-13, atol=0)


def test_helplessness_lowers_the_wish_to_approach():
    low = after(24.0 * 60, told(0.05))
    assert float(low[0]) < 0
    np.testing.assert_allclose(
        EFFICACY.wish(low), EFFICACY.gain * low, rtol=1e-15, atol=0
    )
