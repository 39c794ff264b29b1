"""Life as it arrives: exact for any step, and of the stated size and memory."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.patient import Life, LifeInputs
from kapsim.patient.life import LifeState

LIFE = Life()
STREAMS = ("fluctuation", "drift", "symptom")
TAUS = (LIFE.tau_f, LIFE.tau_s, LIFE.symptom_tau)
QUIET = 9.0
"""A draw that brings no severe event."""

MANY = 40_000
FOUR_AND_A_HALF = 4.5
"""Standard errors: both sides together are exceeded by chance 7 times in a million."""


def inputs(*values):
    first, second, third = (jnp.asarray(value) for value in values)
    return LifeInputs(first, second, third, jnp.full_like(first, QUIET))


NONE, ONE = inputs(*np.zeros((3, 1))), inputs(*np.ones((3, 1)))


def state(*values):
    first, second, third = (jnp.asarray(value) for value in values)
    return LifeState(first, second, third, jnp.zeros_like(first))


def test_without_noise_it_forgets():
    start = state(*np.ones((3, 1)))
    after = LIFE.step(start, NONE, jnp.asarray(100.0))
    for x, tau in zip(after[:3], TAUS, strict=True):
        np.testing.assert_allclose(x, [np.exp(-100 / float(tau))], rtol=1e-14, atol=0)


@pytest.mark.parametrize("parts", [2, 5])
def test_any_split_of_a_step_has_the_same_law(parts):
    """Mean and variance of the whole step are those of its parts, to rounding."""
    dt = 24.0
    at_rest, unit = state(*np.zeros((3, 1))), state(*np.ones((3, 1)))
    whole = [np.asarray(x) for x in LIFE.step(at_rest, ONE, jnp.asarray(dt))]
    part = [np.asarray(x) for x in LIFE.step(at_rest, ONE, jnp.asarray(dt / parts))]
    keep = [np.asarray(x) for x in LIFE.step(unit, NONE, jnp.asarray(dt / parts))]
    kept = [np.asarray(x) for x in LIFE.step(unit, NONE, jnp.asarray(dt))]
    for w, p, k, all_kept in zip(whole[:3], part, keep, kept, strict=False):
        np.testing.assert_allclose(k**parts, all_kept, rtol=1e-13, atol=0)
        variance = p**2 * sum(k ** (2 * i) for i in range(parts))
        np.testing.assert_allclose(variance, w**2, rtol=1e-12, atol=0)


@pytest.mark.stochastic
def test_stationary_spread_and_memory():
    """False-alarm rate below 1e-4: six checks, 7e-6 each."""
    rng = np.random.default_rng(5)
    start = state(*rng.standard_normal((3, MANY)))
    after = LIFE.step(start, inputs(*rng.standard_normal((3, MANY))), jnp.asarray(24.0))
    for x0, x1, tau in zip(start[:3], after[:3], TAUS, strict=True):
        sd = np.asarray(x1).std()
        assert abs(sd - 1) < FOUR_AND_A_HALF / np.sqrt(2 * MANY)
        memory = np.exp(-24 / float(tau))
        r = np.corrcoef(np.asarray(x0), np.asarray(x1))[0, 1]
        assert abs(r - memory) < FOUR_AND_A_HALF * (1 - memory**2) / np.sqrt(MANY)


def test_content_and_symptoms_by_hand():
    now = state([0.5], [-2.0], [1.5])
    want = float(LIFE.fluctuation) * 0.5 - 2 * float(LIFE.drift)
    np.testing.assert_allclose(
        LIFE.content(now, jnp.zeros(1)), [want], rtol=1e-14, atol=0
    )
    passed = LIFE.content(now, jnp.asarray([-2.0]))
    want = [float(LIFE.fluctuation) * 0.5]
    np.testing.assert_allclose(passed, want, rtol=1e-14, atol=0)
    symptom = 1.5 * float(LIFE.symptom_sd)
    np.testing.assert_allclose(LIFE.symptom(now), [symptom], rtol=1e-14, atol=0)


def test_streams_do_not_mix():
    for i, name in enumerate(STREAMS):
        after = LIFE.step(
            state(*np.zeros((3, 1))), inputs(*np.eye(3)[i][:, None]), jnp.asarray(24.0)
        )
        pairs = zip(STREAMS, after[:3], strict=True)
        moved = [field for field, x in pairs if x[0] != 0]
        assert moved == [name]


@pytest.mark.stochastic
def test_severe_events_come_at_their_rate_and_pass():
    """False-alarm rate 7e-6."""
    rng = np.random.default_rng(6)
    year = jnp.asarray(365.25 * 24)
    calm = state(*np.zeros((3, MANY)))
    chance = inputs(*np.zeros((3, MANY)))._replace(
        chance=jnp.asarray(rng.standard_normal(MANY))
    )
    struck = np.asarray(LIFE.step(calm, chance, year).events)
    want = 1 - np.exp(-float(LIFE.event_rate * year))
    assert set(np.unique(struck)) == {0.0, 1.0}
    error = np.sqrt(want * (1 - want) / MANY)
    assert abs(struck.mean() - want) < FOUR_AND_A_HALF * error
    now = state(*np.zeros((3, 1)))._replace(events=jnp.ones(1))
    later = LIFE.step(now, NONE, LIFE.tau_e)
    np.testing.assert_allclose(later.events, [np.exp(-1)], rtol=1e-14, atol=0)
    np.testing.assert_allclose(
        LIFE.content(now, jnp.zeros(1)), [-float(LIFE.event_size)]
    )
