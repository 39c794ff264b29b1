"""The emulator against functions that are quadratic, and its error against refits.

The refits leave out each point in turn and fit everything anew, scales and weights of
parameters included, which the closed form of the emulator holds fixed.
"""

import functools

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.inference.emulation.emulator import fit

platform.configure()

PARAMETERS, POINTS = 4, 60
NOISE = 0.2
MANY, MATTER = 64, 10

pytestmark = [pytest.mark.validation_slow, pytest.mark.stochastic]


@functools.cache
def sites():
    source = np.random.default_rng(5)
    return source.standard_normal((POINTS, PARAMETERS)), source.standard_normal(POINTS)


def shape(u):
    """Quadratic function with a constant, slopes and products."""
    slope = np.array([1.0, -0.5, 0.2, 0.0])
    curve = np.zeros((PARAMETERS, PARAMETERS))
    curve[0, 0], curve[0, 1], curve[1, 0], curve[2, 2] = 0.4, 0.15, 0.15, -0.2
    return 2.0 + u @ slope + np.einsum("np,pq,nq->n", u, curve, u)


def fresh():
    return np.random.default_rng(6).standard_normal((200, PARAMETERS))


def largest_error(output):
    """Largest error at fresh points, in SDs of the function."""
    points, _ = sites()
    got = np.asarray(fit(points, output[:, None])(jnp.asarray(fresh())))[:, 0]
    want = shape(fresh())
    return np.abs(got - want).max() / want.std()


def test_quadratic_is_recovered(check):
    points, _ = sites()
    name = "quadratic function of 4 parameters from 60 points: largest error"
    unit = "SD of the function"
    check(
        name, largest_error(shape(points)), 0.0, 0.005, source="our choice", unit=unit
    )
    wrong = shape(points) - 0.2 * points[:, 0] ** 2
    check.planted(name, "half of one square missing", largest_error(wrong))


def refitted(output):
    """Root mean square error at each point when all else is fitted without it."""
    points, _ = sites()
    away = []
    for k, keep in enumerate(~np.eye(POINTS, dtype=bool)):
        made = fit(points[keep], output[keep][:, None])
        away.append(output[k] - float(made(jnp.asarray(points[k]))[0]))
    return np.sqrt(np.mean(np.square(away)))


def test_error_is_that_of_refits(check):
    points, noise = sites()
    output = shape(points) + NOISE * noise
    stated = float(fit(points, output[:, None]).error[0])
    name = "error of the emulator over that of refits without each point"
    found = refitted(output)
    check(name, stated / found, 0.9, 1.1, source="our choice")
    made = fit(points, output[:, None])
    residual = output - np.asarray(made(jnp.asarray(points)))[:, 0]
    check.planted(name, "error of points it knows", residual.std() / found)
    name = "error of the emulator over the error at fresh points"
    away = np.asarray(made(jnp.asarray(fresh())))[:, 0] - shape(fresh())
    there = np.sqrt((away**2).mean() + NOISE**2)
    check(name, stated / there, 0.75, 1.25, source="our choice")
    check.planted(name, "error of points it knows", residual.std() / there)


def test_error_with_as_many_parameters_as_in_a_calibration(check):
    source = np.random.default_rng(7)
    slope = np.where(np.arange(MANY) < MATTER, source.standard_normal(MANY), 0.0)
    rough = lambda u: 2 * np.tanh(u @ slope / 2) + 0.3 * (u[:, 0] * u[:, 1])
    points, there = (source.standard_normal((n, MANY)) for n in (300, 1000))
    noise = lambda n: NOISE * source.standard_normal(n)
    output = rough(points) + noise(300)
    made = fit(points, output[:, None])
    away = np.asarray(made(jnp.asarray(there)))[:, 0] - rough(there) - noise(1000)
    stated, found = float(made.error[0]), float(np.sqrt((away**2).mean()))
    name = f"error of the emulator in {MANY} parameters over that at fresh points"
    check(name, stated / found, 0.75, 1.25, source="our choice")
    residual = output - np.asarray(made(jnp.asarray(points)))[:, 0]
    check.planted(name, "error of points it knows", residual.std() / found)
    spread = float(rough(there).std())
    name = f"error at fresh points, {MATTER} of {MANY} parameters matter"
    check(
        name, found / spread, 0.0, 0.5, source="our choice", unit="SD of the function"
    )
    check.planted(name, "mean of the points", 1.0)
