"""Rescorla-Wagner, Pearce-Hall, counting, and latent causes of 2010."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import beta

from kapsim.engine import run_trials
from kapsim.mind.threat import (
    BetaBernoulli,
    CueTrial,
    LatentCause,
    LatentCauseState,
    LatentCauseTrial,
    PearceHall,
    RescorlaWagner,
)

ALPHA, A, B = 0.1, 1.0, 1.0
"""Recorded values of the latent-cause learner, written a second time."""

followed = eqx.filter_jit(run_trials)


# -- one number a cue ------------------------------------------------------------------


def test_cues_share_one_error_by_their_salience():
    rw = RescorlaWagner(alpha=jnp.asarray([0.2, 0.4]), cues=2)
    trials = CueTrial(jnp.asarray([[1.0, 1.0], [0.5, 0.0]]), jnp.asarray([1.0, 0.0]))
    strengths, signals = followed(rw, trials)
    np.testing.assert_allclose(signals.expected, [0.0, 0.1], rtol=1e-14, atol=0)
    np.testing.assert_allclose(signals.error, [1.0, -0.1], rtol=1e-14, atol=0)
    want = [0.2 - 0.2 * float(rw.beta_0) * 0.1 * 0.5, 0.4]
    np.testing.assert_allclose(strengths, want, rtol=1e-14, atol=0)


def test_a_lone_shock_teaches_an_absent_cue_nothing():
    rw = RescorlaWagner()
    strengths, signals = rw.trial(
        jnp.asarray([0.3]), CueTrial(jnp.zeros(1), jnp.ones(()))
    )
    assert float(strengths[0]) == 0.3
    assert float(signals.error) == 1.0


def test_pearce_hall_by_hand():
    ph = PearceHall(
        kappa=jnp.asarray(0.5), eta=jnp.asarray(0.25), alpha_0=jnp.asarray(0.8)
    )
    last, signals = followed(ph, jnp.asarray([1.0, 0.0]))
    np.testing.assert_allclose(signals.expected, [0.0, 0.4], rtol=1e-14, atol=0)
    np.testing.assert_allclose(signals.associability, [0.8, 0.85], rtol=1e-14, atol=0)
    np.testing.assert_allclose(signals.error, [1.0, -0.4], rtol=1e-14, atol=0)
    np.testing.assert_allclose(last.expected, 0.4 * (1 - 0.425), rtol=1e-14, atol=0)
    np.testing.assert_allclose(last.associability, 0.7375, rtol=1e-14, atol=0)


def test_associability_rises_where_outcomes_surprise_and_falls_where_not():
    outcomes = jnp.concatenate([jnp.ones(20), jnp.zeros(5)])
    associability = np.asarray(followed(PearceHall(), outcomes)[1].associability)
    assert (np.diff(associability[1:21]) < 0).all()
    assert associability[22] > 5 * associability[20]


def test_counting_gives_the_moments_of_a_beta_distribution():
    outcomes = np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    signals = followed(BetaBernoulli(), jnp.asarray(outcomes))[1]
    shocks = np.concatenate([[0.0], np.cumsum(outcomes)[:-1]])
    posterior = beta(1 + shocks, 1 + np.arange(7) - shocks)
    np.testing.assert_allclose(signals.expected, posterior.mean(), rtol=1e-13, atol=0)
    np.testing.assert_allclose(signals.uncertainty, posterior.var(), rtol=1e-13, atol=0)


# -- latent causes ---------------------------------------------------------------------

SIGNS = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
SHOCKS = np.array([1.0, 0.0, 1.0, 0.0, 0.0])


def trials(draws, signs=SIGNS, shocks=SHOCKS):
    return LatentCauseTrial(
        jnp.asarray(signs), jnp.asarray(shocks), jnp.broadcast_to(draws, len(shocks))
    )


def branches(cause, past_signs, past_shocks, signs):
    """Prior times fit, and chance of shock, of each cause after one history."""
    weights, shock = [], []
    for k in range(max(cause, default=-1) + 2):
        own = np.array([z == k for z in cause], dtype=bool)
        n = own.sum()
        present = (past_signs[own].sum(axis=0) + A) / (n + A + B)
        fit = np.where(signs > 0, present, 1 - present).prod()
        weights.append((n if n else ALPHA) / (len(cause) + ALPHA) * fit)
        shock.append((past_shocks[own].sum() + A) / (n + A + B))
    return np.array(weights), np.array(shock)


def enumerated(signs, shocks):
    """Expectation on the last trial, over all ways to sort the trials before it."""
    histories = {(): 1.0}
    for t in range(len(shocks) - 1):
        grown = {}
        for cause, probability in histories.items():
            weights, shock = branches(cause, signs[:t], shocks[:t], signs[t])
            outcome = shock if shocks[t] else 1 - shock
            for k, share in enumerate(probability * weights * outcome):
                grown[(*cause, k)] = share
        histories = grown
    total, expected = sum(histories.values()), 0.0
    for cause, probability in histories.items():
        weights, shock = branches(cause, signs[:-1], shocks[:-1], signs[-1])
        expected += probability / total * (weights @ shock) / weights.sum()
    return expected


def test_many_particles_give_the_expectation_over_all_ways_to_sort_the_trials():
    learner = LatentCause(particles=2000)
    got = [
        float(followed(learner, trials(jnp.asarray(u)))[1].expected[-1])
        for u in (0.1, 0.6)
    ]
    # draws are fractions of 1/2000 of the branches; four resamplings add up to less
    np.testing.assert_allclose(got, enumerated(SIGNS, SHOCKS), rtol=0.003, atol=0)


def test_one_particle_takes_the_most_probable_cause_and_no_random_number():
    state, signals = followed(LatentCause(), trials(jnp.asarray(0.3)))
    other = followed(LatentCause(), trials(jnp.asarray(0.9)))[1]
    np.testing.assert_array_equal(signals.expected, other.expected)
    cause = []
    for t in range(5):
        weights, shock = branches(cause, SIGNS[:t], SHOCKS[:t], SIGNS[t])
        want = (weights @ shock) / weights.sum()
        np.testing.assert_allclose(signals.expected[t], want, rtol=1e-13, atol=0)
        after = weights * (shock if SHOCKS[t] else 1 - shock)
        got = signals.after[t][: len(after)]
        np.testing.assert_allclose(got, after / after.sum(), rtol=1e-13, atol=0)
        cause.append(int(np.argmax(after)))
    assert int(state.last[0]) == cause[-1]


@pytest.mark.parametrize("particles", [1, 2000])
def test_every_particle_counts_every_trial(particles):
    state = followed(LatentCause(particles=particles), trials(jnp.asarray(0.6)))[0]
    np.testing.assert_array_equal(state.trials.sum(axis=1), np.full(particles, 5.0))
    np.testing.assert_array_equal(state.shocks.sum(axis=1), np.full(particles, 2.0))
    assert (np.asarray(state.signs) <= np.asarray(state.trials)[:, :, None]).all()


def state_of(counts, last):
    row = jnp.asarray([counts])
    return LatentCauseState(
        row, jnp.zeros_like(row), jnp.zeros((*row.shape, 2)), jnp.asarray([last])
    )


def test_prior_counts_trials_and_sticks_to_the_last_cause():
    learner = LatentCause(stickiness=jnp.asarray(2.0), causes=4)
    got = learner.prior(state_of([3.0, 1.0, 0.0, 0.0], 1))[0]
    np.testing.assert_allclose(got, np.array([3, 3, 0.1, 0]) / 6.1, rtol=1e-13, atol=0)
    np.testing.assert_array_equal(learner.prior(learner.init())[0], [1.0, 0, 0, 0])


def test_there_is_no_new_cause_when_all_are_in_use():
    learner = LatentCause(alpha=jnp.asarray(50.0), causes=2)
    got = learner.prior(state_of([3.0, 1.0], 0))[0]
    np.testing.assert_allclose(got, [0.75, 0.25], rtol=1e-13, atol=0)
