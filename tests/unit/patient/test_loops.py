"""What beliefs do to their own evidence, and what is left when a loop is cut."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import IntravenousKetamine
from kapsim.mind import ContestInputs, DefeatInputs
from kapsim.patient.loops import MEANING, Loop, whole_but
from tests.unit.patient.people import calendar, cohort, drawn, follow, infusions, steady

OFF = {"mind.body.c_w": 0.0, "mind.belief.g_nu": 0.0, "mind.mood.bias": 0.0}
RECORDS = [0, 3, 10, 28]
SESSIONS = {"exposure": [1.0, 3.0, 5.0, 8.0, 12.0, 16.0]}


def treated(*cut, values=None):
    """States on `RECORDS` of people with two infusions and therapy, some loops cut."""
    patient = steady({**OFF, **(values or {})}, IntravenousKetamine())
    patient = _with(patient, cut)
    doses = infusions([0.0, 3.0])
    schedule = calendar(28.0, doses=doses, sessions=SESSIONS, records=RECORDS)
    return patient, follow(patient, schedule)


def _with(patient, cut):
    return dataclasses.replace(patient, whole=whole_but(cut))


@pytest.fixture(scope="module")
def whole():
    return treated()


def test_every_loop_is_explained():
    assert set(MEANING) == set(Loop)
    assert list(whole_but(("body",))) == [1, 1, 1, 0, 1, 1, 1]
    with pytest.raises(ValueError, match="appetite"):
        whole_but(("appetite",))


def test_nobody_is_another_person_for_a_cut(whole):
    patient, states = treated("behaviour", "defeat")
    np.testing.assert_array_equal(patient.person.severity, whole[0].person.severity)
    np.testing.assert_array_equal(
        np.asarray(states.severity)[0], np.asarray(whole[1].severity)[0]
    )


@pytest.mark.parametrize(
    ("loop", "signal"),
    [
        ("body", lambda s: s.body.energy),
        ("defeat", lambda s: s.defeat),
        ("self_efficacy", lambda s: s.self_efficacy),
    ],
)
def test_a_cut_loop_stays_as_at_rest(whole, loop, signal):
    cut = np.asarray(signal(treated(loop)[1]))
    np.testing.assert_allclose(cut, cut[:1] + 0 * cut, rtol=1e-12, atol=1e-12)
    intact = np.asarray(signal(whole[1]))
    assert np.abs(intact - intact[:1]).max() > 0.01


@pytest.mark.parametrize("loop", ["behaviour", "rumination", "body"])
def test_who_improves_improves_less_without_the_loop(whole, loop):
    gap = np.asarray(treated(loop)[1].severity - whole[1].severity)[-1]
    assert gap.mean() > 0.2


def test_without_self_criticism_people_recover(whole):
    gap = np.asarray(treated("self_criticism")[1].severity - whole[1].severity)[-1]
    assert gap.mean() < -0.5


def test_the_room_becomes_a_place_of_its_own():
    """Who tells the room from life sooner takes less safety home from it."""
    beliefs, shares = [], []
    for n_life in (1e6, 2.0):
        patient, states = treated(values={"mind.places.n_life": n_life})
        beliefs.append(np.asarray(states.beliefs.mu)[-1, 2].mean())
        shares.append(np.asarray(patient.mind.places.ascribed(states.places))[-1])
    assert beliefs[1] < beliefs[0]
    assert shares[0].min() > 0.99
    assert shares[1].max() < 0.9


def test_unexpected_loss_defeats_and_yielding_ends_it():
    """A month of worse life than anyone was used to, then back."""
    patient = drawn(cohort({**OFF, "patient.life.drift": 0.0}))
    contest, defeat = patient.mind.contest, patient.mind.defeat
    rest = patient.person.balance
    rank, usual = rest.beliefs.mu[1], rest.life[1]
    zero = jnp.zeros_like(rank)

    def where(content, yielding):
        met = contest.read(ContestInputs(rank, zero, rest.approach, content))
        return np.asarray(defeat.rest(DefeatInputs(met.loss, met.win, yielding)))

    entrapped, open_way = zero, zero + 1
    assert (where(usual - 1, entrapped) > where(usual, entrapped)).all()
    assert (where(usual - 1, open_way) < where(usual - 1, entrapped)).all()
    assert (where(usual + 1, entrapped) < where(usual, entrapped)).all()


def test_learned_volatility_raises_the_process_noise_only_beyond_the_usual():
    on = {**OFF, "mind.belief.g_nu": 2.0}
    calm = follow(steady(on), calendar(28.0, records=RECORDS))
    np.testing.assert_allclose(np.asarray(calm.beliefs.noise), 1, rtol=1e-9)
    stirred = treated(values=on)[1]
    assert np.asarray(stirred.beliefs.noise).max() > 1.01
    assert np.asarray(stirred.beliefs.noise).min() >= 1
