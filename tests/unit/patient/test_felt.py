"""A masked patient feels nothing of the drug; an unmasked one feels all of it."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import DrugLevels, IntravenousKetamine
from kapsim.engine import simulate
from kapsim.patient import felt
from kapsim.patient.signals import SignalView
from tests.unit.patient.people import DAY, N, calendar, infusions, steady

FELT = ("dissociation", "drug_high", "sedation", "felt_effect")
DONE = ("occupancy", "systolic_rise_mmhg", "diastolic_rise_mmhg", "heart_rate_rise_bpm")
AT = (40 / 60 / DAY, 2 / DAY, 1.0)
"""Days of the records: the end of the infusion, two hours, the next day."""


@pytest.fixture(scope="module")
def signals():
    """Signals of an infusion at `AT`, masked or not."""
    patient = steady({}, IntravenousKetamine())

    def run(masked):
        schedule = calendar(1.0, doses=infusions([0.0]), records=AT, masked=masked)
        return simulate(SignalView(patient), schedule, len(AT))[1]

    return {masked: run(masked) for masked in (0.0, 1.0)}


@pytest.mark.parametrize("name", FELT)
def test_masked_feels_exactly_nothing(signals, name):
    assert not np.any(getattr(signals[1.0], name))
    assert np.all(getattr(signals[0.0], name)[0] > 0)


@pytest.mark.parametrize("name", DONE)
def test_what_is_not_felt_is_the_same_when_masked(signals, name):
    masked, open_ = (np.asarray(getattr(signals[m], name)) for m in (1.0, 0.0))
    np.testing.assert_array_equal(masked, open_)
    assert np.all(masked[0] > 0)


def test_signals_have_their_size(signals):
    mean = {n: float(jnp.mean(getattr(signals[0.0], n)[0])) for n in (*FELT, *DONE)}
    # published means at the end of the infusion, within what 256 people allow
    np.testing.assert_allclose(mean["systolic_rise_mmhg"], 12.61, rtol=0.25)
    np.testing.assert_allclose(mean["diastolic_rise_mmhg"], 8.49, rtol=0.25)
    np.testing.assert_allclose(mean["heart_rate_rise_bpm"], 4.09, rtol=0.25)
    assert 2 < mean["drug_high"] < 8
    assert 0.2 < mean["sedation"] < 2


def moment(masked):
    """The last node of an infusion, with more of every drug than anybody is given."""
    schedule = calendar(1.0, doses=infusions([0.0]), masked=masked)
    node = jax.tree.map(lambda leaf: leaf[0], schedule)
    much = jnp.full(N, 1e4)
    return felt.Moment(0 * much, DrugLevels(*(much for _ in DrugLevels._fields)), node)


@pytest.fixture(scope="module")
def pharmacology():
    return steady().pharmacology


@pytest.mark.parametrize(
    "what", [felt.dissociation, felt.drug_high, felt.sedation, felt.cue]
)
def test_a_half_masked_patient_feels_half(pharmacology, what):
    full, half, none = (what(pharmacology, moment(m)) for m in (0.0, 0.5, 1.0))
    assert not np.any(none)
    if what is not felt.cue:  # a cue saturates
        np.testing.assert_allclose(half, full / 2, rtol=1e-12)


def test_a_leak_through_the_mask_is_seen(pharmacology):
    lighter = eqx.tree_at(lambda node: node.masked, moment(1.0).node, jnp.asarray(0.99))
    assert np.all(felt.drug_high(pharmacology, moment(1.0)._replace(node=lighter)) > 0)
