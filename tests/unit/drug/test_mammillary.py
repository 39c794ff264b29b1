import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug.kinetics.mammillary import star

N = 64


def random_star(m, seed):
    rng = np.random.default_rng(seed)
    forward, back = rng.lognormal(0.0, 1.5, (2, m, N))
    loss = back + rng.lognormal(-1.0, 1.0, (m, N)) * (np.arange(m) == m - 1)[:, None]
    centre = forward.sum(axis=0) + rng.lognormal(-1.0, 1.0, N)
    return tuple(jnp.asarray(x) for x in (centre, forward, back, loss))


def matrix(parts, person):
    centre, forward, back, loss = (np.asarray(part) for part in parts)
    m = len(forward)
    a = np.zeros((m + 1, m + 1))
    a[0, 0] = -centre[person]
    for j in range(m):
        a[j + 1, 0], a[0, j + 1] = forward[j, person], back[j, person]
        a[j + 1, j + 1] = -loss[j, person]
    return a


@pytest.mark.parametrize("m", [1, 2, 3])
def test_poles_and_vectors_are_those_of_the_matrix(m):
    parts = random_star(m, seed=m)
    modes = jax.jit(star)(*parts)
    for person in range(0, N, 7):
        a = matrix(parts, person)
        poles = np.sort(-np.linalg.eigvals(a).real)
        np.testing.assert_allclose(modes.rate[:, person], poles, rtol=1e-9)
        # outputs diag(-rate) inputs = A and outputs inputs = 1, up to their transposes
        v, w = (np.asarray(x)[:, :, person] for x in (modes.outputs, modes.inputs))
        np.testing.assert_allclose(v @ w.T, np.eye(m + 1), rtol=0, atol=1e-8)
        back = v @ np.diag(-np.asarray(modes.rate)[:, person]) @ w.T
        np.testing.assert_allclose(back, a, rtol=0, atol=1e-8 * np.abs(a).max())


def test_result_for_a_person_does_not_depend_on_the_others():
    parts = random_star(3, seed=9)
    together = jax.jit(star)(*parts)
    padded = [np.array(p) for p in parts]
    for part in padded:
        part[..., 3:] = part[..., :1] * 1e3
    apart = jax.jit(star)(*(jnp.asarray(p) for p in padded))
    assert np.array_equal(together.rate[:, :3], apart.rate[:, :3])


def test_gradients_are_those_of_the_implicit_function():
    parts = random_star(3, seed=4)
    small = tuple(p[..., :2] for p in parts)
    total = jax.jit(lambda *p: jnp.sum(star(*p).rate[0]))
    slopes = jax.grad(total, argnums=(0, 1, 2, 3))(*small)
    h = 1e-6
    for i, slope in enumerate(slopes):
        up, down = list(small), list(small)
        up[i], down[i] = small[i] * (1 + h), small[i] * (1 - h)
        by_difference = (total(*up) - total(*down)) / (2 * h)
        # second-order difference with step 1e-6: six digits at best
        np.testing.assert_allclose(jnp.sum(slope * small[i]), by_difference, rtol=1e-5)


@pytest.mark.parametrize("value", [0.0, 1e-20])
def test_no_exchange_leaves_finite_modes_and_gradients(value):
    flat = jnp.full((2, 1), value)
    rest = jnp.asarray([[0.3], [0.3]])
    rate = lambda f: jnp.sum(star(jnp.asarray([0.5]), f, rest, rest).rate)
    assert np.isfinite(rate(flat))
    assert np.isfinite(jax.grad(rate)(flat)).all()
