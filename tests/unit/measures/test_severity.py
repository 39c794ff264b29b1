import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from kapsim.measures.madrs import Madrs
from kapsim.measures.self_report import SelfView
from kapsim.measures.severity import (
    linked_points,
    piecewise_linear,
    points_from_theta,
    theta_from_points,
)

CURVE = SelfView().clinician_curve(jnp.zeros(1))


def test_piecewise_linear_against_numpy():
    knots, values = np.array([0.0, 1.0, 4.0]), np.array([2.0, 5.0, -1.0])
    x = np.linspace(-1, 5, 61)
    got = piecewise_linear(
        jnp.asarray(x), jnp.asarray(knots)[:, None], jnp.asarray(values)[:, None]
    )
    np.testing.assert_allclose(got, np.interp(x, knots, values), rtol=0, atol=1e-12)


def test_theta_and_points_invert_each_other():
    points = jnp.linspace(1.0, 58.0, 30)
    back = points_from_theta(theta_from_points(points, CURVE), CURVE)
    np.testing.assert_allclose(back, points, rtol=1e-12, atol=0)


def test_points_off_the_scale_take_the_ends():
    theta = theta_from_points(jnp.array([-5.0, 70.0]), CURVE)
    np.testing.assert_allclose(theta, CURVE.theta[jnp.array([0, -1])], rtol=1e-12)


def test_inverse_is_smooth_enough_to_differentiate():
    slope = jax.vmap(jax.grad(lambda s: theta_from_points(s[None], CURVE)[0]))
    values = slope(jnp.linspace(2.0, 57.0, 56))
    assert np.all(np.isfinite(values))
    assert np.all(np.asarray(values) > 0)


def test_persons_own_curves_rise():
    normals = np.random.default_rng(1).standard_normal((10, 500))
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), Madrs())
    curve = eqx.filter_jit(single.profile)(jnp.asarray(normals, jnp.float32)).curve
    assert curve.total.dtype == jnp.float32
    assert np.all(np.diff(curve.total, axis=0) > 0)


def test_linked_points_meet_the_published_pairs():
    link = jnp.array([[0.0, 13.0, 26.0], [0.0, 10.0, 20.0]])
    np.testing.assert_allclose(
        linked_points(jnp.array([13.0, 19.5]), link), [10.0, 15.0], rtol=1e-12
    )
