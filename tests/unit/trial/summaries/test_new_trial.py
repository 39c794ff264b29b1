"""Intervals for a new trial: what each of their parts adds, against plain ways."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kapsim.evidence.posterior import Spreads
from kapsim.trial.protocol import Measure, Protocol, Rule
from kapsim.trial.request import RunRequest, per_arm
from kapsim.trial.summaries.drawn_scores import DrawnScores
from kapsim.trial.summaries.new_trial import (
    FIGURES,
    Drawn,
    NewTrial,
    interval,
    of_studies,
)
from kapsim.trial.summaries.shifts import Figures, shifts
from tests.unit.trial.conduct.builders import trial

RULE = Rule(response_percent=50.0, remission_at_most=10)
N = 400
LOW, HIGH = -1.96, 1.96


def scores(visits: int = 3, seed: int = 1) -> np.ndarray:
    """Scores that fall, those of the last visit near zero for many."""
    luck = np.random.default_rng(seed)
    start = luck.normal(32, 4, N)
    falls = luck.normal(14, 6, (visits - 1, N)).cumsum(axis=0)
    return np.clip(np.rint(np.concatenate([start[None], start - falls])), 0, 60)


def made(
    off: float = 0.0, score: np.ndarray | None = None, share: float = 0.0
) -> Figures:
    """Those scores, if studies, and their shares, lie off so much after baseline."""
    own = scores() if score is None else score
    return figures(own, np.array([0.0, off, off]), RULE, share)


def figures(
    score: np.ndarray, off: np.ndarray, rule: Rule, share: float = 0.0
) -> Figures:
    """Figures of scores if studies lie off by so much, all of it of the study."""
    table = shifts(score, 0, 3 * off.max(), 60, rule)
    return of_studies(Drawn(table, off, np.zeros(3), share * np.array([0.0, 1.0, 1.0])))


def test_figures_are_those_of_the_persons() -> None:
    score, found = scores(), made()
    np.testing.assert_allclose(found.value["mean"][:, 0], score.mean(axis=1))
    change = (score - score[0]).mean(axis=1)
    np.testing.assert_allclose(found.value["change"][:, 0], change, rtol=0, atol=1e-9)
    response = 100 * (2 * score <= score[0]).mean(axis=1)
    np.testing.assert_allclose(found.value["response"][:, 0], response)
    remission = 100 * (score <= 10).mean(axis=1)
    np.testing.assert_allclose(found.value["remission"][:, 0], remission)
    np.testing.assert_allclose(found.variance["mean"][:, 0], score.var(axis=1, ddof=1))


def test_a_shift_is_that_of_scores_which_are_shifted() -> None:
    """As many people one point further as the fraction says: by a grid of luck."""
    score, found = scores(), made(3.0)
    parts = found.value["mean"].shape[1]
    off = 3.0 * _parts(parts)
    luck = (np.arange(50) + 0.5) / 50
    for k in (0, 4, parts // 2, parts - 1):
        moved = np.floor(score[2] + off[k] + luck[:, None]).clip(0, 60)
        tolerance = {"rtol": 0, "atol": 0.03}  # of a grid of fifty
        np.testing.assert_allclose(found.value["mean"][2, k], moved.mean(), **tolerance)
        met = 100 * (2 * moved <= score[0]).mean()
        np.testing.assert_allclose(found.value["response"][2, k], met, atol=1.0)
        met = 100 * (moved <= 10).mean()
        np.testing.assert_allclose(found.value["remission"][2, k], met, atol=1.0)
    np.testing.assert_allclose(found.value["mean"][0], score[0].mean())


def _parts(number: int) -> np.ndarray:
    middles = stats.norm.ppf((np.arange(number) + 0.5) / number)
    return middles / middles.std()


def test_people_alone_give_the_interval_of_a_mean() -> None:
    score, patients = scores(), 40
    value, low, high = interval([made()], "mean", patients)
    se = score.std(axis=1, ddof=1) / np.sqrt(patients)
    np.testing.assert_allclose(value, score.mean(axis=1))
    np.testing.assert_allclose((high - low) / se, HIGH - LOW, rtol=0.06)


def test_a_study_alone_widens_it_by_its_spread() -> None:
    """Of very many people; twenty parts of the law end a little after 1.96."""
    _, low, high = interval([made(2.0)], "mean", 10**9)
    assert high[0] - low[0] == pytest.approx(0.0, abs=1e-3)
    assert (high[1] - low[1]) / 2.0 == pytest.approx(HIGH - LOW, rel=0.08)


def test_how_studies_count_widens_shares_alone() -> None:
    """Of very many people: by p (1 - p) for one on the logit."""
    plain, off = made(), made(0.0, None, 0.3)
    for name in ("mean", "change"):
        first, other = (interval([one], name, 10**9) for one in (plain, off))
        np.testing.assert_array_equal(first, other)
    for name in ("response", "remission"):
        value, low, high = interval([off], name, 10**9)
        slope = value * (100 - value) / 100
        assert slope[2] > 5
        assert (high[2] - low[2]) / (0.3 * slope[2]) == pytest.approx(3.92, rel=0.08)
        assert high[0] - low[0] == pytest.approx(0.0, abs=1e-2)


def test_parts_add_up() -> None:
    """Study, parameters and people: the variance is about that of their sum."""
    luck = np.random.default_rng(3)
    shifts = np.rint(luck.normal(0, 2, 200))
    score = scores() + 8.0
    found = [made(1.5, score + shift) for shift in shifts]
    _, low, high = interval(found, "mean", 50)
    people = score[1].var(ddof=1) / 50
    total = np.sqrt(shifts.var() + 1.5**2 + people)
    assert (high[1] - low[1]) / total == pytest.approx(HIGH - LOW, rel=0.06)


def test_shares_stay_shares_and_who_is_not_known_is_left_out() -> None:
    score = scores()
    score[1:, ::2] = np.nan
    found = made(5.0, score)
    for name in ("response", "remission"):
        _, low, high = interval([found], name, 5)
        assert (low >= 0).all()
        assert (high <= 100).all()
    rest = made(0.0, score).value["change"][:, 0]
    expected = (score[1:, 1::2] - score[0, 1::2]).mean(axis=1)
    np.testing.assert_allclose(rest[1:], expected)


def test_a_scale_without_rules_or_baseline_has_no_shares_or_change() -> None:
    score = scores()
    found = figures(score, np.zeros(3), Rule())
    assert np.isnan(found.value["response"]).all()
    assert np.isnan(found.value["remission"]).all()
    score[0] = np.nan
    bare = made(1.0, score)
    assert np.isnan(bare.value["change"]).all()
    assert np.isfinite(bare.value["mean"][1:]).all()


def table(study_sd: float, arm_sd: float, **changes: Any) -> pd.DataFrame:
    """The table of two draws, one a point above the other, of a made-up trial."""
    protocol: Protocol = trial(**changes)
    asked = RunRequest(protocol=protocol, patients=per_arm(protocol, 30), seed=1)
    new = NewTrial(asked)
    visits = len(protocol.visits)
    one = np.stack([scores(visits), np.rint(scores(visits) * 27 / 60)], axis=1)
    for shift in (0.0, 1.0):
        of_arms = {arm.name: one + shift for arm in protocol.arms}
        new.add(DrawnScores(of_arms, Spreads(study_sd, arm_sd, 0.0)))
    return new.table()


def test_a_row_for_each_arm_scale_and_visit() -> None:
    found = table(3.0, 4.0)
    protocol = trial()
    assert len(found) == 2 * 2 * len(protocol.visits)
    assert {name for columns in FIGURES.values() for name in columns} < set(found)
    own = found[(found["arm"] == "saline") & (found["measure"] == Measure.MADRS.value)]
    assert own["sd_study"].tolist() == [0.0] + [5.0] * (len(protocol.visits) - 1)
    np.testing.assert_allclose(own["sd_parameters"], np.sqrt(0.5))
    assert set(found["draws"]) == {2}
    assert set(found["patients"]) == {30}
    other = found[found["measure"] == Measure.QIDS_SR.value]
    assert other["sd_study"].max() == pytest.approx(5.0 * 27 / 60)
    assert (found["mean_low"] <= found["mean"]).all()
    assert (found["mean"] <= found["mean_high"]).all()


def test_studies_average_out_over_the_trials_that_were_pooled() -> None:
    pooled = table(3.0, 4.0, design={"trials": 9})
    design = trial(design={"trials": 9}).design
    assert design.pooled(Spreads(3.0, 4.0, 0.6)) == pytest.approx((1.0, 4.0, 0.2))
    one = pooled[pooled["measure"] == Measure.MADRS.value]["sd_study"]
    assert one.max() == pytest.approx(np.hypot(1.0, 4.0))


def test_a_planted_study_that_is_left_out_is_found() -> None:
    wide, bare = table(3.0, 4.0), table(0.0, 0.0)
    width = lambda one: (one["change_high"] - one["change_low"]).to_numpy()[1]
    assert width(wide) > 2 * width(bare)
