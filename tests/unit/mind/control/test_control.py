"""Control compared by Bayes, sensed on-line, and kept against passivity."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit, gammaln, logit

from kapsim.engine import run_trials
from kapsim.mind.control import (
    ActorSpectator,
    ActorSpectatorTrial,
    Controllability,
    ControllabilityTrial,
    Passivity,
    PassivityState,
    PassivityTrial,
)

ALPHA, CHI_BASE, RHO, KAPPA = 2.0, 0.8, 0.8, 1.0
"""Recorded values of the comparison, written a second time."""

followed = eqx.filter_jit(run_trials)


# -- two models of a task --------------------------------------------------------------


def met(done, came, actions=2, outcomes=2, new_task=None, window=0.0):
    """Trials in which these actions had these outcomes."""
    count = len(done)
    return ControllabilityTrial(
        jnp.eye(actions)[np.asarray(done)],
        jnp.eye(outcomes)[np.asarray(came)],
        jnp.zeros(count) if new_task is None else jnp.asarray(new_task),
        jnp.full(count, window),
    )


def marginal(counts, alpha):
    """Logarithm of the marginal likelihood of ordered outcomes [1]."""
    prior = alpha / counts.shape[-1]
    total = gammaln(alpha) - gammaln(alpha + counts.sum(axis=-1))
    return total + (gammaln(prior + counts) - gammaln(prior)).sum(axis=-1)


def compared(done, came, actions, outcomes, alpha=ALPHA):
    """Log odds of control by the closed form, without the prior odds [1]."""
    counts = np.zeros((actions, outcomes))
    np.add.at(counts, (done, came), 1)
    return marginal(counts, alpha).sum() - marginal(counts.sum(axis=0), alpha)


@pytest.mark.parametrize(("actions", "outcomes"), [(2, 2), (4, 3)])
@pytest.mark.parametrize("alpha", [0.3, 2.0, 11.0])
def test_the_odds_of_control_are_those_of_the_marginal_likelihoods(
    actions, outcomes, alpha
):
    rng = np.random.default_rng(5)
    done, came = rng.integers(actions, size=60), rng.integers(outcomes, size=60)
    learner = Controllability(
        alpha=jnp.asarray(alpha), actions=actions, outcomes=outcomes
    )
    last, _ = followed(learner, met(done, came, actions, outcomes))
    want = logit(CHI_BASE) + compared(done, came, actions, outcomes, alpha)
    np.testing.assert_allclose(last.log_odds, want, rtol=0, atol=1e-12)


def test_two_actions_with_two_outcomes_by_hand():
    # apart: 1/2 * 1/2 = 1/4; together: 1/2 * 1/3 = 1/6; so odds of 4 become 6
    learner = Controllability()
    last, signals = followed(learner, met([0, 1], [1, 0]))
    assert float(learner.control(last)) == pytest.approx(6 / 7, abs=1e-15)
    np.testing.assert_allclose(signals.control, [0.8, 0.8], rtol=1e-14)
    apart, together = np.array([[1, 2], [1, 1]]) / [[3], [2]], np.array([1, 2]) / 3
    want = 0.8 * apart + 0.2 * together
    np.testing.assert_allclose(signals.expected[1], want, rtol=1e-14)


def test_who_always_does_the_same_learns_nothing_about_control():
    last, signals = followed(Controllability(), met([1] * 40, [1, 0] * 20))
    assert float(last.log_odds) == pytest.approx(logit(CHI_BASE), abs=1e-12)
    assert np.all(np.asarray(signals.gained) == 0)


def test_a_new_task_takes_over_a_share_of_the_expectation():
    learner = Controllability()
    first, _ = followed(learner, met([0, 1] * 20, [0, 1] * 20))
    chi = float(learner.control(first))
    assert chi > 0.999
    opened = learner.begun(first, jnp.ones(()))
    want = RHO * chi + (1 - RHO) * CHI_BASE
    assert float(learner.control(opened)) == pytest.approx(want, abs=1e-14)
    assert float(jnp.abs(opened.counts).max()) == 0
    kept = learner.begun(first, jnp.zeros(()))
    assert eqx.tree_equal(kept, first)


def test_the_window_counts_evidence_for_control_twice_and_against_it_once():
    done, came = [0, 1, 0, 1, 1], [0, 1, 0, 1, 0]
    plain = followed(Controllability(), met(done, came))[1]
    open_ = followed(Controllability(), met(done, came, window=1.0))[1]
    gained = np.asarray(plain.gained)
    assert (gained > 0).any()
    assert (gained < 0).any()
    want = np.where(gained > 0, (1 + KAPPA) * gained, gained)
    np.testing.assert_allclose(open_.gained, want, rtol=1e-14)


def test_certainty_of_control_stays_finite():
    learner = Controllability(rho=jnp.asarray(0.999))
    trials = met([0, 1] * 2000, [0, 1] * 2000, new_task=[0.0] * 3999 + [1.0])
    last, signals = followed(learner, trials)
    assert np.isfinite(float(last.log_odds))
    assert float(signals.control[-2]) == 1


# -- actor and spectator ---------------------------------------------------------------


def done(action, outcome, window=0.0):
    count = len(action)
    return ActorSpectatorTrial(
        jnp.ones((count, 1)),
        jnp.eye(2)[np.asarray(action)],
        jnp.eye(2)[np.asarray(outcome)],
        jnp.zeros(count),
        jnp.full(count, window),
    )


def test_full_control_over_two_even_outcomes_is_sensed_as_a_half():
    turns = [0, 1] * 2000
    slow = ActorSpectator(alpha=jnp.asarray(0.01), alpha_omega=jnp.asarray(0.05))
    last, _ = followed(slow, done(turns, turns))
    # the actor errs no more, the spectator in half of the cases
    assert float(last.control) == pytest.approx(0.5, abs=0.01)


def test_no_control_is_sensed_as_none_and_so_is_control_that_nobody_tries():
    rng = np.random.default_rng(6)
    action, outcome = rng.integers(2, size=(2, 4000))
    slow = ActorSpectator(alpha=jnp.asarray(0.01), alpha_omega=jnp.asarray(0.05))
    signals = followed(slow, done(action, outcome))[1]
    assert abs(float(signals.control[500:].mean())) < 0.02
    same = followed(slow, done([1] * 4000, [1] * 4000))[0]
    assert float(same.control) == pytest.approx(0, abs=1e-6)


def test_the_window_makes_a_rise_of_control_count_as_two_trials():
    person = ActorSpectator()
    state = person.init()._replace(
        actor=jnp.asarray([[[0.0, 1.0], [0.5, 0.5]]]), control=jnp.asarray(0.1)
    )
    rise, fall = done([0], [1], window=1.0), done([0], [0], window=1.0)
    rate = float(person.alpha_omega)
    up = float(followed(person, rise, state)[0].control)
    down = float(followed(person, fall, state)[0].control)
    assert up == pytest.approx(0.5 - 0.4 * (1 - rate) ** 2, abs=1e-15)
    assert down == pytest.approx(0.1 + rate * (-0.5 - 0.1), abs=1e-15)


# -- passivity -------------------------------------------------------------------------


def adversity(count, sensed=0.0, window=0.0, pause=0.0):
    full = lambda value: jnp.full(count, value)
    return PassivityTrial(full(pause), full(1.0), full(sensed), full(window))


def test_adversity_without_control_makes_passive():
    mind = Passivity()
    last, _ = followed(mind, adversity(64))
    want = -np.expm1(-float(mind.k_d) * 64)
    assert float(last.passivity) == pytest.approx(want, abs=1e-14)
    assert float(last.control) == 0
    assert float(mind.trying(last)) < 0.01
    assert float(mind.trying(mind.init())) == pytest.approx(expit(5), abs=1e-14)


def test_control_is_kept_and_holds_passivity_off():
    mind = Passivity()
    helpless, _ = followed(mind, adversity(64))
    taught, _ = followed(mind, adversity(4, sensed=0.3), helpless)
    assert float(mind.passive(taught)) < 0.01
    again, _ = followed(mind, adversity(500), taught)
    assert float(again.control) == float(taught.control)
    assert float(mind.passive(again)) < 0.01


def test_nothing_is_learned_of_the_absence_of_control():
    mind = Passivity()
    start = PassivityState(jnp.asarray(0.4), jnp.zeros(()))
    last, _ = followed(mind, adversity(10, sensed=-0.5, window=1.0), start)
    assert float(last.control) == pytest.approx(0.4, abs=1e-15)


def test_an_open_window_learns_control_as_in_twice_the_trials():
    once = followed(Passivity(), adversity(1, sensed=0.2, window=1.0))[0]
    twice = followed(Passivity(), adversity(2, sensed=0.2))[0]
    assert float(once.control) == pytest.approx(float(twice.control), abs=1e-15)


def test_passivity_wears_off_over_a_pause():
    mind = Passivity()
    start = PassivityState(jnp.zeros(()), jnp.asarray(0.8))
    rested = mind.rested(start, mind.tau_d * np.log(2))
    assert float(rested.passivity) == pytest.approx(0.4, abs=1e-15)
