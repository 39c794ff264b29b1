"""What a shift of a study or of an arm does to the scores of its trials."""

import numpy as np
import pytest

from kapsim.evidence.posterior import ON_THE_MODEL, Spreads
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.discrepancy import as_studies, counting, shifted
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.protocol import Protocol
from tests.unit.trial.conduct.builders import cohort, outcomes, trial, visits

SIZES = {"ketamine": 100, "saline": 100}
REPLICATES = 40


def run(protocol: Protocol | None = None, **arms: object) -> tuple[Protocol, Trials]:
    own = trial() if protocol is None else protocol
    return own, conduct(own, cohort(**arms), SIZES, range(REPLICATES), 2)


def by(study: float = 0.0, *arms: float) -> tuple[np.ndarray, np.ndarray]:
    """Shifts that are the same in all replicates."""
    each = np.array(arms or (0.0, 0.0))
    return np.full(REPLICATES, study), np.tile(each, (REPLICATES, 1))


def test_a_study_and_its_arms_shift_by_whole_points() -> None:
    protocol, found = run()
    moved = shifted(protocol, found, *by(2.0, 3.0, -1.0))
    own = np.where(found.arm == 0, 5.0, 1.0)[..., None]
    expected = np.clip(found.score[:, :, 1:, 0] + own, 0, 60)
    np.testing.assert_array_equal(moved.score[:, :, 1:, 0], expected)
    np.testing.assert_array_equal(moved.score[:, :, 0], found.score[:, :, 0])
    assert np.isnan(found.score[:, :, 1:]).any()


def test_another_scale_moves_by_its_range_in_the_mean() -> None:
    protocol, found = run()
    moved = shifted(protocol, found, *by(2.0))
    change = moved.score[:, :, 1:, 1] - found.score[:, :, 1:, 1]
    inside = np.abs(found.score[:, :, 1:, 1] - 13) < 11  # away from both ends
    assert set(change[inside]) == {0.0, 1.0}
    assert change[inside].mean() == pytest.approx(2 * 27 / 60, abs=0.02)


def test_the_same_people_are_rounded_up_at_all_visits() -> None:
    protocol, found = run()
    moved = shifted(protocol, found, *by(0.3))
    change = moved.score[:, :, 1:, 0] - found.score[:, :, 1:, 0]
    inside = np.abs(found.score[:, :, 1:, 0] - 30) < 28  # no where not seen
    up, down = (((change == way) & inside).any(axis=-1) for way in (1.0, 0.0))
    assert (up | down).mean() > 0.9
    assert not (up & down).any()
    assert change[inside].mean() == pytest.approx(0.3, abs=0.03)


def test_no_shift_is_the_same_trial() -> None:
    protocol, found = run()
    moved = shifted(protocol, found, *by())
    for own, other in zip(found, moved, strict=True):
        assert own.tobytes() == other.tobytes()


def test_scores_stay_on_their_scale_and_nothing_else_moves() -> None:
    protocol, found = run()
    for far in (-100.0, 100.0):
        moved = shifted(protocol, found, *by(far))
        end = 0 if far < 0 else np.array([60, 27])
        seen = np.isfinite(found.score[:, :, 1:])
        np.testing.assert_array_equal(np.isfinite(moved.score[:, :, 1:]), seen)
        assert (moved.score[:, :, 1:] == end)[seen].all()
        assert moved._replace(score=found.score) is not found
        for own, other in zip(found[6:], moved[6:], strict=True):
            assert own.tobytes() == other.tobytes()


def test_a_dissociation_score_stays() -> None:
    both = visits()
    for visit in both:
        visit["scales"] = ["MADRS", "CADSS"]
    protocol, found = run(trial(visits=both))
    moved = shifted(protocol, found, *by(4.0))
    np.testing.assert_array_equal(moved.score[..., 1], found.score[..., 1])
    assert (moved.score[..., 1:, 0] != found.score[..., 1:, 0]).any()


def test_an_arm_shifts_only_once_arms_differ() -> None:
    later = trial().design.model_copy(update={"randomised": "day 8"})
    protocol = trial().model_copy(update={"design": later})
    _, found = run(protocol, saline=outcomes(4), ketamine=outcomes(4))
    moved = shifted(protocol, found, *by(0.0, 2.0, 2.0))
    np.testing.assert_array_equal(moved.score[:, :, :3], found.score[:, :, :3])
    assert (moved.score[:, :, 3] != found.score[:, :, 3]).any()
    whole = shifted(protocol, found, *by(2.0))
    assert (whole.score[:, :, 1] != found.score[:, :, 1]).any()


def test_a_replicate_is_the_same_alone() -> None:
    protocol, found = run()
    luck = np.random.default_rng(1)
    study, arm = luck.normal(size=REPLICATES), luck.normal(size=(REPLICATES, 2))
    moved = shifted(protocol, found, study, arm)
    one = conduct(protocol, cohort(), SIZES, [7], 2)
    alone = shifted(protocol, one, study[7:8], arm[7:8])
    np.testing.assert_array_equal(alone.score[0], moved.score[7])


def test_the_shift_of_a_study_is_common_to_its_arms() -> None:
    own, trials = run()
    far = as_studies(own, trials, Spreads(4.0, 0.0, 0.0), seed=3)
    assert np.corrcoef(by_arm(trials, far))[0, 1] > 0.98
    apart = as_studies(own, trials, Spreads(0.0, 4.0, 0.0), seed=3)
    assert abs(np.corrcoef(by_arm(trials, apart))[0, 1]) < 0.5
    alone, both = conduct(own, cohort(), SIZES, [7], 2), Spreads(4.0, 1.0, 0.0)
    np.testing.assert_array_equal(
        as_studies(own, alone, both, seed=3).score[0],
        as_studies(own, trials, both, seed=3).score[7],
    )
    assert as_studies(own, trials, ON_THE_MODEL, seed=3) is trials


def test_shares_are_counted_off_by_a_number_of_each_replicate() -> None:
    own, trials = run()
    spreads = Spreads(4.0, 1.0, 0.5)
    found = counting(trials, spreads, seed=3)
    assert len(set(found)) == REPLICATES
    assert found.std() == pytest.approx(0.5, rel=0.35)
    alone = conduct(own, cohort(), SIZES, [7], 2)
    assert counting(alone, spreads, seed=3)[0] == found[7]
    assert (counting(trials, ON_THE_MODEL, seed=3) == 0).all()


def by_arm(trials: Trials, moved: Trials) -> np.ndarray:
    """Mean shift of each arm in each replicate."""
    shift = np.nanmean(moved.score - trials.score, axis=2)[..., 0]
    of = (np.nanmean(np.where(trials.arm == k, shift, np.nan), 1) for k in (0, 1))
    return np.stack(list(of))
