"""The network of symptoms: by hand, its table, and its limits."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.mind.mood import SYMPTOMS, NetworkInputs, SymptomNetwork

MIDDLE = jnp.full(14, 0.5)


@pytest.fixture(scope="module")
def network():
    return SymptomNetwork()


def inputs(stress, uniforms=MIDDLE):
    return NetworkInputs(jnp.asarray(stress), uniforms)


def test_the_table_is_symmetric_and_names_every_symptom(network):
    weights = np.asarray(network.weights)
    np.testing.assert_array_equal(weights, weights.T)
    assert not np.diag(weights).any()
    assert len(SYMPTOMS) == len(weights) == len(network.thresholds)


def test_a_probability_by_hand(network):
    present = jnp.zeros(14).at[jnp.asarray([0, 11])].set(1.0)
    got = network.probability(present, jnp.asarray(0.3))[1]
    activation = 1.1 * (2.1407 + 0.6826) + 0.3
    want = 1 / (1 + np.exp(3.1946 - activation))
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=0)


def test_opposites_inhibit_each_other(network):
    gain, loss = SYMPTOMS.index("weight gain"), SYMPTOMS.index("weight loss")
    present = jnp.zeros(14).at[gain].set(1.0)
    none = network.probability(jnp.zeros(14), jnp.asarray(0.0))
    assert network.probability(present, jnp.asarray(0.0))[loss] < none[loss]


@pytest.mark.parametrize(("stress", "total"), [(-60.0, 0.0), (60.0, 14.0)])
def test_stress_decides_where_it_is_great(network, stress, total):
    present, told = network.trial(network.init(), inputs(stress))
    assert float(told.total) == float(present.sum()) == total


def test_a_symptom_is_present_where_its_draw_is_below_its_probability(network):
    probability = network.probability(network.init(), jnp.asarray(2.0))
    draws = probability + jnp.where(jnp.arange(14) % 2 == 0, -1e-9, 1e-9)
    present, told = network.trial(network.init(), inputs(2.0, draws))
    np.testing.assert_array_equal(present, np.arange(14) % 2 == 0)
    np.testing.assert_array_equal(told.probability, probability)
