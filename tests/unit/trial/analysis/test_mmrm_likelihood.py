"""The restricted likelihood beside plain sums and automatic derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.trial.analysis.covariance import Structure, covariance, start
from kapsim.trial.analysis.fixed_effects import visits_design
from kapsim.trial.analysis.restricted import criterion, likelihood
from kapsim.trial.analysis.sums import gather

VISITS, PATIENTS = 3, 24


@pytest.fixture(scope="module")
def trial():
    """Scores with missing visits and their design, of three replicates."""
    rng = np.random.default_rng(4)
    shape = (3, PATIENTS, VISITS)
    score = 20 + rng.normal(size=shape).cumsum(axis=-1) * 3
    score[rng.random(shape) < 0.2] = np.nan
    arm = np.tile(np.arange(PATIENTS) % 2, (3, 1))
    site = rng.normal(size=(3, PATIENTS, 1))
    baseline = rng.normal(30, 4, (3, PATIENTS))
    return score, visits_design(arm, baseline, 2, VISITS, throughout=site)


@pytest.fixture(scope="module")
def some():
    """A covariance of four visits."""
    root = np.tril(np.random.default_rng(2).normal(size=(VISITS, VISITS)))
    return root @ root.T + np.eye(VISITS)


def plain(score, design, visits):
    """Criterion by sums over patients, with full matrices."""
    normal, right, logs, squares = 0.0, 0.0, 0.0, 0.0
    for y, z in zip(score, design.covariates, strict=True):
        seen = np.isfinite(y)
        if not seen.any():
            continue
        x = np.einsum("a,vak->vk", z, design.effects)[seen]
        inverse = np.linalg.inv(visits[np.ix_(seen, seen)])
        normal, right = normal + x.T @ inverse @ x, right + x.T @ inverse @ y[seen]
        squares += y[seen] @ inverse @ y[seen]
        logs -= np.linalg.slogdet(inverse)[1]
    beta = np.linalg.solve(normal, right)
    free = np.isfinite(score).sum() - len(beta)
    total = logs + np.linalg.slogdet(normal)[1] + squares - right @ beta
    return total + free * np.log(2 * np.pi), beta, np.linalg.inv(normal)


def close(one, other):
    """Assert that two arrays agree but for rounding."""
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-10)


def test_criterion_is_that_of_plain_sums(trial, some):
    score, design = trial
    gathered = gather(score, design)
    for r in range(len(score)):
        scale, turn = gathered.back.scale[r], gathered.back.turn[r]
        sums = jax.tree.map(lambda x, r=r: jnp.asarray(x[r]), gathered.sums)
        value, fit = jax.jit(criterion)(jnp.asarray(some), sums)
        one = design._replace(covariates=design.covariates[r])
        wanted, beta, cov_beta = plain(score[r], one, scale**2 * some)
        np.testing.assert_allclose(
            value + gathered.back.constant[r], wanted, rtol=1e-12, atol=0
        )
        found = turn @ (gathered.back.ordinary[r] + scale * np.asarray(fit.beta))
        np.testing.assert_allclose(found, beta, rtol=1e-9, atol=1e-9)
        area = scale**2 * turn @ np.asarray(fit.cov_beta) @ turn.T
        np.testing.assert_allclose(area, cov_beta, rtol=1e-9, atol=1e-10)


def test_derivatives_are_those_of_automatic_differentiation(trial, some):
    sums = jax.tree.map(lambda x: jnp.asarray(x[0]), gather(*trial).sums)
    rows, columns = np.tril_indices(VISITS)
    place = np.zeros((VISITS, VISITS), int)
    place[rows, columns] = place[columns, rows] = np.arange(len(rows))

    def value(below):
        return criterion(below[place], sums)[0]

    def inverse(below):
        return criterion(below[place], sums)[1].cov_beta

    below = jnp.asarray(some[rows, columns])
    found = jax.jit(likelihood)(jnp.asarray(some), sums)
    close(found.gradient, jax.jit(jax.grad(value))(below))
    close(found.hessian, jax.jit(jax.hessian(value))(below))
    slopes = np.moveaxis(jax.jit(jax.jacfwd(inverse))(below), -1, 0)
    close(-found.relative @ found.cov_beta, slopes)


@pytest.mark.parametrize("structure", Structure)
def test_any_parameters_give_a_covariance(structure):
    rng = np.random.default_rng(1)
    count = start(structure, np.eye(VISITS)[None]).shape[1]
    for theta in rng.normal(0, 1.5, (5, count)):
        found = np.asarray(covariance(structure, jnp.asarray(theta), VISITS))
        np.testing.assert_array_equal(found, found.T)
        assert np.linalg.eigvalsh(found).min() > 0


@pytest.mark.parametrize("structure", Structure)
def test_a_search_starts_at_the_covariance_itself_where_that_has_the_structure(
    structure,
):
    rng = np.random.default_rng(3)
    count = start(structure, np.eye(VISITS)[None]).shape[1]
    theta = rng.normal(0, 0.4, count)
    wanted = np.asarray(covariance(structure, jnp.asarray(theta), VISITS))
    again = start(structure, wanted[None])[0]
    np.testing.assert_allclose(again, theta, rtol=1e-9, atol=1e-12)


def test_structures_have_their_shapes():
    theta = jnp.asarray([0.1, 0.2, 0.3, 0.5, -0.3])
    among = {}
    for structure in (Structure.TOEPH, Structure.ADH):
        whole = np.asarray(covariance(structure, theta, VISITS))
        sd = np.sqrt(np.diag(whole))
        np.testing.assert_allclose(sd, np.exp(theta[:VISITS]), rtol=1e-12, atol=0)
        among[structure] = whole / np.outer(sd, sd)
    for lag in range(1, VISITS):
        assert np.ptp(np.diagonal(among[Structure.TOEPH], lag)) < 1e-14
    steps = np.diagonal(among[Structure.ADH], 1)
    np.testing.assert_allclose(steps, np.tanh(theta[VISITS:]), rtol=1e-12, atol=0)
    np.testing.assert_allclose(among[Structure.ADH][0, 2], steps.prod(), rtol=1e-12)
