"""Sedation of a drawn population after nasal esketamine, against the label.

Midpoint, spread and steepness were set to these shares, so this shows that the records
do what they say. 4096 people by concentration, each with 128 midpoints; what is left of
chance is the spread of peak concentrations, 0.5 % of the first share.
"""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import (
    IntravenousMidazolam,
    NasalEsketamine,
    Sedation,
    SedationInputs,
)
from validation.courses import course, infusion, spray
from validation.population import N, drawn, population

TIMES = np.linspace(0.0, 2.0, 61)
EACH = 128
SEDATED = "share with MOAA/S of 4 or less after 84 mg of nasal esketamine"
LOST = "share with MOAA/S of 0 after 84 mg of nasal esketamine"


@pytest.fixture(scope="module")
def peaks():
    """Peak of S-ketamine at the effect site, each person many times over [ng/mL]."""
    _, levels = course(drawn(NasalEsketamine(), 1), [spray(84.0)], TIMES, population())
    return jnp.asarray(np.repeat(np.max(levels.s_effect, axis=0), EACH))


def least_scores(sedation, peak):
    """MOAA/S at the peak of concentration, the least of a session."""
    inputs = SedationInputs(peak, jnp.zeros_like(peak), jnp.zeros_like(peak))
    return np.asarray(sedation.score(sedation.read(inputs)))


def test_shares_sedated_by_the_spray(check, peaks):
    people = drawn(Sedation(), 6, N * EACH)
    scores = least_scores(people, peaks)
    note = "the label counts patients over several doses, this is one"
    label = {"source": "label_spravato", "note": note}
    check(SEDATED, np.mean(scores <= 4), 0.48, 0.61, **label)
    check(LOST, np.mean(scores == 0), 0.003, 0.004, **label)
    stronger = eqx.tree_at(lambda s: s.c50, people, people.c50 / 2)
    faulty = least_scores(stronger, peaks)
    check.planted(SEDATED, "half the midpoint", np.mean(faulty <= 4))
    alike = eqx.tree_at(lambda s: s.c50, people, jnp.median(people.c50))
    check.planted(LOST, "no spread of it", np.mean(least_scores(alike, peaks) == 0))


@pytest.mark.parametrize(("dose", "low", "high"), [(0.02, 0.4, 1.0), (0.045, 1.3, 2.2)])
def test_midazolam_sedates_mildly_to_moderately(dose, low, high):
    given = infusion("midazolam", mg_per_kg=dose, hours=2 / 3)
    route = drawn(IntravenousMidazolam(), 1)
    _, levels = course(route, [given], TIMES, population())
    peak = jnp.asarray(np.max(levels.midazolam, axis=0))
    none = jnp.zeros_like(peak)
    depth = drawn(Sedation(), 6).read(SedationInputs(none, none, peak))
    assert low < float(jnp.mean(depth)) < high
