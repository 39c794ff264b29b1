import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from kapsim.measures import Cadss
from kapsim.measures.cadss import binomial_scores


def test_items_are_binomial():
    uniform = jnp.linspace(0, 1, 100_001)[None, 1:-1]
    chance = jnp.full_like(uniform, 0.3)
    seen = np.bincount(np.asarray(binomial_scores(chance, uniform))[0]) / 99_999
    # an even grid of uniforms gives the probabilities to the grid's width
    np.testing.assert_allclose(seen, scipy.stats.binom.pmf(range(5), 4, 0.3), atol=3e-5)


@pytest.mark.parametrize("expected", [12.0, 30.0])
def test_total_follows_the_expected_total(expected, ratings):
    total = np.asarray(ratings(Cadss(), 20_000, seed=1).rate(expected).total)
    # standard error .035; the background lifts the mean by less than .02
    np.testing.assert_allclose(total.mean(), expected, atol=0.15)


def test_nothing_on_board_and_no_background_scores_nothing(ratings):
    rated = ratings(Cadss(background=jnp.zeros(())), 20_000, seed=2)
    assert int(rated.rate(0.0).total.max()) == 0


def test_scores_stay_on_the_scale(ratings):
    total = ratings(Cadss(), 20_000, seed=3).rate(1e3).total
    assert int(total.max()) == 92


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_expected_items_sum_to_the_expected_total(shape):
    scale = Cadss()
    total = jnp.linspace(0.0, 40.0, int(np.prod(shape))).reshape(shape)
    items = scale.expected_items(total)
    assert items.shape == (23, *shape)
    np.testing.assert_allclose(items.sum(axis=0), total, rtol=1e-12)
    # the six items of the short form carry twice the weight of the others
    np.testing.assert_allclose(items[0], 2 * items[2], rtol=1e-12)


def test_expected_items_stop_at_their_ceiling():
    items = Cadss().expected_items(jnp.asarray([60.0, 92.0, 500.0]))
    np.testing.assert_allclose(items[0], 4.0)
    assert float(items[:, 1].sum()) < 92
    np.testing.assert_allclose(items[:, 2].sum(), 92.0)


def test_drawn_items_have_the_expected_means(ratings):
    scale = Cadss(background=jnp.zeros(()))
    drawn = np.asarray(ratings(scale, 20_000, seed=4).rate(20.0).items)
    want = scale.expected_items(jnp.asarray([20.0]))[:, 0]
    # standard error of an item's mean at most .007
    np.testing.assert_allclose(drawn.mean(axis=1), want, atol=0.035)
