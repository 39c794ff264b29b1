"""Memory modification against a second entry, drug timing, and reconsolidation."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from kapsim.engine import run_trials
from kapsim.lab.errors import LabError
from kapsim.lab.experiments.threat.phases import Phase, follow, trials, unpaired
from kapsim.mind.threat import (
    DrugTiming,
    MemoryModification,
    MemoryTrial,
    Reconsolidation,
    ReconsolidationInputs,
    TimingInputs,
)

ALPHA, ETA, VAR_US, VAR_CUE, THETA, LAMBDA = 0.1, 0.3, 0.4, 1.0, 0.02, 0.01
CAUSES, ROUNDS = 15, 3
"""Recorded values of the learner, written a second time."""

followed = eqx.filter_jit(run_trials)
number = lambda value: jnp.asarray(value, dtype=float)


# -- the learner, entered a second time ------------------------------------------------


def entered_again(design, longest=np.inf):
    """Expectation, response and posterior by densities in place of their logs."""
    cue, us, time, until, gain, kept = (np.asarray(leaf) for leaf in design)
    count, cues = cue.shape
    owner, weights = np.full(count, -1), np.zeros((cues, CAUSES))
    expected, after = np.zeros(count), np.zeros((count, CAUSES))
    q = np.zeros(CAUSES)
    for t in range(count):
        known = max(owner[:t], default=-1) + 1
        fit = np.zeros(CAUSES)
        for k in range(known + 1):
            mine = np.flatnonzero(owner[:t] == k)
            claim = (1 / np.minimum(time[t] - time[mine], longest)).sum()
            n = len(mine)
            mean = cue[mine].sum(axis=0) / (n + VAR_CUE)
            spread = np.sqrt(VAR_CUE / (n + VAR_CUE) + VAR_CUE)
            fit[k] = (claim if n else ALPHA) * norm.pdf(cue[t], mean, spread).prod()
        expected[t] = fit @ (cue[t] @ weights) / fit.sum()
        for _ in range(min(ROUNDS, int(np.floor(until[t] + 0.5)))):
            value = cue[t] @ weights
            q = fit * norm.pdf(us[t], value, np.sqrt(VAR_US))
            q /= q.sum()
            weights += ETA * gain[t] * np.outer(cue[t], q * (us[t] - value))
            weights *= 1 - (1 - kept[t]) * q
        after[t], owner[t] = q, q.argmax()
    return expected, norm.cdf((expected - THETA) / LAMBDA), after


RNG = np.random.default_rng(8)
RANDOM = MemoryTrial(
    cues=jnp.asarray(RNG.choice([0.0, 1.0, 4.0], (40, 2))),
    us=jnp.asarray(RNG.choice([0.0, 0.3, 1.0], 40)),
    time=jnp.asarray(np.cumsum(RNG.choice([1.0, 1.6, 3.0, 30.0], 40))),
    until_next=jnp.asarray(RNG.choice([1.0, 1.6, 2.4, 2.6, 30.0], 40)),
    gain=jnp.asarray(RNG.uniform(0.1, 1.8, 40)),
    kept=jnp.asarray(RNG.choice([0.0, 0.7, 1.0, 1.2], 40, p=[0.1, 0.1, 0.7, 0.1])),
)


@pytest.mark.parametrize("capped", [False, True])
def test_the_learner_agrees_with_a_second_entry(capped):
    learner = MemoryModification(cues=2, capped=capped, longest=number(50.0))
    found = followed(learner, RANDOM)[1]
    expected, response, after = entered_again(RANDOM, 50.0 if capped else np.inf)
    assert len(set(after.argmax(axis=1))) > 2
    np.testing.assert_allclose(found.expected, expected, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found.response, response, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found.after, after, rtol=1e-9, atol=1e-14)


def test_a_kernel_without_time_is_seen_by_the_second_entry():
    found = followed(MemoryModification(cues=2, g=number(0.5)), RANDOM)[1]
    assert np.abs(np.asarray(found.expected) - entered_again(RANDOM)[0]).max() > 0.01


def test_probabilities_add_up_to_one():
    found = followed(MemoryModification(cues=2), RANDOM)[1]
    for part in (found.before, found.after):
        np.testing.assert_allclose(np.sum(part, axis=1), 1.0, rtol=1e-12, atol=0)


def test_a_trial_without_learning_changes_no_weight():
    still = RANDOM._replace(gain=jnp.zeros(40), kept=jnp.ones(40))
    state, found = followed(MemoryModification(cues=2), still)
    assert not np.asarray(state.weights).any()
    assert not np.asarray(found.expected).any()


def test_the_oldest_trial_is_forgotten_when_there_is_no_room():
    design = trials([unpaired(6)])
    state, found = followed(MemoryModification(trials=3), design)
    assert sorted(np.asarray(state.time)) == [3.0, 4.0, 5.0]
    assert float(state.trials[0]) == 6.0
    before = np.asarray(found.before[5])
    fits = norm.pdf(1.0, [5 / 6, 0.0], np.sqrt([1 / 6 + 1, 2.0]))
    want = (1 + 1 / 2 + 1 / 3) * fits[0] / (ALPHA * fits[1])
    np.testing.assert_allclose(before[0] / before[1], want, rtol=1e-12, atol=0)


def test_hours_become_trials():
    learner = MemoryModification(trial_unit=jnp.asarray(2.0))
    assert float(learner.units(jnp.asarray(24.0))) == 12.0


# -- designs ---------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [-1.0, float("nan"), float("inf")])
def test_a_gap_that_is_no_pause_is_refused(gap):
    with pytest.raises(LabError, match=r"gap before phase 2 is .* cannot begin before"):
        follow([(unpaired(2), unpaired(1, gap=gap))])


def test_a_design_without_trials_is_refused():
    with pytest.raises(LabError, match="at least one trial"):
        trials([Phase(())])


def test_phases_follow_one_another_in_time():
    design = trials([unpaired(2), Phase((1.0,), 5.0, gain=0.5, kept=0.2)])
    np.testing.assert_array_equal(design.time, [0.0, 1.0, 7.0])
    np.testing.assert_array_equal(design.until_next, [1.0, 6.0, 1.0])
    np.testing.assert_array_equal(design.us, [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(design.gain, [1.0, 1.0, 0.5])
    np.testing.assert_array_equal(design.kept, [1.0, 1.0, 0.2])


def test_a_design_is_the_same_beside_a_longer_one():
    short, long = (unpaired(2), unpaired(1, gap=4.0)), (unpaired(30),)
    alone, beside = follow([short, short])[1], follow([short, long])[0]
    assert len(beside.expected) == 3
    np.testing.assert_allclose(alone.after, beside.after, rtol=1e-12, atol=1e-15)


# -- timing ----------------------------------------------------------------------------

AFTER = jnp.asarray([-1.0, 0.0, 1.5, 21.7, 672.0])


def test_the_kernel_by_hand():
    found = DrugTiming().read(TimingInputs(AFTER))
    np.testing.assert_allclose(found.acute[:3], [0.0, 1.0, np.exp(-1)], rtol=1e-14)
    course = np.exp(-np.asarray(AFTER) / 96) - np.exp(-np.asarray(AFTER) / 8)
    peak = np.log(12.0) / (1 / 8 - 1 / 96)
    greatest = np.exp(-peak / 96) - np.exp(-peak / 8)
    np.testing.assert_allclose(
        found.plastic, np.where(AFTER < 0, 0.0, course / greatest), rtol=1e-12, atol=0
    )
    assert float(found.plastic.max()) <= 1.0


def test_learning_is_untouched_before_the_dose_and_without_effects():
    assert float(DrugTiming().read(TimingInputs(AFTER)).gain[0]) == 1.0
    none = DrugTiming(beta_a=jnp.asarray(0.0), kappa_p=jnp.asarray(0.0))
    np.testing.assert_array_equal(none.read(TimingInputs(AFTER)).gain, np.ones(5))


def test_signals_from_elsewhere_take_the_place_of_the_kernel():
    timing = DrugTiming(beta_a=jnp.asarray(0.8), kappa_p=jnp.asarray(0.5))
    gain = timing.gain(jnp.asarray([0.0, 0.5, 1.0]), jnp.asarray([1.0, 0.4, 0.0]))
    np.testing.assert_allclose(gain, [1.5, 0.6 * 1.2, 0.2], rtol=1e-14, atol=0)


def test_rapamycin_leaves_the_acute_block():
    timing = DrugTiming(kappa_p=jnp.asarray(0.0))
    found = timing.read(TimingInputs(AFTER))
    want = 1 - float(timing.beta_a) * np.asarray(found.acute)
    np.testing.assert_allclose(found.gain, want, rtol=1e-14, atol=0)


# -- reconsolidation -------------------------------------------------------------------

SINCE = jnp.asarray([-0.5, 0.0, 5.9, 6.1])


@pytest.mark.parametrize(
    ("psi", "want"),
    [
        (None, [1.0, 1.0, 1.0, 1.0]),
        (0.6, [1.0, 0.8, 0.8, 1.0]),
        (1.4, [1.0, 1.2, 1.2, 1.0]),
    ],
)
def test_the_sign_and_the_window_of_reconsolidation(psi, want):
    rule = Reconsolidation() if psi is None else Reconsolidation(psi=jnp.asarray(psi))
    kept = rule.read(ReconsolidationInputs(jnp.full(4, 0.5), SINCE))
    np.testing.assert_allclose(kept, want, rtol=1e-14, atol=0)


def test_a_block_takes_what_was_retrieved_and_strengthening_adds():
    weights = []
    for kept in (0.0, 1.0, 1.3):
        design = trials([Phase((1.0,)), Phase((1.0,), 20.0, gain=0.0, kept=kept)])
        state, found = followed(MemoryModification(), design)
        weights.append(np.asarray(state.weights))
    retrieved = np.asarray(found.after[1])
    np.testing.assert_allclose(weights[0], weights[1] * (1 - retrieved), rtol=1e-12)
    np.testing.assert_allclose(
        weights[2], weights[1] * (1 + 0.3 * retrieved), rtol=1e-12
    )
