"""The guess about one's arm, and what a person expects of it."""

import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.therapy import Expectancy, ExpectancyInputs, Guess, GuessInputs

GUESS, HOPE = Guess(), Expectancy()
NO, YES = jnp.asarray(0.0), jnp.asarray(1.0)


def guess(cue, improvement=0.0, masked=NO, known=NO):
    inputs = GuessInputs(jnp.full(1, cue), masked, known)
    state = jnp.full(1, cue)
    return float(GUESS.active(state, jnp.full(1, improvement), inputs)[0])


@pytest.mark.parametrize("cue", [0.05, 0.5, 0.95])
def test_masked_is_a_coin_whatever_the_cue(cue):
    assert guess(cue, masked=YES) == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize("cue", [0.05, 0.95])
def test_known_is_certain(cue):
    assert guess(cue, known=YES) == 1.0
    assert guess(cue, improvement=-30.0, masked=YES, known=YES) == 1.0


def test_without_improvement_the_cue_is_the_guess():
    for cue in (0.05, 0.3, 0.95):
        np.testing.assert_allclose(guess(cue), cue, rtol=1e-13, atol=0)


def test_improvement_unblinds_on_the_logit_scale():
    odds = guess(0.3, improvement=10.0)
    odds = np.log(odds / (1 - odds)) - np.log(0.3 / 0.7)
    np.testing.assert_allclose(odds, 10 * float(GUESS.g_y), rtol=1e-12, atol=0)


def test_the_strongest_cue_stays_and_is_never_certain():
    state = GUESS.init() + jnp.zeros(1)
    seen = []
    for cue in (0.2, 0.7, 0.1, 1.0):
        inputs = GuessInputs(jnp.full(1, cue), NO, NO)
        state = GUESS.step(state, inputs, jnp.asarray(1.0))
        seen.append(float(state[0]))
    floor = float(GUESS.floor)
    np.testing.assert_allclose(seen, [0.2, 0.7, 0.7, 1 - floor], rtol=1e-14, atol=0)


def inputs(dosing=0.0, session=0.0, active=0.5, person=1.0):
    numbers = jnp.asarray(dosing), jnp.asarray(session)
    return ExpectancyInputs(*numbers, jnp.full(1, active), jnp.full(1, person))


def start():
    return HOPE.init()._replace(slow=jnp.zeros(1))


def test_nothing_is_expected_without_contact():
    state = start()
    for _ in range(3):
        state = HOPE.step(state, inputs(), jnp.asarray(10.0))
    assert float(HOPE.relief(state, inputs())[0]) == 0.0
    assert float(HOPE.lift(state, jnp.ones(1))[0]) == 0.0


def test_relief_at_a_dosing_visit_by_hand():
    given = inputs(dosing=1.0, active=0.7, person=1.3)
    met = HOPE.meet(start(), given)
    top = float(HOPE.top)
    want = top * (1 - math.exp(-float(HOPE.g_f) * 1.3 * 0.7 / top))
    np.testing.assert_allclose(HOPE.relief(met, given), [want], rtol=1e-14, atol=0)


def test_a_session_needs_no_guess():
    sure, unsure = (
        HOPE.relief(HOPE.meet(start(), given), given)
        for given in (inputs(session=0.3, active=a) for a in (1.0, 0.0))
    )
    np.testing.assert_array_equal(sure, unsure)


def test_contact_does_not_pile_up_beyond_one():
    state = HOPE.meet(HOPE.meet(start(), inputs(dosing=1.0)), inputs(dosing=1.0))
    assert float(state.dosing) == 1.0


@pytest.mark.parametrize("redundant", [-0.5, 0.0, 0.5])
def test_hope_beside_a_direct_lift_by_hand(redundant):
    hope = Expectancy(redundant=jnp.asarray(redundant))
    state = start()._replace(slow=jnp.full(1, 0.3))
    want = float(hope.g_s) * 0.3 * math.exp(-2 * redundant)
    got = hope.lift(state, jnp.full(1, 2.0))
    np.testing.assert_allclose(got, [want], rtol=1e-14, atol=0)


@pytest.mark.parametrize("hours", [0.5, 6.0, 300.0])
def test_slow_expectancy(hours):
    """Against a general solver, with contact fading inside the step."""
    given = inputs(dosing=1.0, session=0.2, active=0.6, person=1.4)
    got = HOPE.step(start(), given, jnp.asarray(hours))
    tau_f, tau_s, r = (float(v) for v in (HOPE.tau_f, HOPE.tau_s, HOPE.r))
    drive = lambda t: r * 1.4 * (0.6 + 0.2) * np.exp(-t / tau_f)
    np.testing.assert_allclose(got.dosing, np.exp(-hours / tau_f), rtol=1e-14)
    # what has come in is exact; that it decays evenly over the step is not
    whole = solve_ivp(
        lambda t, _: [drive(t)], (0, hours), [0.0], rtol=1e-11, atol=1e-13
    ).y[0, -1]
    held = whole / hours * tau_s * -np.expm1(-hours / tau_s)
    np.testing.assert_allclose(got.slow, [held], rtol=1e-8, atol=0)


def test_slow_expectancy_converges_with_the_step():
    given = inputs(dosing=1.0, active=0.6, person=1.4)
    tau_f, tau_s, r = (float(v) for v in (HOPE.tau_f, HOPE.tau_s, HOPE.r))
    truth = r * 1.4 * 0.6 * (np.exp(-48 / tau_s) - np.exp(-48 / tau_f))
    truth /= 1 / tau_f - 1 / tau_s
    gaps = []
    for steps in (4, 8, 16):
        state, now = start(), given
        for _ in range(steps):
            state = HOPE.step(state, now, jnp.asarray(48 / steps))
            now = given._replace(dosing=jnp.asarray(0.0))
        gaps.append(abs(float(state.slow[0]) - truth) / truth)
    assert gaps[0] / gaps[1] > 3
    assert gaps[1] / gaps[2] > 3
    assert gaps[2] < 1e-3
