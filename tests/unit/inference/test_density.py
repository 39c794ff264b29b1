"""The log density and its gradient against NumPyro's and against differences."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest

from kapsim.inference.posterior.density import log_normal

SIZE = 5


@pytest.fixture(name="given")
def _given():
    source = np.random.default_rng(2)
    root = source.normal(size=(SIZE, SIZE))
    return jnp.asarray(root @ root.T + np.eye(SIZE)), jnp.asarray(source.normal(size=5))


def law(covariance, away):
    """NumPyro's density, whose gradient goes through the factor."""
    half = 0.5 * SIZE * np.log(2 * np.pi)
    with jax.numpy_dtype_promotion("standard"):
        normal = dist.MultivariateNormal(
            jnp.zeros(SIZE), (covariance + covariance.T) / 2
        )
        return normal.log_prob(away) + half


def test_value(given) -> None:
    assert float(log_normal(*given)) == pytest.approx(float(law(*given)))


@pytest.mark.parametrize("argument", [0, 1])
def test_gradient(given, argument: int) -> None:
    found = jax.grad(log_normal, argument)(*given)
    np.testing.assert_allclose(found, jax.grad(law, argument)(*given), rtol=1e-9)
