"""Ablation tables: directions, pairing, and what theory is held to."""

import itertools
import math

import numpy as np
import pytest

from kapsim.engine.outcome import Outcome
from kapsim.patient.ablations import ABLATIONS, Direction
from kapsim.trial import RunRequest, load_protocol
from kapsim.trial.arms import simulation
from kapsim.trial.request import RequestError
from kapsim.trial.variations.ablation import (
    _paired,
    _without,
    ablate,
    seen,
    variants,
    verdict,
)
from tests.unit.trial import builders

PROTOCOL = load_protocol("kap-2x2")


def test_every_ablation_is_a_protocol_of_its_own():
    names = [ablation.name for ablation in ABLATIONS]
    assert len(set(names)) == len(names) == variants() - 1
    for ablation in ABLATIONS:
        changed = _without(PROTOCOL, ablation)
        assert changed != PROTOCOL, ablation.name
        assert changed.visits == PROTOCOL.visits


@pytest.mark.parametrize(
    ("difference", "error", "word"),
    [
        (1.0, 0.1, Direction.HIGHER),
        (-1.0, 0.1, Direction.LOWER),
        (0.05, 0.01, Direction.UNCHANGED),
        (0.5, 0.4, Direction.OPEN),
    ],
)
def test_what_is_seen_is_beyond_chance_and_beyond_rounding(difference, error, word):
    assert seen(difference, error, looks=1) is word


def test_the_largest_of_many_visits_is_held_to_a_wider_margin():
    assert seen(1.0, 0.5, looks=1) is Direction.HIGHER
    assert seen(1.0, 0.5, looks=9) is Direction.OPEN
    means = np.random.default_rng(1).standard_normal((4000, 9))
    largest = means[np.arange(4000), np.abs(means).argmax(axis=1)]
    found = [seen(float(one), 1.0, looks=9) for one in largest]
    wrong = np.mean([one in (Direction.HIGHER, Direction.LOWER) for one in found])
    assert 0.03 < wrong < 0.06  # 4.9 % of 4000, SE 0.3; without the margin 37 %


def test_verdicts_say_when_theory_is_contradicted():
    assert verdict(Direction.HIGHER, Direction.HIGHER) == "as expected"
    assert verdict(Direction.HIGHER, Direction.LOWER) == "against expectation"
    assert verdict(Direction.HIGHER, Direction.UNCHANGED) == "not seen"
    assert verdict(Direction.UNCHANGED, Direction.LOWER) == "against expectation"
    assert verdict(Direction.OPEN, Direction.LOWER) == "no expectation"


def test_a_protocol_with_cuts_is_refused():
    cut = PROTOCOL.model_copy(update={"cut": ("body",)})
    patients = {arm.name: 10 for arm in cut.arms}
    request = RunRequest(protocol=cut, patients=patients, seed=1)
    with pytest.raises(RequestError, match="cuts body already"):
        ablate(request)


def test_unrated_visits_and_failed_patients_enter_no_difference(monkeypatch):
    calls = itertools.count()

    def rated(system, schedule, held):
        del schedule
        intact = next(calls) < 2  # arms
        people = np.asarray(system.patient.patients, np.int32)
        gain = 1 if intact else 2
        totals = np.tile(20 + gain * people, (held, 2, 1))
        totals[1, 1] = -1
        outcome = np.zeros((held, len(people)), np.int8)
        if not intact:
            totals[:, :, 2], outcome[:, 2] = 99, Outcome.NON_FINITE
        return totals, outcome

    monkeypatch.setattr(simulation, "simulate_shared", rated)
    monkeypatch.setattr("kapsim.trial.variations.ablation.ABLATIONS", ABLATIONS[:1])
    change = {"measure": "QIDS-SR", "kind": "change", "at": "day 8"}
    protocol = builders.protocol(endpoints=[change])
    patients = dict.fromkeys((arm.name for arm in protocol.arms), 5)
    found = ablate(RunRequest(protocol=protocol, patients=patients, seed=1))
    assert [*found.visits["visit"]] == ["day 1", "day 8"] * 2
    # patients 0, 1, 3 and 4 differ by their number: mean 2, variance 10 / 3
    for name, value in (("intact", 22.0), ("ablated", 24.0), ("difference", 2.0)):
        np.testing.assert_array_equal(found.visits[name], value)
    error = math.sqrt(10 / 3 / 4)
    np.testing.assert_allclose(found.visits["se"], error, rtol=1e-12, atol=0)
    np.testing.assert_allclose(found.visits["saved"], 5.0, rtol=1e-12, atol=0)
    assert set(found.visits["patients"]) == {4}


def test_pairs_without_a_score_tell_nothing():
    found = _paired(np.array([20.0, np.nan]), np.array([np.nan, 20.0]))
    assert found["patients"] == 0
    assert math.isnan(found["difference"])
    alone = _paired(np.array([20.0, np.nan]), np.array([22.0, 20.0]))
    assert (alone["difference"], alone["saved"], alone["patients"]) == (2.0, 1.0, 1)
