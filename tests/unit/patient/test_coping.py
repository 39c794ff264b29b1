"""What a person meets and does in one step, against numbers worked out by hand.

The people, and what is round about them, are those of `single_step.py`. What they learn
and feel of it is in `test_virtual_patient.py`.
"""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.mind import Evidence, SelfEvidence
from kapsim.patient import VirtualPatient
from kapsim.patient.coping import Push, coping as coping_of
from tests.unit.patient.people import QUICK
from tests.unit.patient.single_step import (
    COPING,
    LN3,
    PLASTIC,
    ZERO,
    at,
    close,
    quiet_offer,
    who,
)

_evidence = eqx.filter_jit(VirtualPatient._evidence, **QUICK)
_coping = eqx.filter_jit(coping_of, **QUICK)


def evidence(person=None, state=None, plastic=PLASTIC, offer=None, coping=COPING):
    """What speaks to the beliefs of people in whom some numbers are others."""
    patient, now = who(person, state)
    brought = at(quiet_offer(now), offer or {})
    return _evidence(patient, now, plastic, brought, coping)


def coping(person=None, state=None, offer=None, drive=0.0, window=0.0):
    """What such people do."""
    patient, now = who(person, {"mood.mood": 0.0, **(state or {})})
    brought = at(quiet_offer(now), offer or {})
    push = Push(ZERO + drive, ZERO + window, brought.lift, brought.learned.effort)
    return _coping(patient, now, push)


# -- what speaks to the beliefs: life --------------------------------------------------


def test_life_brings_what_it_is_to_all_beliefs():
    inputs = evidence(state={"life.fluctuation": [-1.0, 0.5]})
    close(inputs.world[0].content, [[-1.0, 0.5]] * 3)


def test_skill_buffers_what_is_bad_and_nothing_else():
    """0.5 x 0.4 of it is kept off."""
    inputs = evidence(
        {"therapy.skill.buffer": 0.5},
        {"life.fluctuation": [-1.0, 0.5], "learned.skill": 0.4},
    )
    close(inputs.world[0].content, [[-0.8, 0.5]] * 3)


def test_hard_times_at_entry_make_what_follows_better():
    inputs = evidence(
        {"life.drift": 0.5, "person.hard_times": [-2.0, -1.0]}, {"life.drift": 1.0}
    )
    close(inputs.world[0].content, [[1.5, 1.0]] * 3)


def test_life_is_seen_in_the_light_of_mood_and_the_body_feels_itself():
    inputs = evidence(
        {"person.balance.life": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]},
        {"mood.mood": [0.5, -0.5], "body.energy": [0.25, -0.25]},
    )
    close(inputs.world[0].content, [[1.75, 1.75], [3.5, 4.0], [5.5, 6.0]])


def test_what_is_approached_is_met_and_exposure_adds_to_threat_alone():
    met = COPING._replace(approach=jnp.array([0.5, 0.25]))
    inputs = evidence(offer={"blocked": [1.0, 2.0]}, coping=met)
    close(inputs.world[0].rate, [[0.05, 0.025], [0.05, 0.025], [0.15, 0.225]])


def test_the_beaten_enter_fewer_contests():
    """sigma(ln 3 x -b d) of them: d is -1 and 1 beside the usual 0.5."""
    timid = {
        "mind.contest.e_min": 0.0,
        "mind.contest.g": LN3,
        "mind.contest.theta": 0.0,
        "mind.contest.b": 1.0,
    }
    met = COPING._replace(approach=ZERO + 1)
    inputs = evidence(timid, {"defeat": [-0.5, 1.5]}, coping=met)
    close(inputs.world[0].rate, [[0.1, 0.1], [0.075, 0.025], [0.1, 0.1]])


def test_the_body_is_felt_more_precisely_under_demand_and_an_open_window():
    """pi_rest (1 + chi demand (1 - deficit (1 - c_w W))) = 2 (1 + 1 - 1 + 0.5 W)."""
    listening = {
        "mind.body.pi_rest": 2.0,
        "mind.body.chi": 1.0,
        "mind.body.e0": 0.0,
        "mind.body.c_w": 0.5,
        "mind.learner.pi_life": 4.0,
    }
    open_in_one = PLASTIC._replace(window=jnp.array([0.5, 0.0]))
    state = {"body.energy": -1.0, "body.deficit": 1.0}
    inputs = evidence(listening, state, open_in_one)
    close(inputs.world[0].precision, [[2.5, 2.0], [4.0, 4.0], [4.0, 4.0]])


# -- what speaks to the beliefs: the person --------------------------------------------


@pytest.mark.parametrize(
    ("person", "state", "kept"),
    [
        ({}, {}, 1.0),
        ({"brain.consolidation.z_shift": 0.5}, {"consolidated": 0.5}, 0.75),
        ({"therapy.trait.t_shift": 0.5}, {"learned.trait": 0.4}, 0.8),
        ({"therapy.self_blame.share": 0.5}, {"learned.self_blame": 0.2}, 0.9),
        ({"whole.self_criticism": 0.0}, {}, 0.0),
    ],
    ids=["all", "consolidated", "trait", "self-blame", "cut"],
)
def test_self_criticism_is_what_is_left_of_it(person, state, kept):
    """Of a shift of 2, downwards."""
    close(evidence(person, state).own[0].shift, np.full((3, 2), -2.0 * kept))


def test_what_lowers_self_criticism_multiplies():
    person = {
        "brain.consolidation.z_shift": 0.5,
        "therapy.trait.t_shift": 0.5,
        "therapy.self_blame.share": 0.5,
    }
    state = {"consolidated": 0.5, "learned.trait": 0.4, "learned.self_blame": 0.2}
    close(evidence(person, state).own[0].shift, np.full((3, 2), -1.08))


def test_rumination_repeats_itself_at_its_rate():
    brooding = COPING._replace(rumination=jnp.array([0.5, 0.25]))
    close(evidence(coping=brooding).own[0].rate, [[0.5, 0.25]] * 3)


def test_consolidation_weakens_the_pull_to_the_old_belief():
    inputs = evidence({"brain.consolidation.z_pull": 0.5}, {"consolidated": [0.5, 0.0]})
    close(inputs.pull_kept, [0.75, 1.0])


def test_what_therapy_and_drug_bring_is_handed_on():
    table = jnp.arange(6.0).reshape(3, 2)
    brought = {
        "evidence": Evidence(table, table + 1, table + 2),
        "experience": SelfEvidence(table + 3, table + 4, table + 5),
    }
    leaves = {
        f"{part}.{name}": getattr(value, name)
        for part, value in brought.items()
        for name in value._fields
    }
    drugged = PLASTIC._replace(relaxation=ZERO + 1, window=ZERO + 2, induced=ZERO + 3)
    usual = {"person.balance.profile": table + 7, "person.balance.surprise": table + 8}
    inputs = evidence(
        usual, plastic=drugged, offer={**leaves, "certainty_loss": table + 6}
    )
    for got, want in zip(inputs.world[1], brought["evidence"], strict=True):
        close(got, want)
    for got, want in zip(inputs.own[1], brought["experience"], strict=True):
        close(got, want)
    close(inputs.certainty_loss, table + 6)
    close(inputs.profile, table + 7)
    close(inputs.usual, table + 8)
    close(inputs.relaxation, [1.0, 1.0])
    close(inputs.window, [2.0, 2.0])
    close(inputs.induced, [3.0, 3.0])


# -- what is done ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "state", "offer"),
    [
        ({}, {}, {"lift": [LN3, -LN3]}),
        ({"therapy.effort.gain": LN3}, {}, {"learned.effort": [1.0, -1.0]}),
        ({"mind.self_efficacy.gain": LN3 / 2}, {"self_efficacy": [1.0, -1.0]}, {}),
        ({"mind.behaviour.w_b": 0.0}, {"mood.mood": [LN3 / 2, -LN3 / 2]}, {}),
        (
            {"mind.behaviour.w_b": 1.0},
            {"beliefs.mu": [[1.5 * LN3, -1.5 * LN3], [0.0, 0.0], [0.0, 0.0]]},
            {},
        ),
    ],
    ids=["activation", "effort", "self-efficacy", "mood", "belief"],
)
def test_every_wish_to_approach_raises_it(person, state, offer):
    """sigma(ln 3) and sigma(-ln 3)."""
    close(coping(person, state, offer).approach, [0.75, 0.25])


def test_the_drug_keeps_from_approaching():
    close(coping(drive=1.0).approach, [0.25, 0.25])


BROODING = {
    "mind.rumination.r0": 2.0,
    "mind.rumination.g": 1.0,
    "mind.rumination.r_m": 1.0,
    "mind.rumination.r_0": 0.0,
    "mind.rumination.d_rho": 0.5,
    "mind.rumination.d_p": 0.25,
}


@pytest.mark.parametrize(
    ("state", "drive", "window", "want"),
    [
        ({}, 0.0, 0.0, [1.0, 1.0]),
        ({"mood.mood": [LN3, -LN3]}, 0.0, 0.0, [0.5, 1.5]),
        (
            {"beliefs.mu": [[0.0, 0.0], [LN3, -LN3], [0.0, 0.0]]},
            0.0,
            0.0,
            [0.5, 1.5],
        ),
        ({}, 1.0, 0.0, [0.5, 0.5]),
        ({}, 0.0, 1.0, [0.75, 0.75]),
    ],
    ids=["neutral", "mood", "rank", "drive", "window"],
)
def test_what_raises_and_what_quiets_rumination(state, drive, window, want):
    close(coping(BROODING, state, drive=drive, window=window).rumination, want)


def test_a_cut_loop_does_as_at_rest():
    rest = {
        "whole.behaviour": 0.0,
        "whole.rumination": 0.0,
        "person.balance.approach": 0.125,
        "person.balance.rumination": 0.375,
    }
    got = coping(rest, offer={"lift": 1.0})
    close(got.approach, [0.125, 0.125])
    close(got.rumination, [0.375, 0.375])
