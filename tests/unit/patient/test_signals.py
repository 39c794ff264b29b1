"""Inner signals that are reported are those the steps have used."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import kapsim.patient.virtual_patient
from kapsim.drug import IntravenousKetamine
from kapsim.patient.loops import whole_but
from kapsim.patient.signals import SignalView
from tests.unit.patient.people import calendar, follow, infusions, steady

RECORDS = [0, 1, 10, 28]
SESSIONS = {"activation": [0.5, 3.0, 5.0, 8.0, 12.0, 16.0]}
MOMENT_H = 1e-9
"""Length of a step over which nothing changes."""


@pytest.fixture(scope="module", params=[(), ("behaviour", "rumination")])
def treated(request):
    """People with two infusions and activation, some loops cut: patient, states."""
    patient = steady(route=IntravenousKetamine())
    patient = dataclasses.replace(patient, whole=whole_but(request.param))
    doses = infusions([0.0, 3.0])
    days = calendar(28.0, doses=doses, sessions=SESSIONS, records=RECORDS, known=1.0)
    quiet = jax.tree.map(lambda leaf: leaf[-1], days)
    quiet = dataclasses.replace(
        quiet, dt=jnp.asarray(MOMENT_H), new_day=jnp.asarray(False)
    )
    return patient, follow(patient, days), quiet


@pytest.mark.parametrize("record", range(len(RECORDS)))
def test_coping_is_shown_as_a_step_uses_it(treated, record, monkeypatch):
    """Cut loops, activation, self-efficacy and effort included."""
    patient, states, quiet = treated
    state = jax.tree.map(lambda leaf: leaf[record], states)
    own, used = kapsim.patient.virtual_patient.coping_of, []

    def spied(*inputs):
        used.append(own(*inputs))
        return used[-1]

    monkeypatch.setattr(kapsim.patient.virtual_patient, "coping_of", spied)
    patient.step(state, quiet)
    shown = SignalView(patient).shown(state, quiet)
    # the window moves by 1e-9 of itself within the moment
    np.testing.assert_allclose(shown.approach, used[0].approach, rtol=1e-7, atol=0)
    np.testing.assert_allclose(
        shown.rumination_per_day, 24 * used[0].rumination, rtol=1e-7, atol=0
    )


def test_a_cut_loop_is_shown_as_at_rest(treated):
    patient, states, quiet = treated
    shown = jax.vmap(SignalView(patient).shown, in_axes=(0, None))(states, quiet)
    rest, cut = patient.person.balance, float(patient.whole.behaviour) == 0
    for seen, held in (
        (shown.approach, rest.approach),
        (shown.rumination_per_day, 24 * rest.rumination),
    ):
        moved = np.abs(np.asarray(seen / held[None] - 1)).max()
        assert moved < 1e-12 if cut else moved > 0.1


def test_failed_antidepressants_are_seen_in_what_is_expected(treated):
    patient, states, quiet = treated
    state = jax.tree.map(lambda leaf: leaf[1], states)
    third = dataclasses.replace(quiet, medicine=jnp.asarray(3, jnp.int32))
    room, contact = patient.therapy.expectancy, state.expectancy
    hope = patient.person.expectancy * room.discouraged**2
    hope = hope * (patient.guess(state, third) * contact.dosing + contact.session)
    relief = room.top * (1 - jnp.exp(-room.g_f * hope / room.top))
    shown = SignalView(patient).shown(state, third).expectancy
    assert float(shown.min()) > 0
    np.testing.assert_allclose(shown, relief, rtol=1e-9, atol=0)
