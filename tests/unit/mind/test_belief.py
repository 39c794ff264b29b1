"""Learning: exact gains, what switches do, and that nothing moves without evidence."""

import dataclasses

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.mind import (
    BeliefInputs,
    BeliefLearner,
    BeliefState,
    Evidence,
    SelfEvidence,
)

DT = jnp.asarray(2.0)


def learns(**values):
    """A learner with some parameters other than recorded."""
    return BeliefLearner(**{name: jnp.asarray(v) for name, v in values.items()})


ALONE = learns(k_c=0.0, gamma_loss=0.0)


def table(*values):
    """One row per domain, the same for both patients."""
    column = jnp.asarray(values if len(values) == 3 else values * 3)
    return jnp.broadcast_to(column[:, None], (3, 2))


def row(value):
    return jnp.full(2, value)


STATE = BeliefState(
    mu=table(-0.9, -0.7, -0.2), pi=table(8.0, 10.0, 12.0), noise=table(1.0, 1.0, 1.0)
)
SILENT = BeliefInputs(
    world=(),
    own=(),
    relaxation=row(0.0),
    window=row(0.0),
    induced=row(0.0),
    profile=table(0.0),
    pull_kept=row(1.0),
    certainty_loss=table(0.0),
    usual=table(0.0, 0.0, 0.0),
)


def offered(content, rate=0.2, precision=0.3, **more):
    world = (Evidence(table(rate), table(content), table(precision)),)
    return SILENT._replace(world=world, **more)


def moved(inputs, learner=ALONE, state=STATE, dt=DT):
    return np.asarray(learner.step(state, inputs, dt).mu - state.mu)


def test_gain_by_hand():
    learner = learns(w=jnp.asarray([0.0, 0.5, 1.0]))
    gain = learner.gain(table(2.0), table(6.0), row(0.5))
    want = [2 / 8, 2 / (2 + 6 * 0.75), 2 / (2 + 6 * 0.5)]
    np.testing.assert_allclose(gain[:, 0], want, rtol=1e-15, atol=0)


def test_relaxation_raises_the_gain_of_high_beliefs_most():
    learner = learns()
    sober = learner.gain(table(0.1), STATE.pi, row(0.0))
    drugged = learner.gain(table(0.1), STATE.pi, row(0.6))
    ratio = np.asarray(drugged / sober)[:, 0]
    assert (ratio > 1).all()
    weight = np.asarray(learner.w)
    assert ratio[weight.argmax()] == ratio.max()


def test_no_evidence_changes_no_belief():
    for relaxation in (0.0, 0.6):
        inputs = SILENT._replace(relaxation=row(relaxation), window=row(0.5))
        assert not moved(inputs).any()


def test_evidence_that_agrees_changes_no_belief():
    world = (Evidence(table(1.0), STATE.mu, table(0.5)),)
    relaxed = SILENT._replace(world=world, relaxation=row(0.6), induced=row(0.7))
    assert not moved(relaxed).any()


def test_coherence_keeps_the_mean_and_draws_together():
    learner = learns()
    far = learner.step(STATE, SILENT, jnp.asarray(1e5)).mu
    np.testing.assert_allclose(far, table(-0.6), rtol=1e-12, atol=0)
    near = np.asarray(learner.step(STATE, SILENT, DT).mu)
    np.testing.assert_allclose(near.mean(axis=0), [-0.6, -0.6], rtol=1e-13, atol=0)
    assert (near.std(axis=0) < np.asarray(STATE.mu).std(axis=0)).all()


def test_a_belief_in_its_own_place_is_not_pulled():
    profile = STATE.mu - STATE.mu.mean(axis=0)[None]
    still = moved(SILENT._replace(profile=profile), learns())
    np.testing.assert_allclose(still, 0.0, rtol=0, atol=1e-16)


def test_consolidation_weakens_the_pull():
    whole, less = (
        np.abs(moved(SILENT._replace(pull_kept=row(kept)), learns()))
        for kept in (1.0, 0.4)
    )
    assert (less[[0, 2]] < 0.5 * whole[[0, 2]]).all()


def test_small_step_is_the_drift_by_hand():
    dt = jnp.asarray(1e-6)
    rate = moved(offered(0.4), dt=dt) / 1e-6
    mu, pi = np.asarray(STATE.mu), np.asarray(STATE.pi)
    delta = 0.4 - mu
    credit = np.exp(-((delta / float(ALONE.s_credible)) ** 2) / 2)
    want = 0.2 * 0.3 / (0.3 + pi) * credit * delta
    # the difference of two beliefs near one loses ten digits over such a step
    np.testing.assert_allclose(rate, want, rtol=1e-7, atol=0)


@pytest.mark.parametrize(
    ("change", "good", "bad"),
    [
        ({"beta_plus": 0.5}, 1.5, 1.0),
        ({"beta_minus": 0.5}, 1.0, 0.5),
        ({}, 1.0, 1.0),
    ],
)
def test_valence_levers(change, good, bad):
    even = {"beta_plus": 0.0, "beta_minus": 0.0, "gamma_loss": 0.0}
    learner = learns(k_c=0.0, **{**even, **change})
    weight = learner.reception(jnp.asarray([[1e-9], [-1e-9], [-2.0]]), jnp.ones(1))
    np.testing.assert_allclose(weight[:, 0], [good, bad, bad], rtol=1e-12, atol=0)


def test_learning_is_symmetric_without_asymmetry():
    """Good and bad news of one size, small enough to be believed, move alike."""
    even = learns(
        k_c=0.0, beta_plus=0.0, beta_minus=0.0, gamma_loss=0.0, s_credible=50.0
    )
    news = lambda sign: SILENT._replace(
        world=(Evidence(table(0.2), STATE.mu + sign * 0.01, table(0.3)),),
        induced=row(0.8),
    )
    up, down = moved(news(1.0), even), moved(news(-1.0), even)
    np.testing.assert_allclose(up, -down, rtol=1e-6, atol=0)  # credit at 0.01 / 50
    biased = dataclasses.replace(even, beta_plus=jnp.asarray(0.3))
    assert (moved(news(1.0), biased) > 1.1 * np.abs(moved(news(-1.0), biased))).all()


def test_loss_valuation_acts_on_bad_content_alone():
    learner = learns(k_c=0.0, beta_plus=0.0, beta_minus=0.0, gamma_loss=0.5)
    plain = dataclasses.replace(learner, gamma_loss=jnp.asarray(0.0))
    good, bad = offered(0.3, induced=row(1.0)), offered(-1.4, induced=row(1.0))
    np.testing.assert_array_equal(moved(good, learner), moved(good, plain))
    halved = offered(-0.7, induced=row(1.0))
    np.testing.assert_allclose(moved(bad, learner), moved(halved, plain), rtol=1e-12)


def test_plasticity_speeds_the_loss_of_certainty():
    learner = learns(kappa=2.0)
    noise = np.asarray(learner.process_noise(jnp.asarray([0.0, 1.0])))
    np.testing.assert_allclose(noise[1] / noise[0], np.exp(2.0), rtol=1e-14, atol=0)
    shut = learner.step(STATE, SILENT, DT).pi
    wide = learner.step(STATE, SILENT._replace(window=row(1.0)), DT).pi
    assert (np.asarray(wide) < np.asarray(shut)).all()


def test_therapy_takes_certainty_and_asserts_nothing():
    loosened = SILENT._replace(certainty_loss=table(0.1))
    learner = learns(q0=1e-6 / 24, k_c=0.0)
    after = learner.step(STATE, loosened, DT)
    np.testing.assert_array_equal(after.mu, STATE.mu)
    plain = learner.step(STATE, SILENT, DT).pi
    np.testing.assert_allclose(after.pi, plain * np.exp(-0.2), rtol=1e-14, atol=0)


def test_good_news_loses_credit_and_bad_news_does_not():
    learner = learns(beta_plus=0.0, beta_minus=0.0)
    s = float(learner.s_credible)
    weight = learner.reception(jnp.asarray([[s], [2 * s], [-2 * s]]), jnp.zeros(1))
    want = [np.exp(-0.5), np.exp(-2.0), 1.0]
    np.testing.assert_allclose(weight[:, 0], want, rtol=1e-14, atol=0)


def test_self_evidence_is_relative_to_the_belief():
    own = (SelfEvidence(table(0.3), table(-0.35), table(0.1)),)
    inputs = SILENT._replace(own=own)
    lower = STATE._replace(mu=STATE.mu - 5.0)
    first, second = moved(inputs), moved(inputs, state=lower)
    assert (first < 0).all()
    np.testing.assert_allclose(first, second, rtol=1e-12, atol=0)


def test_less_self_criticism_drags_less():
    own = lambda shift: SILENT._replace(
        own=(SelfEvidence(table(0.3), table(shift), table(0.1)),)
    )
    assert (np.abs(moved(own(-0.2))) < np.abs(moved(own(-0.35)))).all()


def test_halving_the_step_converges():
    """First order: coefficients are held over a step, so the gap halves with it."""
    inputs = offered(0.6, rate=0.5, relaxation=row(0.3), induced=row(0.4))
    step = eqx.filter_jit(learns(g_nu=0.0).step)

    def reached(steps):
        state = STATE
        for _ in range(steps):
            state = step(state, inputs, jnp.asarray(96.0 / steps))
        return np.asarray(state.mu)

    truth = reached(1024)
    gaps = np.array([np.abs(reached(n) - truth).max() for n in (8, 16, 32, 64)])
    assert (gaps[:-1] / gaps[1:] > 1.8).all()
    assert gaps[-1] < 1e-3


def test_one_value_per_patient_is_one_patient_each():
    widths = jnp.asarray([0.5, 4.0])
    both = learns(k_c=0.0, s_credible=widths)
    got = moved(offered(0.6), both)
    for i, width in enumerate(widths):
        one = moved(offered(0.6), learns(k_c=0.0, s_credible=width))
        np.testing.assert_allclose(got[:, i], one[:, i], rtol=1e-14, atol=0)
