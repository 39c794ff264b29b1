"""The log density and its gradient against NumPyro's and against differences."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest

from kapsim.inference.posterior.density import (
    blocks,
    log_normal,
    log_normal_in_blocks,
)

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
    assert float(jax.jit(log_normal)(*given)) == pytest.approx(
        float(jax.jit(law)(*given))
    )


@pytest.mark.parametrize("argument", [0, 1])
def test_gradient(given, argument: int) -> None:
    found, expected = (
        jax.jit(jax.grad(density, argument))(*given) for density in (log_normal, law)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.fixture(name="parts")
def _parts():
    """A covariance of blocks of 1, 2, 3, 9 and 20 rows in any order, and a distance."""
    source = np.random.default_rng(3)
    size, covariance = 35, np.zeros((35, 35))
    order, start = source.permutation(size), 0
    for width in (1, 2, 3, 9, 20):
        root = source.normal(size=(width, width))
        rows = order[start : start + width]
        covariance[np.ix_(rows, rows)] = root @ root.T + np.eye(width)
        start += width
    return covariance, source.normal(size=size)


def test_blocks_are_found_and_each_row_once(parts) -> None:
    found = blocks(parts[0])
    rows = np.concatenate([one.rows[one.real > 0] for one in found])
    assert sorted(rows) == list(range(35))
    sizes = [int(width) for one in found for width in one.real.sum(axis=1)]
    assert sorted(sizes) == [1, 2, 3, 9, 20]


def test_blocks_give_the_density_and_the_gradient_of_the_whole(parts) -> None:
    covariance, away = map(jnp.asarray, parts)
    inside = np.asarray(parts[0] != 0)
    own = blocks(parts[0])
    in_blocks = jax.jit(lambda c, a: log_normal_in_blocks(c, a, own))
    assert float(in_blocks(covariance, away)) == pytest.approx(
        float(log_normal(covariance, away)), rel=1e-12
    )
    for argument in (0, 1):
        found = np.asarray(jax.jit(jax.grad(in_blocks, argument))(covariance, away))
        whole = np.asarray(jax.jit(jax.grad(log_normal, argument))(covariance, away))
        where = inside if argument == 0 else slice(None)
        np.testing.assert_allclose(found[where], whole[where], rtol=1e-9, atol=1e-12)
    fault = jnp.asarray(parts[0]).at[0, 0].multiply(2.0)
    assert float(in_blocks(fault, away)) != pytest.approx(
        float(in_blocks(covariance, away))
    )
