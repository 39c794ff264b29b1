"""Worlds: what makes them, their files, and the one without the drug."""

from pathlib import Path

import numpy as np

from kapsim.trial.power.request import TrialRequest
from kapsim.trial.power.worlds import (
    read_cohort,
    without_drug,
    worlds,
    write_cohort,
)
from kapsim.trial.protocol import Hypothesis
from tests.unit.trial.conduct.builders import outcomes
from tests.unit.trial.power.builders import CHANGE, held, trial


def test_a_cohort_is_read_as_it_was_written(tmp_path: Path) -> None:
    path, before = tmp_path / "one.npz", held(ketamine=outcomes(14, failed=(3,)))
    write_cohort(path, before)
    after = read_cohort(path, trial())
    for one, other in zip(before.people, after.people, strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(after.cohort) == list(before.cohort)
    for name, arm in before.cohort.items():
        told = after.cohort[name]
        assert dict(told.signals).keys() == dict(arm.signals).keys()
        for field in ("totals", "items", "failed"):
            same = getattr(told, field)
            np.testing.assert_array_equal(same, getattr(arm, field))
            assert same.dtype == getattr(arm, field).dtype
        for signal, rows in arm.signals.items():
            np.testing.assert_array_equal(told.signals[signal], rows)


def test_without_the_drug_every_arm_is_its_control() -> None:
    cohort = held().cohort
    nothing = without_drug(cohort, "saline")
    assert list(nothing) == list(cohort)
    assert all(one is cohort["saline"] for one in nothing.values())


def test_worlds_are_the_drug_the_felt_drug_and_draws(tmp_path: Path) -> None:
    request = TrialRequest(protocol=trial(), draws=2)
    drug, felt, first, second = worlds(request, tmp_path)
    names = [one.name for one in (drug, felt, first, second)]
    assert names == ["drug", "felt only", "draw 1", "draw 2"]
    assert drug.protocol == request.protocol
    assert felt.protocol.hypotheses[Hypothesis.H5] is True
    assert first.protocol.parameters != second.protocol.parameters
    assert (drug.persons, first.persons) == (request.cohort, 2048)
    numbers = [
        {*range(one.first, one.first + request.of_world(one.name))}
        for one in (first, second)
    ]
    assert numbers[0].isdisjoint(numbers[1]), "draws share the luck of their trials"
    assert len({one.path for one in (drug, felt, first, second)}) == 4


def test_a_pooled_trial_lies_off_the_model_by_the_mean_of_its_trials(
    tmp_path: Path,
) -> None:
    design = trial().design.model_copy(update={"trials": 4})
    pooled = trial().model_copy(update={"design": design})
    alone, of_four = (
        worlds(TrialRequest(protocol=one, draws=1), tmp_path)[-1].spreads
        for one in (trial(), pooled)
    )
    assert of_four == design.pooled(alone)
    assert of_four.study_sd < alone.study_sd


def test_a_world_is_named_by_what_made_it(tmp_path: Path) -> None:
    def name(request: TrialRequest) -> str:
        return worlds(request, tmp_path)[0].path.name

    plain = name(TrialRequest(protocol=trial()))
    analysed = trial({**CHANGE, "method": "ancova"}, conduct="ideal")
    assert name(TrialRequest(protocol=analysed, per_arm=(30,))) == plain
    assert name(TrialRequest(protocol=trial(), seed=2)) != plain
    assert name(TrialRequest(protocol=trial(), cohort=500)) != plain
