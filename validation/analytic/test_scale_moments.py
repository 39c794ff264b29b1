"""Moments of the graded-response totals by quadrature, sharing no code with kapsim.

The records are read as data; probabilities, expectations, variances and Cronbach's
alpha are worked out here, and the scoring code must reproduce them.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.evidence import library
from kapsim.measures import Madrs
from kapsim.measures.graded_response import (
    expected_total,
    item_scores,
    logistic_from_normal,
)

platform.configure()

N = 100_000
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
# Trait mean and SD; total's mean, SD and alpha as worked out when the set was made.
SAMPLES = {
    "entry": (1.0, 0.35, 34.0, 5.8, 0.47),
    "mixed": (0.0, 1.0, 22.9, 11.2, 0.87),
    "after treatment": (0.05, 0.85, 23.3, 10.0, None),
}


def item_set():
    value = lambda name: np.array(library().parameter(f"measures.madrs.{name}").value)
    return value("slope"), value("threshold")


def moments(slope, threshold, mean, sd):
    """Mean, SD and alpha of the total for a normal trait."""
    theta = mean + sd * NODES
    logit = slope[:, None, None] * (theta - threshold[:, :, None])
    above = 1 / (1 + np.exp(-logit))
    first = above.sum(axis=1)
    second = (above * (2 * np.arange(threshold.shape[1]) + 1)[:, None]).sum(axis=1)
    total = first.sum(axis=0)
    centre = WEIGHTS @ total
    spread = WEIGHTS @ (total - centre) ** 2
    spread += WEIGHTS @ (second - first**2).sum(axis=0)
    items = second @ WEIGHTS - (first @ WEIGHTS) ** 2
    k = len(slope)
    return centre, np.sqrt(spread), k / (k - 1) * (1 - items.sum() / spread)


def check_stated(slope, threshold):
    """The moments stated for the default set; assertion errors if they are missed."""
    for mean, sd, total, spread, alpha in SAMPLES.values():
        got = moments(slope, threshold, mean, sd)
        np.testing.assert_allclose(got[0], total, atol=0.5)
        np.testing.assert_allclose(got[1], spread, atol=0.5)
        if alpha is not None:
            np.testing.assert_allclose(got[2], alpha, atol=0.03)
    theta = np.arange(-2.0, 3.0)
    curve = [moments(slope, threshold, value, 0.0)[0] for value in theta]
    np.testing.assert_allclose(curve, [4.6, 11.8, 22.5, 34.1, 44.7], atol=0.06)


def test_default_set_has_the_stated_moments():
    check_stated(*item_set())


@pytest.mark.parametrize(
    "plant",
    [
        lambda a, b: (a, b + shift(b)),
        lambda a, b: (a, b[:, [1, 1, 2, 3, 4, 5]]),
        lambda a, b: (0.8 * a, b),
        lambda a, b: (a[::-1], b),
    ],
    ids=["one shifted", "one twice", "slopes", "exchanged"],
)
def test_a_planted_fault_in_the_set_is_seen(plant):
    with pytest.raises(AssertionError):
        check_stated(*plant(*item_set()))


def shift(threshold):
    """One threshold of one item moved by a trait unit."""
    moved = np.zeros_like(threshold)
    moved[1, 2] = 1.0
    return moved


def test_curve_of_the_code():
    slope, threshold = item_set()
    theta = np.linspace(-4, 4, 33)
    want = [moments(slope, threshold, value, 0.0)[0] for value in theta]
    got = expected_total(jnp.asarray(theta), Madrs().slope, Madrs().threshold)
    np.testing.assert_allclose(got, want, rtol=1e-10, atol=0)


@pytest.mark.parametrize("sample", SAMPLES)
def test_scores_of_the_code(sample):
    mean, sd, *_ = SAMPLES[sample]
    slope, threshold = item_set()
    rng = np.random.default_rng(11)
    theta = jnp.asarray(mean + sd * rng.standard_normal(N))
    residual = logistic_from_normal(jnp.asarray(rng.standard_normal((10, N))))
    items = np.asarray(item_scores(theta, residual, Madrs().slope, Madrs().threshold))
    total = items.sum(axis=0)
    alpha = 10 / 9 * (1 - items.var(axis=1).sum() / total.var())
    # standard errors at most .035, .025 and .002: false alarm below 1e-4
    want = moments(slope, threshold, mean, sd)
    np.testing.assert_allclose(total.mean(), want[0], atol=0.15)
    np.testing.assert_allclose(total.std(), want[1], atol=0.1)
    np.testing.assert_allclose(alpha, want[2], atol=0.01)


def test_hdrs_items_have_the_means_they_were_made_from():
    """STAR*D exit item means, as published, on a standard normal trait."""
    published = {
        "long": [0.97, 0.91, 0.30, 1.24, 0.36, 0.63, 0.79, 1.17, 0.53],
        "short": [0.73, 0.94, 0.58, 0.30, 0.89, 0.73, 0.26, 0.03],
    }
    for length, means in published.items():
        record = lambda name, end=length: np.array(
            library().parameter(f"measures.hdrs17.{name}_{end}").value
        )
        logit = record("slope")[:, None, None] * (
            NODES - record("threshold")[:, :, None]
        )
        got = (1 / (1 + np.exp(-logit))).sum(axis=1) @ WEIGHTS
        # two decimals of the recorded parameters
        np.testing.assert_allclose(got, means, atol=0.015)
