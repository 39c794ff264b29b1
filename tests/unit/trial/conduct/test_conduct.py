"""A trial as data: what goes wrong is what was asked for, and nothing else happens."""

from typing import Any

import numpy as np
import pytest

from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.protocol import Protocol
from tests.unit.trial.conduct.builders import (
    cohort,
    covariates,
    outcomes,
    trial,
    visits,
)

SIZES = {"ketamine": 40, "saline": 40}


def run(protocol: Protocol, **given: Any) -> Trials:
    """Replicates of a trial."""
    return conduct(
        protocol,
        given.get("cohort", cohort()),
        given.get("sizes", SIZES),
        given.get("replicates", range(20)),
        given.get("seed", 7),
        covariates=covariates(),
    )


def only(**what: Any) -> dict[str, Any]:
    """Conduct in which nothing goes wrong but this."""
    nothing = {"dropout": "0 %", "missed_visits": "0 %", "window": "0 d"}
    return {**nothing, "deviations": "0 %", "site_sd": 0.0, "rater_sd": 0.0, **what}


def test_ideal_conduct_returns_the_ratings_untouched() -> None:
    protocol, made = trial(conduct="ideal"), cohort()
    found = run(protocol, cohort=made)
    both = np.stack([made[arm.name].totals for arm in protocol.arms])
    simulated = both[found.arm, :, :, found.person]
    assert (found.score == simulated).all()
    assert (found.baseline == simulated[:, :, 0]).all()
    assert (found.day == np.array([0, 1, 7, 14, 21, 28])).all()
    assert (found.left == 6).all()
    assert (found.reason == Reason.COMPLETED).all()
    assert not found.deviated.any()
    assert (found.stopped == 6).all()
    assert (found.rescued == 6).all()


def test_a_scale_is_missing_where_it_is_not_rated() -> None:
    made = cohort()
    for one in made.values():
        one.totals[2, 1] = -1
    found = run(trial(conduct="ideal"), cohort=made)
    assert np.isnan(found.score[:, :, 2, 1]).all()
    assert not np.isnan(found.score[:, :, :, 0]).any()


def test_a_replicate_is_the_same_alone_and_in_a_batch() -> None:
    design = {"sites": 3, "blocks": [4, 6], "strata": ["severity", "age", "site"]}
    protocol = trial(design=design)
    batch = run(protocol, replicates=(3, 11, 5))
    alone = run(protocol, replicates=(11,))
    for one, other in zip(batch, alone, strict=True):
        np.testing.assert_array_equal(one[1:2], other)


def test_seeds_and_replicates_differ() -> None:
    protocol = trial()
    one, other = run(protocol), run(protocol, seed=8)
    assert (one.person != other.person).mean() > 0.9
    assert (one.person[0] != one.person[1]).mean() > 0.9


def test_nobody_takes_part_twice_in_a_replicate() -> None:
    found = run(trial())
    for people in found.person:
        assert len(set(people.tolist())) == 80


def test_the_same_person_stands_at_the_same_place_whatever_goes_wrong() -> None:
    one, other = run(trial(conduct="ideal")), run(trial())
    np.testing.assert_array_equal(one.person, other.person)
    np.testing.assert_array_equal(one.arm, other.arm)


@pytest.mark.stochastic
def test_shares_are_as_asked() -> None:
    wrong = only(dropout="20 %", missed_visits="6 %", deviations="10 %")
    found = run(trial(conduct=wrong), replicates=range(400))
    assert (found.left < 6).mean() == pytest.approx(0.2, abs=0.01)
    assert found.deviated.mean() == pytest.approx(0.1, abs=0.006)
    there = np.arange(6) < found.left[..., None]
    missed = np.isnan(found.score[..., 0]) & there
    assert missed[..., 1:].sum() / there[..., 1:].sum() == pytest.approx(0.06, abs=4e-3)
    assert not missed[..., 0].any()


@pytest.mark.stochastic
def test_longer_trials_lose_more_as_usual() -> None:
    long = trial(
        visits=visits((1, 29, 57, 85)),
        endpoints=[{"measure": "MADRS", "kind": "change", "at": "day 85"}],
    )
    arms = {name: outcomes(count=4) for name in SIZES}
    lost = (run(long, cohort=arms, replicates=range(99)).left < 4).mean()
    assert lost == pytest.approx(1 - 0.9 ** (3**0.5), abs=0.015)


@pytest.mark.stochastic
def test_allocation_follows_sizes_and_blocks() -> None:
    uneven = run(trial(), sizes={"ketamine": 60, "saline": 20}, replicates=range(50))
    assert (uneven.arm == 0).mean() == pytest.approx(0.75, abs=0.02)
    blocks = run(trial(design={"blocks": [4]}))
    assert (blocks.arm.sum(axis=1) == 40).all()


def test_a_failed_simulation_is_counted_and_has_no_scores() -> None:
    made = cohort(ketamine=outcomes(failed=tuple(range(0, 2000, 2))))
    found = run(trial(), cohort=made)
    failed = (found.arm == 0) & (found.person % 2 == 0)
    assert failed.any()
    assert ((found.reason == Reason.FAILED) == failed).all()
    assert (found.left[failed] == 0).all()
    assert np.isnan(found.score[failed]).all()
    assert np.isnan(found.baseline[failed]).all()
    assert found.person.shape == (20, 80)


def test_not_a_number_in_a_failed_simulation_spreads_to_nobody() -> None:
    made = cohort(ketamine=outcomes(failed=(0, 1, 2)))
    made["ketamine"].signals["severity"][:, :3] = np.nan
    found = run(trial(), cohort=made)
    sound = found.reason != Reason.FAILED
    assert not np.isnan(found.baseline[sound]).any()
    assert (found.left[sound] < 6).any()


def test_stops_and_rescues_are_read_where_they_are_followed() -> None:
    stops = np.zeros((6, 2000))
    stops[3:] = 1.0
    made = cohort(ketamine=outcomes(stopped=stops))
    found = run(trial(conduct="ideal"), cohort=made)
    assert (found.stopped[found.arm == 0] == 3).all()
    assert (found.stopped[found.arm == 1] == 6).all()
    assert (found.rescued == 6).all()


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"ketamine": 40}, "arm 'saline' gets 0 people"),
        ({"ketamine": 40, "saline": 1}, "2 per arm or more"),
        ({"ketamine": 1500, "saline": 1500}, "simulate a cohort of 3000 people"),
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes: dict[str, int], said: str) -> None:
    with pytest.raises(ConductError, match=said):
        run(trial(), sizes=sizes)


def test_sizes_that_blocks_cannot_give_are_refused() -> None:
    with pytest.raises(ConductError, match="do not follow the ratios 1:1"):
        run(trial(design={"blocks": [4]}), sizes={"ketamine": 40, "saline": 20})


def test_an_arm_without_a_cohort_is_refused() -> None:
    with pytest.raises(ConductError, match="lacks arm 'saline'"):
        run(trial(), cohort={"ketamine": outcomes()})


def test_one_arm_is_allocated_to_itself() -> None:
    arm = trial().model_dump(mode="json")["arms"][:1]
    found = run(trial(arms=arm), sizes={"ketamine": 30})
    assert found.arm.shape == (20, 30)
    assert not found.arm.any()
