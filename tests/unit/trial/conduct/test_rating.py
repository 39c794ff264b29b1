"""Days, sites, raters and guesses: what they do to the scores, and what they leave."""

import numpy as np
import pytest

from kapsim.trial.conduct import rating
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.luck import Luck
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.conduct.usual import usage
from kapsim.trial.protocol import Protocol
from tests.unit.trial.conduct.builders import cohort, outcomes, trial, visits
from tests.unit.trial.conduct.test_conduct import only

SIZES = {"ketamine": 100, "saline": 100}
ARMS = {name: outcomes(0, n=4000) for name in SIZES}


def run(protocol: Protocol) -> tuple[Trials, np.ndarray]:
    """A trial, and by how much its scores differ from what was simulated."""
    found = conduct(protocol, ARMS, SIZES, range(60), 2)
    rated = ARMS["saline"].totals[:, :, found.person].transpose(2, 3, 0, 1)
    return found, found.score - rated


@pytest.mark.stochastic
def test_sites_shift_all_later_scores_of_their_people() -> None:
    found, shift = run(trial(design={"sites": 4}, conduct=only(site_sd=3.0)))
    assert (shift[:, :, 0] == 0).all()
    one = (found.replicate[:, None] == 0) & (found.site == 2)
    inside = np.abs(found.score[one][:, 1:, 0] - 30) < 25
    assert len(np.unique(shift[one][:, 1:, 0][inside])) == 1
    means = [
        shift[r, found.site[r] == s, 1:, 0].mean() for r in range(60) for s in range(4)
    ]
    assert np.std(means) == pytest.approx(3.0, rel=0.15)


@pytest.mark.stochastic
def test_raters_shift_what_clinicians_rate_alone() -> None:
    _, shift = run(trial(design={"sites": 4}, conduct=only(rater_sd=3.0)))
    assert shift[..., 1:, 0].std() == pytest.approx(3.0, rel=0.1)
    assert (shift[..., 1] == 0).all()


def test_a_self_rated_scale_moves_in_proportion_to_its_range() -> None:
    protocol = trial(conduct=only())
    shape = (1, 1, 6)
    place = rating.Place(
        site=np.zeros((1, 1), int),
        outcome=np.full((1, 1), 20 / 3),
        rater=np.full((1, 1), 5.0),
        central=np.full((1, 1), 50.0),
    )
    rated = np.full((*shape, 2), 15)
    found = rating.scores(protocol, rated, np.zeros(shape), place)
    assert found[0, 0, 0].tolist() == [15, 15]
    assert found[0, 0, 1].tolist() == [27, 18]  # 15 + 11.67; 15 + 27/60 20/3


def test_scores_stay_on_their_scale_and_whole() -> None:
    _, shift = run(trial(conduct=only(site_sd=20.0, rater_sd=20.0)))
    found, _ = run(trial(conduct=only(site_sd=20.0, rater_sd=20.0)))
    assert found.score.min() == 0
    assert found.score[..., 0].max() == 60
    assert found.score[..., 1].max() == 27
    assert (shift == np.rint(shift)).all()


def test_central_raters_are_a_pool_of_their_own() -> None:
    site = run(trial(conduct=only(rater_sd=3.0)))[1]
    far = run(trial(visits=visits(rater="central"), conduct=only(rater_sd=3.0)))[1]
    assert (site[..., 1:, 0] != far[..., 1:, 0]).any()


def test_people_come_inside_the_window_where_it_is_free() -> None:
    protocol = trial(conduct=only(window="2 d"))
    found, _ = run(protocol)
    late = found.day - np.array([0, 1, 7, 14, 21, 28])
    assert (late[..., :2] == 0).all()  # the baseline, and a day after the dose
    assert np.abs(late[..., 2:]).max() <= 2
    assert np.abs(late[..., 2:]).max() > 1.9
    assert (np.diff(found.day, axis=-1) > 0).all()


def test_a_score_moves_with_the_severity_of_the_day() -> None:
    protocol = trial(conduct=only(window="2 d"))
    severity = np.array([[[30.0, 30.0, 24.0, 10.0, 10.0, 17.0]]])
    offset = np.array([[[0.0, 0.0, 48.0, -24.0, 24.0, 36.0]]])
    moved = rating.moved(protocol, severity, offset)
    assert moved[0, 0] == pytest.approx([0, 0, -4, 2, 1, 0])


@pytest.mark.stochastic
def test_guesses_follow_the_people_and_stay_with_them() -> None:
    protocol = trial(conduct="ideal")
    found = conduct(protocol, cohort(), SIZES, range(60), 2)
    for arm, share in ((0, 0.8), (1, 0.3)):
        own = found.arm == arm
        assert found.guess[own].mean() == pytest.approx(share, abs=0.02)
        blind = 0.5 + 0.25 * (share - 0.5)
        assert found.rater_guess[own].mean() == pytest.approx(blind, abs=0.02)
    assert (found.guess[..., :1] == found.guess).all()


@pytest.mark.stochastic
def test_unblinded_raters_know_and_central_ones_do_not() -> None:
    knows = trial(visits=visits(rater="unblinded"), conduct="ideal")
    found = conduct(knows, cohort(), SIZES, range(10), 2)
    assert (found.rater_guess == (found.arm == 0)[..., None]).all()
    central = trial(visits=visits(rater="central"), conduct="ideal")
    found = conduct(central, cohort(), SIZES, range(60), 2)
    assert found.rater_guess[found.arm == 0].mean() == pytest.approx(0.5, abs=0.02)


def test_luck_is_even_and_normal() -> None:
    luck = Luck(4, np.arange(20))
    people = np.broadcast_to(np.arange(5000), (20, 5000))
    uniform = luck.rows("a", people, 3)
    assert uniform.shape == (20, 5000, 3)
    assert uniform.mean(axis=(0, 1)) == pytest.approx([0.5] * 3, abs=0.005)
    assert np.abs(np.corrcoef(uniform.reshape(-1, 3).T) - np.eye(3)).max() < 0.02
    np.testing.assert_array_equal(uniform[..., :2], luck.rows("a", people, 2))
    np.testing.assert_array_equal(uniform[..., 0], luck.uniforms("a", people))
    normal = luck.normals("b", people)
    assert (normal.mean(), normal.std()) == pytest.approx((0, 1), abs=0.02)
    assert (luck.uniforms("a", people) != luck.uniforms("c", people)).all()


def test_what_is_absent_is_as_usual() -> None:
    found = usage(trial(conduct={"dropout": "15 %", "site_sd": 2.5}))
    assert (found.dropout, found.site_sd) == (0.15, 2.5)
    assert (found.missed, found.window_h, found.rater_sd) == (0.04, 48.0, 1.0)
    assert usage(trial()).dropout == pytest.approx(0.1)
    assert usage(trial(conduct="ideal"))[:6] == (0, 0, 0, 0, 0, 0)
    other = trial(parameters={"trial.conduct.site_sd": 2.0})
    assert usage(other).site_sd == 2.0
