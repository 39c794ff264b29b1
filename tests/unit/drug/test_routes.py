import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import (
    Covariates,
    IntravenousKetamine,
    IntravenousMidazolam,
    NasalEsketamine,
    NoDrug,
    mechanisms,
)

ROUTES = (IntravenousKetamine, IntravenousMidazolam, NasalEsketamine, NoDrug)
EXAMPLES = dict(mechanisms())


@eqx.filter_jit
def solved(route, covariates):
    return route.solve(covariates)


@pytest.mark.parametrize("route", ROUTES)
def test_cutting_a_step_changes_nothing(route):
    inputs = EXAMPLES[route](3, jnp.float64)
    kinetics = solved(route(), inputs.covariates)
    start = kinetics.give(kinetics.init(), inputs.node)
    whole = kinetics.step(start, inputs.node, inputs.dt)
    half = kinetics.step(start, inputs.node, inputs.dt / 4)
    half = kinetics.step(half, inputs.node, inputs.dt * 3 / 4)
    np.testing.assert_allclose(half, whole, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("route", ROUTES)
def test_a_person_is_the_same_alone_and_in_a_crowd(route):
    few, many = (EXAMPLES[route](n, jnp.float64).covariates for n in (1, 5))
    alone, crowd = solved(route(), few), solved(route(), many)
    np.testing.assert_allclose(alone.rate[:, 0], crowd.rate[:, 0], rtol=1e-12)
    np.testing.assert_allclose(alone.inputs[..., 0], crowd.inputs[..., 0], rtol=1e-9)


def test_parameters_may_differ_between_people():
    covariates = EXAMPLES[IntravenousKetamine](3, jnp.float64).covariates
    clearance = jnp.asarray([60.0, 95.2, 140.0])
    together = solved(IntravenousKetamine(cl=clearance), covariates)
    for i in range(3):
        own = Covariates(*(c[i : i + 1] for c in covariates))
        alone = solved(IntravenousKetamine(cl=clearance[i]), own)
        np.testing.assert_allclose(together.rate[:, i], alone.rate[:, 0], rtol=1e-12)


def test_kinetics_step_in_the_precision_of_the_covariates():
    inputs = EXAMPLES[NasalEsketamine](2, jnp.float32)
    kinetics = solved(NasalEsketamine(), inputs.covariates)
    dtypes = {leaf.dtype for leaf in jax.tree.leaves(kinetics)}
    assert dtypes == {jnp.dtype("float32")}
    state = kinetics.give(kinetics.init(), inputs.node)
    state = kinetics.step(state, inputs.node, inputs.dt)
    assert {x.dtype for x in kinetics.read(state)} == {jnp.dtype("float32")}


def test_nothing_given_stays_nothing():
    inputs = EXAMPLES[NasalEsketamine](2, jnp.float64)
    kinetics = solved(NasalEsketamine(), inputs.covariates)
    quiet = inputs.node._replace(
        bolus=jnp.zeros_like(inputs.node.bolus), rate=jnp.zeros_like(inputs.node.rate)
    )
    state = kinetics.step(kinetics.give(kinetics.init(), quiet), quiet, inputs.dt)
    assert not np.any(state)
    assert not any(np.any(level) for level in kinetics.read(state))


def test_age_lowers_liver_flow_only_above_sixty():
    base = EXAMPLES[NasalEsketamine](3, jnp.float64).covariates
    weight = jnp.full(3, 70.0)
    ages = base._replace(weight_kg=weight, age_years=jnp.asarray([20.0, 60.0, 80.0]))
    rate = solved(NasalEsketamine(), ages).rate
    assert np.array_equal(rate[:, 0], rate[:, 1])
    assert not np.array_equal(rate[:, 1], rate[:, 2])
