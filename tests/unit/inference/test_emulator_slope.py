"""The slope of the emulator against that of the plain formula."""

import jax
import jax.numpy as jnp
import numpy as np

from kapsim.inference.emulation.emulator import Emulator

ENDPOINTS, PARAMETERS, POINTS = 4, 3, 5


def test_values_and_slopes_are_those_of_the_formula() -> None:
    source = np.random.default_rng(7)
    constant, linear = source.normal(size=ENDPOINTS), source.normal(size=(4, 3))
    quadratic = source.normal(size=(ENDPOINTS, PARAMETERS, PARAMETERS))
    quadratic = quadratic + quadratic.swapaxes(1, 2)
    made = Emulator(constant, linear, quadratic, np.ones(ENDPOINTS))
    u = jnp.asarray(source.normal(size=(POINTS, PARAMETERS)))
    plain = lambda u: constant + linear @ u + jnp.einsum("p,kpq,q->k", u, quadratic, u)
    np.testing.assert_allclose(made(u), jax.vmap(plain)(u), rtol=1e-12)
    np.testing.assert_allclose(made(u[0]), plain(u[0]), rtol=1e-12)
    np.testing.assert_allclose(
        jax.vmap(jax.jacrev(made))(u), jax.vmap(jax.jacrev(plain))(u), rtol=1e-10
    )
    many = jax.grad(lambda u: made(u)[:, 1].sum())(u)
    np.testing.assert_allclose(many, jax.vmap(jax.jacrev(plain))(u)[:, 1], rtol=1e-10)
