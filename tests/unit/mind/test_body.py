"""Body budget and interoceptive precision."""

import jax.numpy as jnp
import numpy as np

from kapsim.mind import Body, BodyInputs, BodyState

BODY = Body()


def inputs(approach=0.5, threat=0.0, rumination=0.0, calm=1.0, training=0.0):
    values = (approach, threat, rumination, calm, training)
    return BodyInputs(*(jnp.full(1, value) for value in values))


def state(energy=0.0, deficit=0.9):
    return BodyState(jnp.full(1, energy), jnp.full(1, deficit))


def test_budget_at_rest_by_hand():
    got = BODY.rest(inputs(approach=0.3, threat=-0.5, rumination=0.6))
    want = 0.5 * (0.3 - 0.5) - 0.5 / (1 + np.exp(-2.0)) - 0.4 * 0.6
    np.testing.assert_allclose(got, [want], rtol=1e-14, atol=0)


def test_energy_closes_half_its_gap_in_a_half_life():
    given = inputs(approach=0.2, rumination=0.4)
    half_life = float(BODY.tau_e) * np.log(2)
    got = BODY.step(state(0.3), given, jnp.asarray(half_life)).energy
    want = (0.3 + np.asarray(BODY.rest(given))) / 2
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=0)


def test_calm_saves_what_threat_spends():
    tense, calm = (BODY.rest(inputs(threat=-1.0, calm=c)) for c in (1.0, 0.0))
    assert float(calm[0]) > float(tense[0])
    np.testing.assert_allclose(calm, BODY.rest(inputs(threat=50.0)), atol=1e-15, rtol=0)


def test_training_lowers_the_deficit_and_it_comes_back():
    trained = BODY.step(state(), inputs(training=1.0), jnp.asarray(24.0 * 1000))
    k, tau = float(BODY.k_i), float(BODY.tau_i)
    want = float(BODY.deficit0) / (1 + k * tau)
    np.testing.assert_allclose(trained.deficit, [want], rtol=1e-10, atol=0)
    back = BODY.step(trained, inputs(), jnp.asarray(24.0 * 5000))
    np.testing.assert_allclose(back.deficit, [float(BODY.deficit0)], rtol=1e-10, atol=0)
    untouched = BODY.step(state(), inputs(), jnp.asarray(100.0))
    np.testing.assert_allclose(untouched.deficit, [0.9], rtol=1e-14, atol=0)


def test_precision_rises_under_demand_unless_in_deficit():
    healthy, ill = (BODY.precision(state(-0.5, d), jnp.zeros(1)) for d in (0.0, 1.0))
    np.testing.assert_allclose(healthy, BODY.pi_rest * 1.5, rtol=1e-14, atol=0)
    np.testing.assert_allclose(ill, BODY.pi_rest, rtol=1e-14, atol=0)
    assert float(BODY.precision(state(0.5, 0.0), jnp.zeros(1))[0]) == float(
        BODY.pi_rest
    )
