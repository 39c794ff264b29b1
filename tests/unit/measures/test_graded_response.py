import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special

from kapsim.measures.graded_response import (
    expected_total,
    expected_total_of_person,
    fast_normal_cdf,
    fresh_variance,
    item_normals,
    item_scores,
    logistic_from_normal,
)

SLOPE = jnp.array([0.9, 2.6])
THRESHOLD = jnp.array([[-1.0, 0.0, 1.5], [-0.5, 0.2, 0.9]])
N = 200_000


def draw(seed: int, rows: int = 2, n: int = N):
    return jnp.asarray(np.random.default_rng(seed).standard_normal((rows, n)))


def exceedance_error(threshold_used: jax.Array) -> float:
    """Largest gap between simulated and logistic exceedance, in standard errors."""
    theta = 0.4
    residual = logistic_from_normal(item_normals(draw(1), draw(2), jnp.asarray(0.9)))
    scores = item_scores(jnp.full(N, theta), residual, SLOPE, threshold_used)
    k = np.arange(1, 4)
    seen = (np.asarray(scores)[:, None, :] >= k[None, :, None]).mean(axis=2)
    logit = np.asarray(SLOPE)[:, None] * (theta - np.asarray(THRESHOLD))
    want = scipy.special.expit(logit)
    return float(np.max(np.abs(seen - want) / np.sqrt(want * (1 - want) / N)))


def test_exceedance_is_logistic():
    # 6 cells; 4.5 standard errors: false alarm below 1e-4 at a new seed
    assert exceedance_error(THRESHOLD) < 4.5


@pytest.mark.parametrize(
    "planted",
    [
        THRESHOLD.at[1, 1].add(0.05),
        THRESHOLD[:, ::-1].at[0, 0].set(-1.0),
        THRESHOLD[::-1],
    ],
    ids=["one shifted", "swapped", "items exchanged"],
)
def test_a_planted_threshold_fault_is_seen(planted):
    assert exceedance_error(planted) > 4.5


def test_logistic_from_normal_against_scipy():
    g = np.linspace(-5.5, 5.5, 2001)
    got = np.asarray(scipy.special.expit(logistic_from_normal(jnp.asarray(g))))
    # stated accuracy of the polynomial, in probability
    np.testing.assert_allclose(got, scipy.special.ndtr(g), rtol=0, atol=1.1e-4)
    assert np.all(np.diff(logistic_from_normal(jnp.asarray(g))) > 0)


def test_fast_normal_cdf_against_scipy():
    x = np.linspace(-9, 9, 4001)
    got = np.asarray(fast_normal_cdf(jnp.asarray(x)))
    np.testing.assert_allclose(got, scipy.special.ndtr(x), rtol=0, atol=6.5e-4)
    assert np.all(np.diff(got) > 0)


def test_residuals_of_two_ratings_correlate_as_stated():
    r = jnp.asarray(0.8)
    profile = draw(3, n=20_000)
    first = item_normals(profile, draw(4, n=20_000), r)
    second = item_normals(profile, draw(5, n=20_000), r)
    seen = np.corrcoef(first[0], second[0])[0, 1]
    # standard error of a correlation of .8 at 20,000: .0025
    np.testing.assert_allclose(seen, 0.8, rtol=0, atol=0.01)


def test_curves_of_persons_average_to_the_shared_curve():
    theta = jnp.linspace(-3.0, 3.0, 7)
    persons = jax.jit(expected_total_of_person)(
        theta, draw(6, n=5_000), jnp.asarray(0.9), SLOPE, THRESHOLD
    )
    shared = expected_total(theta, SLOPE, THRESHOLD)
    # standard error of the mean of totals with SD near 1.5: .02
    np.testing.assert_allclose(persons.mean(axis=1), shared, rtol=0, atol=0.1)


def test_fresh_variance_against_simulation():
    theta, r = jnp.array([0.3]), jnp.asarray(0.85)
    n, repeats = 2_000, 40
    profile = jnp.repeat(draw(7, n=n), repeats, axis=1)
    normals = item_normals(profile, draw(8, n=n * repeats), r)
    scores = item_scores(
        jnp.full(n * repeats, 0.3), logistic_from_normal(normals), SLOPE, THRESHOLD
    )
    totals = np.asarray(scores.sum(axis=0)).reshape(n, repeats)
    # relative standard error of a variance over 80,000 ratings: below 1 %
    np.testing.assert_allclose(
        jax.jit(fresh_variance)(theta, r, SLOPE, THRESHOLD)[0],
        totals.var(axis=1, ddof=1).mean(),
        rtol=0.03,
        atol=0,
    )


def test_expected_total_has_finite_gradients():
    slopes = jax.grad(lambda a: expected_total(jnp.zeros(3), a, THRESHOLD).sum())(SLOPE)
    assert np.all(np.isfinite(slopes))
