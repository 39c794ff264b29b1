"""What therapy brings in one step, line by line against numbers worked out by hand.

Two people: alliance 0.5 and 0.25, receptivity 2 and 1, reliance 0.4 that lowers
engagement to 0.8, so that therapy reaches them by 0.8 and 0.2. The window is half open
in the first, kappa is 3: the effect is 0.8 x 2.5 = 2 and 0.2. The trace of the first
modality is 0.5 throughout the step of two hours.
"""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.patient.offer import offered
from tests.unit.patient.people import QUICK
from tests.unit.patient.single_step import LN2, PLASTIC, close, first, node, who

EFFECT = np.array([2.0, 0.2])
WINDOW = PLASTIC._replace(
    window=jnp.array([0.5, 0.0]), relaxation=jnp.array([0.5, 0.25])
)
_step = eqx.filter_jit(offered, **QUICK)


def offer(person=None, state=None, plastic=WINDOW, **changes):
    """Therapy of a step in which some numbers are others."""
    return _step(*who(person, state), plastic, node(**changes))


@pytest.fixture(scope="module")
def usual():
    return offer()


@pytest.mark.parametrize(
    ("name", "want"),
    [("training", 3.5), ("lift", 1.5), ("blocked", 2.5)],
)
def test_each_place_of_action_is_the_trace_times_the_effect(usual, name, want):
    close(getattr(usual, name), want * EFFECT)


def test_certainty_is_lost_and_not_won(usual):
    close(usual.certainty_loss, np.outer([0.05, 0.1, 0.2], EFFECT))


def test_evidence_comes_at_the_rate_of_the_effect(usual):
    """Of threat the share that counts as life: 6 / (6 + 2 + 2)."""
    close(usual.evidence.rate, np.outer([0.05, 0.1, 0.2 * 0.6], EFFECT))
    close(usual.evidence.content, np.full((3, 2), 1.5))
    close(usual.evidence.precision, np.full((3, 2), 4.0))


@pytest.mark.parametrize(
    ("person", "state", "want"),
    [
        ({}, {"bond.alliance": [1.0, 0.5]}, 2 * EFFECT),
        ({"therapy.modality.kappa": 1.0}, {}, [1.2, 0.2]),
        ({"person.receptivity": 1.0}, {}, [1.0, 0.2]),
        ({"therapy.reliance.lowers": 0.0}, {}, [2.5, 0.25]),
        ({}, {"learned.reliance": 0.0}, [2.5, 0.25]),
        ({}, {"bond.attendance.present": [0.0, 1.0]}, [0.0, 0.2]),
    ],
    ids=["alliance", "window", "receptivity", "engagement", "reliance", "presence"],
)
def test_every_factor_of_the_effect_counts_in_full(person, state, want):
    got = offer(person, state)
    close(got.training, 3.5 * np.array(want))
    close(got.lift, 1.5 * np.array(want))
    close(got.evidence.rate[0], 0.05 * np.array(want))


def test_an_open_window_multiplies_and_a_shut_one_does_nothing():
    close(offer(plastic=PLASTIC).training, [3.5 * 0.8, 3.5 * 0.2])


def test_calm_needs_presence_alone():
    close(offer(state={"bond.attendance.present": [0.0, 1.0]}).calm, [1.0, 0.75])
    close(offer(state={"sessions.session": first(4.0)}).calm, [0.0, 0.0])


def test_homework_counts_at_its_lower_rate():
    got = offer(state={"sessions.homework": first(0.5)})
    close(got.training, 1.5 * 3.5 * EFFECT)


def test_what_begins_here_acts_at_once_and_leaves_its_traces():
    unmoved = {"therapy.alliance.growth": 0.0}
    got = offer(unmoved, session=first(0.5), homework=first(1.0))
    close(got.training, 7.0 * (0.5 + 0.5 + 0.5 * 1.0) * EFFECT)
    close(got.sessions.session, first(1.0))
    close(got.sessions.homework, first(1.0))


def test_traces_fade_over_the_step():
    half = {"therapy.modality.tau_s": 2 / LN2}
    close(offer(half).sessions.session, first(0.25))


# -- dosing sessions -------------------------------------------------------------------


def test_experience_has_the_valence_of_frame_setting_and_person(usual):
    """0.4 F + 0.2 c + 0.1 z."""
    close(usual.experience.shift, [[0.5, 0.1]] * 3)
    close(usual.experience.precision, np.full((3, 2), 3.0))


def test_experience_comes_at_the_rate_of_the_relaxation_felt(usual):
    close(usual.experience.rate, [[0.1, 0.05]] * 3)
    close(offer(masked=1.0).experience.rate, np.zeros((3, 2)))


def test_preparation_builds_the_frame():
    """One session halves what is missing, for those who come, before the experience."""
    got = offer(session=first(1.0))
    close(got.bond.experience.frame, [0.75, 0.5])
    close(got.experience.shift, [[0.6, 0.3]] * 3)


def test_a_session_missed_builds_nothing():
    got = offer({"therapy.attendance.missed": 2.0}, session=first(1.0))
    close(got.bond.attendance.present, [0.0, 0.0])
    close(got.bond.experience.frame, [0.5, 0.0])
    close(got.bond.alliance, [0.5, 0.25])


def test_the_frame_fades_after_it_was_met():
    half = {"therapy.experience.tau": 2 / LN2}
    got = offer(half)
    close(got.bond.experience.frame, [0.25, 0.0])
    close(got.experience.shift, [[0.5, 0.1]] * 3)


def test_a_dose_brings_its_own_setting():
    got = offer(dosing=1.0, setting=0.0)
    close(got.bond.experience.setting, 0.0)
    close(got.experience.shift, [[0.3, -0.1]] * 3)


# -- who comes, and alliance -----------------------------------------------------------


def test_relief_makes_alliance_grow_faster():
    """Severity 20 of 30: a third is gone, so trust is 1 + 3/3 in the second person."""
    got = offer(session=first(1.0)).bond.alliance
    close(got, [1 - 0.5 / 2, 1 - 0.75 / 4])


def test_a_closer_contact_counts_for_more():
    got = offer(session=first(1.0), closeness=2.0).bond.alliance
    close(got, [1 - 0.5 / 4, 1 - 0.75 / 16])


def test_a_rupture_takes_its_share():
    got = offer({"therapy.alliance.ruptures": 2.0}, session=first(1.0))
    close(got.bond.alliance, [0.75 / 2, (1 - 0.75 / 4) / 2])


def test_alliance_of_this_session_reaches_at_once():
    got = offer(session=first(1.0))
    reach = 0.8 * np.array([2.0, 1.0]) * [0.75, 1 - 0.75 / 4] * [2.5, 1.0]
    close(got.training, 7.0 * 1.5 * reach)


def test_nothing_changes_where_nothing_begins(usual):
    close(usual.bond.alliance, [0.5, 0.25])
    close(usual.bond.attendance.present, [1.0, 1.0])
    close(usual.bond.attendance.attended, [0.0, 0.0])


@pytest.mark.parametrize(
    ("person", "changes", "enrolled", "present"),
    [
        ({}, {}, [1.0, 1.0], [1.0, 1.0]),
        ({"therapy.attendance.dropout": 1e6}, {"gap": 24.0}, [0.0, 0.0], [0.0, 0.0]),
        ({"therapy.attendance.dropout": 1e6}, {"gap": 0.0}, [1.0, 1.0], [1.0, 1.0]),
        (
            {"therapy.attendance.y_enough": 25.0, "therapy.attendance.width": 1e-3},
            {"ends_when_well": 1.0},
            [1.0, 0.0],
            [1.0, 0.0],
        ),
        (
            {"therapy.attendance.missed": 2.0, "therapy.attendance.remote_saves": 1.0},
            {"remote": 1.0},
            [1.0, 1.0],
            [1.0, 1.0],
        ),
    ],
    ids=["agreed", "long gap", "no gap", "well enough", "remote"],
)
def test_who_comes(person, changes, enrolled, present):
    attendance = offer(person, session=first(1.0), **changes).bond.attendance
    close(attendance.enrolled, enrolled)
    close(attendance.present, present)
    close(attendance.attended, present)


# -- practice and what it leaves -------------------------------------------------------


def test_practice_adds_up_over_the_day(usual):
    """Weight x trace 0.5 x two hours."""
    want = {"skill": 11.0, "insight": 13.0, "self_blame": 17.0, "effort": 19.0}
    for name, hours in want.items():
        close(getattr(usual.practised, name), hours)
        close(
            getattr(offer(state={f"practised.{name}": 5.0}).practised, name), 5 + hours
        )


def test_a_new_day_starts_from_nothing():
    past = {"practised.skill": 5.0, "practised.dosing": 5.0, "expectancy.dosing": 0.25}
    got = offer(state=past, new_day=True).practised
    close(got.skill, 11.0)
    close(got.dosing, 0.5)


def test_a_dosing_visit_is_contact():
    close(offer(state={"expectancy.dosing": 0.25}, dosing=1.0).practised.dosing, 2.0)


PRACTISED = {
    "practised.skill": 12.0,
    "practised.insight": 24.0,
    "practised.self_blame": 48.0,
    "practised.effort": 96.0,
    "practised.dosing": 12.0,
}


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("skill", [1 - 2**-1, 1 - 2**-0.25]),
        ("insight", [1 - 2**-2, 1 - 2**-0.5]),
        ("self_blame", [1 - 2**-4, 1 - 2**-1]),
        ("effort", [1 - 2**-8, 1 - 2**-2]),
    ],
)
def test_the_day_leaves_what_was_practised_as_far_as_it_reached(name, want):
    """k 24 h x 0.4 = ln 2, reached 0.8 and 0.2."""
    close(getattr(offer(state=PRACTISED, new_day=True).learned, name), want)
    before = offer(state=PRACTISED).learned
    close(getattr(before, name), [0.0, 0.0])


def test_the_trait_follows_the_insight_of_the_day_before():
    learned = {"learned.insight": [0.8, 0.2], "learned.trait": [0.2, 0.0]}
    got = offer(state={**PRACTISED, **learned}, new_day=True).learned
    close(got.trait, [0.5, 0.1])


def test_relief_beside_a_dose_teaches_reliance():
    """Contact 12 of 24 h, a third of severity gone in the second person."""
    learns = {"therapy.reliance.k": 6 * LN2 / 24}
    close(offer(learns, PRACTISED, new_day=True).learned.reliance, [0.4, 0.7])


# -- the room and life -----------------------------------------------------------------


def test_the_room_becomes_a_place_of_its_own():
    """0.4 of the events stay in the room, and its content beyond the belief -0.5."""
    got = offer(state={"beliefs.mu": [[0.0, 0.0], [0.0, 0.0], [-0.5, -0.5]]}).places
    met = 0.2 * EFFECT * 0.4 * 2
    close(got.events, 2 + met)
    close(got.room, 2.0 * met / (3 + met))


def test_who_cannot_tell_places_takes_all_of_it_home():
    close(offer({"whole.places": 0.0}).evidence.rate[2], 0.2 * EFFECT)
