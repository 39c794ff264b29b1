"""The depressed state at rest: where it is, what holds it, and that it stays."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.patient.rest import balance, credible, credited, resting_mean
from tests.unit.patient.people import N, calendar, cohort, drawn, follow, follow_from

MOVED = 1e-3


@pytest.fixture(scope="module")
def people():
    return cohort()


@pytest.fixture(scope="module")
def many(people):
    return drawn(people).person


def movement(states) -> dict[str, float]:
    """Largest change from the first record, of what a person is like."""
    parts = {
        "belief": states.beliefs.mu,
        "precision": states.beliefs.pi,
        "mood": states.mood.mood,
        "momentum": states.mood.momentum,
        "energy": states.body.energy,
        "severity": states.severity,
        "defeat": states.defeat,
        "self-efficacy": states.self_efficacy,
    }
    return {
        name: float(np.abs(np.asarray(part) - np.asarray(part)[:1]).max())
        for name, part in parts.items()
    }


def test_nothing_moves_without_treatment(untreated):
    _, states = untreated
    assert all(moved < MOVED for moved in movement(states).values())


def test_a_state_out_of_balance_is_noticed(untreated):
    patient, _ = untreated
    weaker = eqx.tree_at(lambda p: p.person.balance.shift, patient, replace_fn=_halved)
    states = follow(weaker, calendar(60.0, records=[0, 7, 30, 60]))
    assert movement(states)["belief"] > 10 * MOVED


def _halved(shift):
    return shift / 2


def test_treatment_states_stay_empty_without_treatment(untreated):
    _, states = untreated
    for name in ("drive", "surge", "store", "consolidated", "antidepressant"):
        assert not np.asarray(getattr(states, name)).any(), name
    empty = (states.sessions, states.expectancy, states.learned, states.practised)
    for leaf in jax.tree.leaves(empty):
        assert not np.asarray(leaf).any()
    assert np.asarray(states.bond.attendance.enrolled).all()
    assert not np.asarray(states.bond.attendance.attended).any()
    alliance = np.asarray(states.bond.alliance)
    np.testing.assert_array_equal(
        alliance, np.broadcast_to(alliance[:1], alliance.shape)
    )


def test_severity_at_rest_is_the_drawn_one(untreated):
    patient, states = untreated
    drawn_severity = np.asarray(patient.person.severity)
    # severity is drawn; mood and beliefs are solved to agree with it by bisection
    for row in np.asarray(states.severity):
        np.testing.assert_allclose(row, drawn_severity, rtol=1e-9, atol=0)


def test_everybody_criticises_himself_at_least_a_little(people, many):
    least = float(people.people.shift_min)
    shift = np.asarray(many.balance.shift)
    assert shift.shape == (3, N)
    assert (shift >= least * (1 - 1e-9)).all()
    assert (shift > 2 * least).mean() > 0.2


def test_a_good_life_is_held_down_by_self_criticism_and_a_poor_one_by_itself(many):
    life, shift = np.asarray(many.balance.life), np.asarray(many.balance.shift)
    poor, good = life[1] < -0.5, (life[1] > 0.5) & (life[1] < 1.0)
    assert np.median(shift[1][good]) > 1.5 * np.median(shift[1][poor])


def test_the_profile_has_no_mean(many):
    profile = np.asarray(many.balance.profile)
    np.testing.assert_allclose(profile.mean(axis=0), 0.0, rtol=0, atol=1e-15)
    mu = np.asarray(many.balance.beliefs.mu)
    np.testing.assert_allclose(mu - mu.mean(axis=0), profile, rtol=0, atol=1e-14)


def test_more_severe_people_are_deeper(many):
    mu, mood = many.balance.beliefs.mu.mean(axis=0), many.balance.mood.mood
    severity = np.asarray(many.severity)
    for state in (mu, mood):
        assert np.corrcoef(severity, np.asarray(state))[0, 1] < -0.2


def test_wellbeing_at_rest_is_as_asked(people):
    wellbeing = jnp.linspace(-1.6, -0.25, 9)
    flat = jnp.zeros((3, 9))
    mu, mood = resting_mean(people.mind, wellbeing, flat)
    np.testing.assert_allclose(mu[0], mu[2], rtol=1e-15, atol=0)
    reached = people.mind.severity.wellbeing(mood, mu.mean(axis=0))
    np.testing.assert_allclose(reached, wellbeing, rtol=1e-12, atol=0)
    assert (np.diff(mu[0]) > 0).all()
    assert (np.diff(mood) > 0).all()


def test_credible_surprises_have_a_lower_and_an_upper_end(people):
    mind = people.mind
    least = jnp.broadcast_to(jnp.asarray([0.1, 0.5, 1.0]), (3, 3))
    low, high = credible(mind, least)
    best = float(mind.learner.s_credible)
    assert (np.asarray(low) < best).all()
    assert (np.asarray(high) > best).all()
    for end in (low, high):
        np.testing.assert_allclose(credited(mind, end), least, rtol=1e-9, atol=0)
    beyond = jnp.full((3, 3), 10.0)
    for end in credible(mind, beyond):
        np.testing.assert_allclose(end, best, rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    "parameter",
    [
        lambda mind: mind.mood.k_mu,
        lambda mind: mind.body.e_r,
        lambda mind: mind.behaviour.a0,
        lambda mind: mind.learner.q0,
        lambda mind: mind.severity.w_m,
    ],
)
def test_the_state_at_rest_has_its_true_derivative(people, parameter):
    """Bisection alone has none: its ends are constants."""
    profile = jnp.asarray([0.1, -0.2, 0.1])[:, None] + jnp.zeros((3, 8))
    deep, life = jnp.linspace(-1.2, -0.2, 8), jnp.linspace(-0.4, 0.8, 8)

    @jax.jit
    def rest(value, depth):
        mind = eqx.tree_at(parameter, people.mind, value)
        found = balance(mind, deep + depth, profile, life, jnp.asarray(0.05))
        held = (found.beliefs.mu, found.life, found.shift)
        return jnp.concatenate([part.ravel() for part in (*held, found.mood.mood)])

    at, step = parameter(people.mind), 1e-5
    for place in (0, 1):
        moved = [jnp.zeros(()), jnp.zeros(())]
        moved[place] = jnp.asarray(1.0)
        along = lambda t, moved=moved: rest(at * (1 + t * moved[0]), t * moved[1])
        derivative = jax.jvp(along, (jnp.zeros(()),), (jnp.ones(()),))[1]
        wanted = (along(step) - along(-step)) / (2 * step)
        assert np.abs(wanted).max() > 1e-4
        # bisection leaves 1e-13, which the step makes 1e-8
        np.testing.assert_allclose(derivative, wanted, rtol=1e-5, atol=1e-7)


def test_the_same_person_has_two_stable_states(untreated):
    """Shown on the persons whose usual life lies between their two states."""
    patient, _ = untreated
    rest = patient.init()
    days = calendar(200.0, records=[0, 100, 150, 200])
    pushed = rest.beliefs._replace(mu=rest.beliefs.mu + 0.02)
    low = follow_from(patient, rest._replace(beliefs=pushed), days)
    well = rest.beliefs._replace(mu=jnp.ones_like(pushed.mu))
    happy = rest.mood._replace(mood=jnp.full_like(rest.mood.mood, 0.5))
    high = follow_from(patient, rest._replace(beliefs=well, mood=happy), days)
    ill_after = np.asarray(low.severity)[-1] - np.asarray(rest.severity)
    stays_ill = np.abs(ill_after) < 0.5
    stays_well = np.asarray(high.severity)[-1] < np.asarray(rest.severity) - 15
    settled = np.abs(np.diff(np.asarray(high.severity)[1:], axis=0)).max(axis=0) < 1.0
    assert (stays_ill & stays_well & settled).sum() >= 2
    assert (stays_ill & ~stays_well).any()  # a life too poor to stay well


def test_follow_from_changes_only_the_start(untreated):
    patient, states = untreated
    again = follow_from(
        patient,
        dataclasses.replace(patient).init(),
        calendar(60.0, records=[0, 7, 30, 60]),
    )
    np.testing.assert_array_equal(again.severity, states.severity)
