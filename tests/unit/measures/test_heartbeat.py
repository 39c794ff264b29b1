"""Heartbeat tapping: the model of the taps and its inversion."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, stats

from kapsim.measures import (
    HeartbeatInputs,
    HeartbeatTapping,
    Perception,
    Tapping,
    estimated,
    interoceptive_precision,
    tapping,
)


def row(*values):
    return jnp.asarray(values, jnp.float64)


def test_precision_is_chance_without_evidence_and_certain_with_all():
    got = interoceptive_precision(row(0.0, 1.0, 1e12))
    np.testing.assert_allclose(got, [0.5, 0.75, 1.0], rtol=1e-11, atol=0)


@pytest.mark.parametrize(("ip", "prior"), [(0.5, 0.3), (0.6, 0.5), (0.9, 0.05)])
def test_people_tap_as_bayes_would(ip, prior):
    got = tapping(Perception(row(ip), row(prior)))
    beat = ip * prior / (ip * prior + (1 - ip) * (1 - prior))
    none = (1 - ip) * prior / ((1 - ip) * prior + ip * (1 - prior))
    np.testing.assert_allclose(got, [[beat], [none]], rtol=1e-13, atol=0)


def test_taps_without_chance_give_precision_and_prior_back():
    true = Perception(row(0.55, 0.7), row(0.4, 0.2))
    many = row(1e12, 1e12)
    taps = Tapping(*(p * many for p in tapping(true)))
    got = estimated(taps, many, many)
    np.testing.assert_allclose(got, true, rtol=1e-9, atol=0)


def test_the_estimate_is_the_likeliest_under_half_an_observation():
    taps, beats = (43.0, 30.0), 70.0

    def unlikely(logits):
        ip, prior = (row(1 / (1 + np.exp(-x))) for x in logits)
        chances = [float(p[0]) for p in tapping(Perception(ip, prior))]
        return -sum(
            (k + 0.5) * np.log(p) + (beats - k + 0.5) * np.log(1 - p)
            for k, p in zip(taps, chances, strict=True)
        )

    best = optimize.minimize(unlikely, (0.0, 0.0), method="Nelder-Mead", tol=1e-10)
    want = 1 / (1 + np.exp(-best.x))
    got = estimated(Tapping(row(taps[0]), row(taps[1])), row(beats), row(beats))
    # the search stops at 1e-10 in the likelihood, its root in the logits
    np.testing.assert_allclose([got.ip[0], got.prior[0]], want, rtol=1e-4, atol=0)


def test_who_always_taps_is_estimated_too():
    seventy = row(70.0, 70.0)
    got = estimated(Tapping(row(70.0, 0.0), row(70.0, 0.0)), seventy, seventy)
    np.testing.assert_allclose(got.ip, [0.5, 0.5], rtol=1e-12, atol=0)
    assert float(got.prior[1]) < 0.01 < 0.99 < float(got.prior[0]) < 1


def test_the_estimate_errs_little_on_average():
    """Exact mean over all outcomes of a minute of tapping."""
    task, beats = HeartbeatTapping(), 70
    true = task.perceived(row(0.2), row(0.0), row(0.0))
    chances = [float(p[0]) for p in tapping(true)]
    counts = np.arange(beats + 1)
    weight = np.outer(*(stats.binom.pmf(counts, beats, p) for p in chances))
    both = jnp.meshgrid(counts * 1.0, counts * 1.0, indexing="ij")
    whole = jnp.full_like(both[0], beats)
    got = estimated(Tapping(*both), whole, whole)
    mean = (weight * np.asarray(got.ip)).sum()
    np.testing.assert_allclose(mean, true.ip[0], rtol=0, atol=2e-3)


def test_people_differ_around_the_typical_one():
    task = HeartbeatTapping()
    got = task.perceived(row(0.1, 0.1, 0.1), row(-1.0, 0.0, 1.0), row(1.0, 0.0, -1.0))
    assert np.all(np.diff(got.ip) > 0)
    assert np.all(np.diff(got.prior) < 0)
    typical = task.read(HeartbeatInputs(row(0.1)))
    middle = tapping(Perception(got.ip[1:2], got.prior[1:2]))
    np.testing.assert_allclose(typical, middle, rtol=1e-12, atol=0)
