"""The bridge between posteriors without and with some data, against a closed form."""

import numpy as np
import pytest
from scipy.stats import norm

from kapsim.inference.left_out.bridge import bridged, plain

SD = 0.05
"""Of the data, which are told 20 times as sharply as the prior tells them."""

AT = 1.5
EXACT = norm.logpdf(AT, 0.0, np.hypot(1.0, SD))
DRAWS = 600


def draws(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log likelihood of the data under draws of the prior and of the posterior."""
    luck = np.random.default_rng(seed)
    share = 1 / (1 + SD**2)
    prior = luck.normal(size=DRAWS)
    posterior = luck.normal(share * AT, SD * np.sqrt(share), DRAWS)
    return norm.logpdf(AT, prior, SD), norm.logpdf(AT, posterior, SD)


@pytest.mark.stochastic
def test_the_bridge_finds_the_density_of_the_data():
    """No bias, an honest error, and half of that without the other posterior."""
    found = [bridged(*draws(seed)) for seed in range(300)]
    values = np.array([one.value for one in found])
    errors = np.array([one.se for one in found])
    assert values.mean() == pytest.approx(EXACT, abs=4 * values.std() / 300**0.5)
    assert errors.mean() == pytest.approx(values.std(), rel=0.15)
    alone = np.array([plain(draws(seed)[0]).value for seed in range(300)])
    assert values.std() < 0.8 * alone.std()


@pytest.mark.stochastic
def test_a_plain_mean_tells_its_error():
    found = [plain(draws(seed)[0]) for seed in range(300)]
    values = np.array([one.value for one in found])
    assert np.mean([one.se for one in found]) == pytest.approx(values.std(), rel=0.15)


def test_posteriors_that_are_alike_give_the_likelihood():
    same = np.full(50, -3.2)
    assert bridged(same, same) == pytest.approx((-3.2, 0.0))
    assert plain(same) == pytest.approx((-3.2, 0.0))


@pytest.mark.stochastic
def test_planted_draws_of_another_posterior_are_seen():
    """Draws said to have seen the data that have not."""
    without, _ = draws(1)
    other, _ = draws(2)
    assert abs(bridged(without, other).value - EXACT) > 0.5
