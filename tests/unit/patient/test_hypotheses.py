"""Each rival can be switched off, and values come in through their units."""

import numpy as np
import pytest

from kapsim.drug import IntravenousKetamine, Molecule
from kapsim.engine import InvalidParameterError
from kapsim.evidence import library
from kapsim.mind import BeliefLearner, Mood
from kapsim.patient import DEFAULTS, LEVERS, Hypothesis, build, parameter_values
from kapsim.patient.hypotheses import OF_PEOPLE

QUIET = {
    "mind.rumination.d_rho",
    "mind.rumination.d_p",
    "mind.behaviour.d_a",
    "brain.consolidation.k_z",
}
SWITCHES = [h for h in Hypothesis if h is not Hypothesis.EXPECTANCY_ONLY]


def only(*on):
    return {h.value: h in on for h in Hypothesis}


def test_defaults_leave_out_what_nothing_speaks_for():
    assert set(DEFAULTS) == set(Hypothesis)
    assert set(parameter_values({}, {})) == {
        "mind.belief.gamma_loss",
        "mind.body.c_w",
        "mind.belief.g_nu",
        "mind.mood.bias",
        "therapy.reliance.k",
    }


@pytest.mark.parametrize("hypothesis", SWITCHES)
def test_a_switch_zeroes_exactly_its_levers(hypothesis):
    on = set(parameter_values(only(*SWITCHES), {}))
    assert on == set()
    others = [h for h in SWITCHES if h is not hypothesis]
    values = parameter_values(only(*others), {})
    assert values == dict.fromkeys(LEVERS[hypothesis], 0.0)


def test_every_lever_is_recorded_and_may_be_zero():
    for record_id in {lever for levers in LEVERS.values() for lever in levers} | QUIET:
        low, high = library().parameter(record_id).bounds
        assert low <= 0 <= high, record_id


def test_expectancy_only_takes_away_every_lever():
    people = {h.value: True for h in OF_PEOPLE}
    alone = parameter_values({"expectancy_only": True, **people}, {})
    drug = LEVERS.keys() - set(OF_PEOPLE)
    levers = {lever for h in drug for lever in LEVERS[h]}
    assert alone == dict.fromkeys(levers | QUIET, 0.0)


def test_under_expectancy_only_the_drug_moves_nothing_else(dosed):
    values = parameter_values({"expectancy_only": True}, {})
    drug, placebo = dosed(values), dosed(values, mg_per_kg=0.0)
    assert np.asarray(drug.store)[1].min() > 0.01  # the drug was there
    for name in ("beliefs", "mood", "body"):
        pairs = zip(getattr(drug, name), getattr(placebo, name), strict=True)
        for with_drug, without in pairs:
            np.testing.assert_allclose(with_drug, without, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(drug.severity, placebo.severity, rtol=1e-11, atol=0)


def test_a_lever_left_on_is_noticed(dosed):
    values = parameter_values({"expectancy_only": True}, {"mind.mood.b_p": 2.0})
    drug, placebo = dosed(values), dosed(values, mg_per_kg=0.0)
    assert np.asarray(placebo.severity - drug.severity)[1].mean() > 1.0


def test_what_the_drug_has_lifted_hope_lifts_less(dosed):
    adds, less = ({"therapy.expectancy.redundant": by} for by in (0.0, 0.5))
    drug, placebo = dosed(less), dosed(less, mg_per_kg=0.0)
    plain, without = dosed(adds), dosed(adds, mg_per_kg=0.0)
    np.testing.assert_array_equal(placebo.severity, without.severity)
    lost = np.asarray(drug.severity - plain.severity)[2].mean()  # after a week
    assert 0.2 < lost < np.asarray(without.severity - plain.severity)[2].mean()
    # where the drug lifts nothing directly, nothing of hope is lost
    unlifted = {"mind.mood.b_p": 0.0}
    np.testing.assert_array_equal(
        dosed({**less, **unlifted}).severity, dosed({**adds, **unlifted}).severity
    )


def test_relaxation_alone_changes_nothing_lasting(dosed):
    """Dissociation without content, plasticity or lift: fact 1 of the model text."""
    off = dict.fromkeys(
        [
            "mind.mood.b_p",
            "mind.mood.b_rho",
            "mind.belief.beta_plus",
            "mind.belief.beta_minus",
            "mind.belief.gamma_loss",
            "mind.belief.kappa",
            "mind.rumination.d_rho",
            "mind.rumination.d_p",
            "mind.behaviour.d_a",
            "brain.consolidation.k_z",
            "mind.body.c_w",
            "mind.belief.g_nu",
            "therapy.experience.set_up",
            "therapy.experience.spread",
            "therapy.expectancy.g_f",
            "therapy.expectancy.g_s",
        ],
        0.0,
    )
    drug, placebo = dosed(off), dosed(off, mg_per_kg=0.0)
    gap = np.abs(np.asarray(drug.severity - placebo.severity)).max(axis=1)
    moved = np.abs(np.asarray(drug.beliefs.mu - placebo.beliefs.mu)).max()
    assert (gap < 0.05).all()
    assert moved < 0.002
    content = dosed(
        {**off, "therapy.experience.set_up": 0.0, "therapy.experience.spread": 0.8}
    )
    assert np.abs(np.asarray(content.beliefs.mu - placebo.beliefs.mu)).max() > 0.02


def test_a_masked_arm_feels_nothing(dosed):
    masked = dosed({}, masked=1.0, known=0.0)
    unmasked = dosed({}, masked=0.0, known=0.0)
    floor = np.asarray(masked.cue)[0]
    np.testing.assert_array_equal(masked.cue, np.broadcast_to(floor, masked.cue.shape))
    assert (np.asarray(unmasked.cue)[1] > floor + 0.05).all()


def test_overrides_are_converted_by_their_units():
    values = parameter_values({}, {"mind.mood.tau_h": 1.5, "mind.belief.k_c": 0.24})
    np.testing.assert_allclose(values["mind.mood.tau_h"], 36.0, rtol=1e-15, atol=0)
    np.testing.assert_allclose(values["mind.belief.k_c"], 0.01, rtol=1e-15, atol=0)
    assert float(build(Mood, values).tau_h) == 36.0


def test_an_override_may_be_a_table_and_wins_over_a_switch():
    off = {"asymmetric_learning": False}
    given = {"mind.belief.beta_plus": 0.4, "mind.belief.w": [0.1, 0.2, 0.3]}
    learner = build(BeliefLearner, parameter_values(off, given))
    np.testing.assert_allclose(learner.w, [0.1, 0.2, 0.3], rtol=1e-15, atol=0)
    assert float(learner.beta_plus) == 0.4
    assert float(learner.beta_minus) == 0.0


def test_a_value_out_of_bounds_is_refused():
    values = parameter_values({}, {"mind.mood.tau_m": 100.0})
    with pytest.raises(
        InvalidParameterError, match=r"Mood\.tau_m .* must lie in .* h;"
    ):
        build(Mood, values)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="telepathy"):
        parameter_values({"telepathy": True}, {})


def test_fixed_fields_are_passed_on():
    assert (
        build(IntravenousKetamine, {}, molecule=Molecule.ESKETAMINE).molecule
        is Molecule.ESKETAMINE
    )
