"""What a person learns and feels in one step, against numbers worked out by hand.

The people, and what is round about them, are those of `single_step.py`. What they meet
and do is in `test_conduct.py`.
"""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.patient import VirtualPatient
from tests.unit.patient.people import QUICK
from tests.unit.patient.single_step import (
    COPING,
    LN2,
    LN3,
    MOVED,
    NEVER,
    PLASTIC,
    ZERO,
    at,
    close,
    first,
    node,
    quiet_offer,
    who,
)

_learn = eqx.filter_jit(VirtualPatient._learn, **QUICK)
_feel = eqx.filter_jit(VirtualPatient._feel, **QUICK)


def learned(
    person=None, state=None, plastic=PLASTIC, offer=None, done=COPING, **changes
):
    """State after what people have learned in whom some numbers are others."""
    patient, now = who(person, state)
    brought = at(quiet_offer(now), offer or {})
    return _learn(patient, now, plastic, brought, done, node(**changes))


def feeling(person=None, state=None, moved=MOVED, plastic=PLASTIC, **changes):
    """State after what such people feel."""
    patient, now = who({**NUMB, **(person or {})}, {"mood.mood": 0.0, **(state or {})})
    return _feel(patient, now, moved, plastic, node(**changes))


# -- what is learned -------------------------------------------------------------------

PULL = {
    "mind.learner.k_c": LN2 / 2,
    "person.balance.profile": [[0.4, 0.0], [-0.2, 0.0], [-0.2, 0.0]],
    "brain.consolidation.k_z": 5 * LN2 / 2,
    "brain.consolidation.tau_z": NEVER,
}
OPEN = PLASTIC._replace(window=ZERO + 0.5)


def test_learning_while_the_window_is_open_is_consolidated():
    """Half the way to the profile in two hours: L = 0.4 / 2, and k_z W L dt = ln 2 / 2.

    The second person learns nothing.
    """
    state, moved = learned(PULL, plastic=OPEN)
    close(state.beliefs.mu, [[0.2, 0.0], [-0.1, 0.0], [-0.1, 0.0]])
    close(moved.beliefs, [[0.1, 0.0], [-0.05, 0.0], [-0.05, 0.0]])
    close(state.consolidated, [1 - 2**-0.5, 0.0])


def test_learning_with_the_window_shut_is_not():
    close(learned(PULL)[0].consolidated, [0.0, 0.0])


def test_therapy_moves_beliefs_towards_what_it_says():
    """f K with K = 1 / (1 + 1): ln 2 x 1 / 2 x two hours, held over the step."""
    held = {"mind.learner.s_credible": NEVER}
    rate = np.zeros((3, 2))
    rate[1] = [LN2, 0.0]
    told = {"evidence.rate": rate, "evidence.content": 1.0, "evidence.precision": 1.0}
    state, _ = learned(held, offer=told)
    close(state.beliefs.mu, [[0.0, 0.0], [0.5, 0.0], [0.0, 0.0]])


def test_loosening_lowers_certainty():
    loss = [[LN2 / 2, 0.0], [LN2, 0.0], [0.0, 0.0]]
    state, _ = learned(offer={"certainty_loss": loss})
    close(state.beliefs.pi, [[0.5, 1.0], [0.25, 1.0], [1.0, 1.0]])


def test_training_lowers_the_deficit_of_the_body():
    trained = {"mind.body.k_i": LN2 / 2}
    state, _ = learned(trained, {"body.deficit": 1.0}, offer={"training": [1.0, 2.0]})
    close(state.body.deficit, [0.5, 0.25])


BODY = {
    "mind.body.tau_e": 2 / LN2,
    "mind.body.e0": 1.0,
    "mind.body.e_a": 0.5,
    "mind.body.e_t": 0.5,
    "mind.body.e_r": 0.5,
    "mind.rumination.r0": 2.0,
}


@pytest.mark.parametrize(
    ("done", "offer", "state", "rest"),
    [
        ((0.5, 0.0), {}, {}, 0.75),
        ((1.0, 0.0), {}, {}, 1.0),
        ((0.5, 1.0), {}, {}, 0.5),
        ((0.5, 0.0), {"calm": 0.5}, {}, 0.875),
    ],
    ids=["usual", "approach", "rumination", "calm"],
)
def test_what_the_body_spends_and_gains(done, offer, state, rest):
    """Half the way to E0 + e_a (a - 1/2) - e_t calm sigma(0) - e_r R / R0."""
    approach, rumination = done
    acts = COPING._replace(approach=ZERO + approach, rumination=ZERO + rumination)
    now = {"body.energy": 0.0, **state}
    close(learned(BODY, now, offer=offer, done=acts)[0].body.energy, [rest / 2] * 2)


def test_a_cut_body_stays_as_at_rest():
    cut = {"whole.body": 0.0, "person.balance.body.energy": 0.125}
    close(learned(cut)[0].body.energy, [0.125, 0.125])


DAY = {
    "mind.self_efficacy.eta": 1 / 24,
    "mind.self_efficacy.tau": NEVER,
    "mind.body.pi_rest": 2.0,
    "mind.defeat.k_l": 0.0,
    "mind.defeat.k_w": 0.0,
    "mind.defeat.eps": 1.0,
    "mind.defeat.tau": 24 / LN2,
    "person.balance.strain": 0.25,
}


def test_a_body_that_surprises_takes_self_efficacy_away_at_midnight():
    """S = 2 x 1^2 / 2 in the first person, none in the second; 0.25 is usual."""
    state = {"body.energy": [1.0, 0.0]}
    close(learned(DAY, state, new_day=True)[0].self_efficacy, [-0.75, 0.25])
    close(learned(DAY, state)[0].self_efficacy, [0.0, 0.0])


def test_who_yields_is_half_as_defeated_a_day_later():
    state = {"defeat": [0.5, 0.25]}
    after, moved = learned(DAY, state, new_day=True)
    close(after.defeat, [0.25, 0.125])
    close(moved.defeat, [-0.25, -0.375])


# -- what is felt ----------------------------------------------------------------------

NUMB = {
    "mind.mood.tau_m": 2 / LN2,
    "mind.mood.tau_h": 2 / LN2,
    "mind.mood.flux_unit": 1.0,
    "mind.mood.k_mu": 0.0,
    "mind.mood.k_h": 0.0,
    "mind.mood.k_e": 0.0,
    "mind.mood.b_p": 0.0,
    "mind.mood.b_rho": 0.0,
    "mind.severity.tau_y": 2 / LN2,
    "mind.severity.origin": 20.0,
    "mind.severity.slope": 10.0,
    "mind.severity.w_m": 0.5,
    "therapy.expectancy.r": 0.0,
    "therapy.expectancy.g_s": 0.0,
    "therapy.expectancy.g_f": 0.0,
    "therapy.expectancy.redundant": 0.0,
    "mind.defeat.b_d": 0.0,
}
BELIEVED = {"beliefs.mu": [[0.5, -0.5]] * 3}
EXPECTED = {"expectancy.slow": [0.5, -0.5]}
SLOW = {"therapy.expectancy.g_s": 1.0, "therapy.expectancy.tau_s": NEVER}


@pytest.mark.parametrize(
    ("person", "state", "moved", "plastic"),
    [
        ({"mind.mood.k_mu": 1.0}, BELIEVED, {}, {}),
        ({"mind.mood.k_e": 1.0}, {"body.energy": [0.5, -0.5]}, {}, {}),
        ({"mind.mood.k_h": 2.0}, {}, {"beliefs": jnp.array([[0.5, -0.5]] * 3)}, {}),
        ({"mind.mood.b_p": 1.0}, {}, {}, {"late_window": jnp.array([0.5, -1.0])}),
        ({"mind.mood.b_rho": 1.0}, {}, {}, {"relaxation": jnp.array([0.5, -1.0])}),
        ({"mind.defeat.b_d": 1.0}, {}, {"defeat": jnp.array([-0.5, 0.5])}, {}),
        (SLOW, EXPECTED, {}, {}),
    ],
    ids=["belief", "body", "news", "window", "relaxation", "defeat", "hope"],
)
def test_everything_that_moves_mood_moves_it_its_way(person, state, moved, plastic):
    """Half the way to tanh(0.5) and tanh(-0.5); the response of the second is 0.5."""
    after = feeling(person, state, MOVED._replace(**moved), PLASTIC._replace(**plastic))
    half = np.tanh(0.5) / 2
    close(after.mood.mood, [half, -half])


def test_what_the_drug_has_lifted_hope_need_not():
    """exp(-redundant D) = 1 / 2 and 1 / sqrt 2 of the lift, beside b_p W itself."""
    window = PLASTIC._replace(late_window=ZERO + 1.0)
    hoping = {**SLOW, "mind.mood.b_p": LN2, "therapy.expectancy.redundant": 1.0}
    after = feeling(hoping, EXPECTED, plastic=window)
    lift = [LN2 + 0.25, LN2 / 2 - 0.5 * 2**-0.5]
    close(after.mood.mood, np.tanh(lift) / 2)


def test_severity_follows_mood_beliefs_reporting_and_symptoms():
    """Half the way from 30 to 20 + 2 - 10 (m + mu) / 2 + 1.5 x 2."""
    reports = {"person.offset": 2.0, "life.symptom_sd": 1.5}
    state = {"severity": 30.0, "life.symptom": 2.0, "beliefs.mu": 0.5}
    after = feeling({**reports, "mind.mood.tau_m": NEVER}, {**state, "mood.mood": 0.3})
    close(after.severity, [(30 + 25 - 4.0) / 2] * 2)


def test_hope_of_a_visit_relieves_at_once():
    """top (1 - exp(-g e c / top)): 8 / 2 and 8 x 3 / 4 points, half of it by then."""
    hopes = {
        "mind.severity.w_m": 0.0,
        "therapy.expectancy.g_f": 8.0,
        "therapy.expectancy.top": 8.0,
        "therapy.expectancy.tau_f": NEVER,
        "therapy.expectancy.visit": 0.0,
        "person.expectancy": [LN2, 2 * LN2],
    }
    state = {"severity": 20.0, "expectancy.session": 1.0}
    close(feeling(hopes, state).severity, [18.0, 17.0])


def test_a_session_a_rating_and_a_new_medicine_raise_hope():
    """Contacts 0.25, 0.5 and 0.125 begin, and lose half of it in two hours."""
    hopes = {
        "therapy.modality.hope": first(0.25),
        "therapy.expectancy.visit": 0.5,
        "therapy.expectancy.medicine": 0.125,
        "therapy.expectancy.tau_f": 2 / LN2,
    }
    contact = lambda **changes: feeling(hopes, **changes).expectancy.session
    begun = {"medicine": 1, "new_medicine": True}
    close(contact(session=first(1.0)), 0.125)
    close(contact(rated=True), 0.25)
    close(contact(rated=True, baseline=True), 0.0)
    close(contact(**begun), 0.0625)


def test_each_medicine_that_failed_leaves_less_hope():
    """Of the third medicine a quarter of 0.5 and 1 counts, of the first all."""
    hopes = {
        **SLOW,
        "therapy.expectancy.r": 1.0,
        "therapy.expectancy.tau_f": NEVER,
        "therapy.expectancy.medicine": 0.0,
        "therapy.expectancy.discouraged": 0.5,
        "person.expectancy": [0.5, 1.0],
    }
    state = {"expectancy.session": 1.0}
    close(feeling(hopes, state, medicine=3).expectancy.slow, [0.25, 0.5])
    close(feeling(hopes, state, medicine=0).expectancy.slow, [1.0, 2.0])


def test_hope_in_the_drug_is_that_of_who_guesses_to_be_on_it():
    """The contact of the visit counts by P(active) = 1/2 and, 10 points better, 3/4."""
    hopes = {
        **SLOW,
        "therapy.expectancy.r": 1.0,
        "therapy.expectancy.tau_f": NEVER,
        "therapy.guess.g_y": LN3 / 10,
        "person.expectancy": 1.0,
    }
    state = {"cue": 0.5, "severity": [30.0, 20.0]}
    close(feeling(hopes, state, dosing=1.0).expectancy.slow, [1.0, 1.5])
    close(feeling(hopes, state).expectancy.slow, [0.0, 0.0])


def test_an_antidepressant_lifts_as_far_as_it_takes():
    """Half the way to 1 and 0.5 while it is taken, half the way back when it is not."""
    drug = "pharmacology.antidepressant"
    person = {f"{drug}.size": 1.0, f"{drug}.tau": 2 / LN2}
    state = {"medicine": [1.0, 0.5], "antidepressant": 0.0}
    taken = feeling(person, state, antidepressant=1.0)
    close(taken.antidepressant, [0.5, 0.25])
    close(taken.mood.mood, np.tanh([0.5, 0.25]) / 2)
    close(feeling(person, {**state, "antidepressant": 1.0}).antidepressant, 0.5)


def test_a_new_antidepressant_has_its_own_chance():
    """The first person is sure to respond, the second sure not to."""
    chance = {
        "person.treatability": [2.0, -1.0],
        "pharmacology.antidepressant.partial": 0.25,
    }
    begun = {"medicine": 1, "new_medicine": True}
    close(feeling(chance, {"medicine": 0.5}, **begun).medicine, [1.0, 0.25])
    close(feeling(chance, {"medicine": 0.5}).medicine, [0.5, 0.5])
