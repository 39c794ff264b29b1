"""What a rater believes moves a clinician's ratings, and no self-report."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine.random import patient_indices
from kapsim.measures import Hdrs17, Madrs, QidsSr
from tests.unit.patient.people import QUICK, N, calendar, cohort

SCALES = (Madrs(), Hdrs17(), QidsSr())
MADRS, HDRS, QIDS = range(3)


@pytest.fixture(scope="module")
def rated():
    """Totals [scales n] of these people, as they come, at a node of some kind."""
    people = dataclasses.replace(cohort(), scales=SCALES)
    draw = eqx.filter_jit(lambda people, indices: people.rated(indices), **QUICK)
    system = draw(people, patient_indices(0, N))
    observe = eqx.filter_jit(lambda system, *now: system.observe(*now), **QUICK)
    schedule = dataclasses.replace(calendar(1.0), rated=jnp.ones((512, 3), bool))
    node = jax.tree.map(lambda leaf: leaf[0], schedule)

    def totals(lower=0.0, **leaves):
        state = system.init()
        severity = state.patient.severity - lower
        state = state._replace(patient=state.patient._replace(severity=severity))
        changed = {name: jnp.asarray(float(value)) for name, value in leaves.items()}
        now = dataclasses.replace(node, **changed)
        return np.asarray(observe(system, state, now).totals)

    return totals


def test_an_unblinded_rater_sees_an_effect_of_an_inert_drug(rated):
    drug, placebo = rated(rater_knows=2.0), rated(rater_knows=-2.0)
    # twice the bias, within what whole points of 256 people allow
    effect = (placebo - drug).mean(axis=1)
    np.testing.assert_allclose(effect[MADRS], 4.0, atol=0.25)
    assert effect[HDRS] > 2
    np.testing.assert_array_equal(drug[QIDS], placebo[QIDS])


def test_the_bias_is_in_points_of_severity(rated):
    np.testing.assert_array_equal(
        rated(rater_knows=2.0)[:QIDS], rated(lower=2.0)[:QIDS]
    )


def test_a_rater_who_shares_the_guess_is_moved_by_its_certainty(rated):
    sure, unsure = {"known": 1.0}, {"masked": 1.0}
    np.testing.assert_array_equal(
        rated(rater_shares=0.5, **sure), rated(rater_knows=0.5, **sure)
    )
    moved = rated(rater_shares=0.5, **unsure) - rated(**unsure)
    # symptoms at entry fluctuate, and the guess a little with them
    np.testing.assert_allclose(moved.mean(axis=1), 0, atol=0.05)
