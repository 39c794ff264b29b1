"""Imputations where the answer is known, and Rubin's rules by hand."""

import math

import numpy as np
import pytest

from kapsim.trial.analysis.ancova import ancova, ancovas
from kapsim.trial.analysis.imputation import Missing, impute
from kapsim.trial.analysis.imputed_ancova import imputed_ancova
from kapsim.trial.analysis.pooling import pooled

VISITS, PATIENTS = 4, 120
FEW, MANY = 3, 1000
ARM = np.arange(PATIENTS) % 2
MEANS = np.array([[20.0, 18, 17, 16], [18.0, 14, 12, 10]])


def trial(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Scores of two arms at four visits, correlated over time, and baseline."""
    rng = np.random.default_rng(seed)
    baseline = rng.normal(30, 5, PATIENTS)
    lag = np.abs(np.subtract.outer(range(VISITS), range(VISITS)))
    noise = rng.multivariate_normal(np.zeros(VISITS), 25 * 0.7**lag, PATIENTS)
    return MEANS[ARM] + 0.5 * (baseline - 30)[:, None] + noise, baseline[:, None]


def without(score: np.ndarray, who: np.ndarray, first: int) -> np.ndarray:
    """Scores of which some are missing from a visit on."""
    return np.where(who[:, None] & (np.arange(VISITS) >= first), math.nan, score)


SCORE, BASELINE = trial()
LEFT = np.random.default_rng(9).random(PATIENTS) < 0.3
DROPPED = without(SCORE, LEFT, 2)
GAPS = np.where(np.random.default_rng(7).random(SCORE.shape) < 0.1, math.nan, DROPPED)


@pytest.mark.parametrize("score", [DROPPED, GAPS], ids=["dropout", "gaps"])
def test_what_was_seen_stays(score) -> None:
    found = impute(score, ARM, BASELINE, number=FEW, seed=1)
    seen = np.isfinite(score)
    assert np.array_equal(found[:, seen], np.repeat(score[seen][None], FEW, axis=0))
    assert np.isfinite(found).all()
    assert (found[0] != found[1])[~seen].all()


@pytest.mark.parametrize("score", [DROPPED, GAPS], ids=["dropout", "gaps"])
def test_more_imputations_leave_the_first_as_they_were(score) -> None:
    few, many = (impute(score, ARM, BASELINE, number=m, seed=1) for m in (FEW, MANY))
    assert np.array_equal(few, many[:FEW])
    others = [
        impute(score, ARM, BASELINE, number=FEW, seed=2),
        impute(score, ARM, BASELINE, number=FEW, seed=1, replicate=1),
    ]
    for other in others:
        assert (other != few)[:, np.isnan(score)].all()


def test_complete_data_are_repeated() -> None:
    found = impute(SCORE, ARM, BASELINE, number=FEW, seed=1)
    assert np.array_equal(found, np.repeat(SCORE[None], FEW, axis=0))
    whole = imputed_ancova(found[:, :, -1], ARM, BASELINE)
    alone = ancova(SCORE[:, -1], ARM, BASELINE)
    np.testing.assert_allclose(whole[:2], alone[:2], rtol=1e-12)


def predicted(score: np.ndarray) -> np.ndarray:
    """Last visit of one that was missed by all in LEFT: regression on all before."""
    x = np.column_stack([np.ones(PATIENTS), ARM, BASELINE, score[:, :-1]])
    there = np.isfinite(score[:, -1])
    b = np.linalg.lstsq(x[there], score[there, -1])[0]
    return x @ b


@pytest.mark.stochastic
def test_at_random_means_are_those_of_the_regression() -> None:
    # MANY imputations of some 36 patients: false alarm 3 in 10,000
    score = without(SCORE, LEFT, 3)
    found = impute(score, ARM, BASELINE, number=MANY, seed=1)[:, LEFT, -1]
    error = found.std(axis=0) / math.sqrt(MANY)
    gap = (found.mean(axis=0) - predicted(score)[LEFT]) / error
    assert np.abs(gap).max() < 4.5
    # planted: the arm forgotten moves the means far more
    forgotten = impute(score, 0 * ARM, BASELINE, number=FEW, seed=1)
    assert np.isnan(forgotten).all()


@pytest.mark.stochastic
def test_spread_of_the_draws_is_that_of_the_posterior() -> None:
    # one visit missing: predictive t of n - k degrees of freedom with Jeffreys' prior
    score = without(SCORE, LEFT, 3)
    found = impute(score, ARM, BASELINE, number=MANY, seed=3)[:, LEFT, -1]
    x = np.column_stack([np.ones(PATIENTS), ARM, BASELINE, score[:, :-1]])
    there = np.isfinite(score[:, -1])
    rss = ((score[there, -1] - predicted(score)[there]) ** 2).sum()
    # chi-squared of n - 3 coefficients of the mean, as the last of V visits
    df = there.sum() - 3
    leverage = np.einsum("ij,jk,ik->i", x, np.linalg.inv(x[there].T @ x[there]), x)
    variance = rss / (df - 2) * (1 + leverage[LEFT])
    ratio = found.var(axis=0) / variance
    # error of each sqrt(2 / MANY) = 0.045, of the mean of some 36 between a sixth of it
    # and, the draws of a data set sharing parameters, the whole; false alarm 1 in 1000
    assert abs(ratio.mean() - 1) < 0.04
    assert np.abs(ratio - 1).max() < 0.19


@pytest.mark.stochastic
def test_gaps_are_filled_from_both_sides() -> None:
    # a gap at the second of four visits: regression on the visits before and after
    score = SCORE.copy()
    score[LEFT, 1] = math.nan
    found = impute(score, ARM, BASELINE, number=MANY, seed=1)[:, LEFT, 1]
    x = np.column_stack([np.ones(PATIENTS), ARM, BASELINE, SCORE[:, [0, 2, 3]]])
    b = np.linalg.lstsq(x[~LEFT], SCORE[~LEFT, 1])[0]
    error = found.std(axis=0) / math.sqrt(MANY)
    gap = (found.mean(axis=0) - x[LEFT] @ b) / error
    assert np.abs(gap).max() < 4.5


def effect(missing: Missing, score: np.ndarray, number: int = MANY) -> float:
    """Mean difference at the last visit over imputations."""
    found = impute(score, ARM, BASELINE, number=number, seed=1, missing=missing)
    return float(ancovas(found[:, :, -1], ARM, BASELINE[None]).value.mean())


@pytest.mark.stochastic
def test_jump_to_reference_of_who_left_at_once() -> None:
    # nobody who left has a visit: the effect is the completers' times their share
    baseline = np.repeat(30.0, PATIENTS)[:, None]
    score = without(SCORE, LEFT & (ARM == 1), 0)
    found = impute(score, ARM, baseline, number=MANY, seed=1, missing=Missing.JUMP)[
        :, :, -1
    ]
    got = ancovas(found, ARM, baseline[None]).value
    stayed = ~LEFT[ARM == 1]
    whole = score[(ARM == 1) & ~LEFT, -1].mean() - score[ARM == 0, -1].mean()
    error = got.std() / math.sqrt(MANY)
    assert abs(got.mean() - stayed.mean() * whole) < 4 * error
    assert abs(got.mean() - whole) > 20 * error


@pytest.mark.stochastic
def test_references_in_order() -> None:
    # arms differ by 2, 4, 5 and 6: who left after the second visit
    found = {missing: effect(missing, DROPPED) for missing in Missing}
    assert found[Missing.AT_RANDOM] < found[Missing.INCREMENTS] < found[Missing.JUMP]
    assert found[Missing.AT_RANDOM] < found[Missing.COPY] < found[Missing.JUMP] < 0


def test_references_leave_the_reference_arm_as_at_random() -> None:
    score = without(SCORE, LEFT & (ARM == 0), 2)
    whole = impute(score, ARM, BASELINE, number=FEW, seed=1)
    for missing in Missing:
        other = impute(score, ARM, BASELINE, number=FEW, seed=1, missing=missing)
        # sums in another order
        np.testing.assert_allclose(other, whole, rtol=1e-9, atol=0)


def test_shift_moves_what_came_after_the_last_visit_only() -> None:
    plain = impute(GAPS, ARM, BASELINE, number=FEW, seed=1)
    moved = impute(GAPS, ARM, BASELINE, number=FEW, seed=1, shift=3.0) - plain
    last = np.where(np.isfinite(GAPS), np.arange(VISITS), -1).max(axis=1)
    after = np.arange(VISITS) > last[:, None]
    np.testing.assert_allclose(moved, np.repeat(3.0 * after[None], FEW, 0), atol=1e-12)


@pytest.mark.parametrize(
    ("score", "covariates"),
    [
        (np.where(np.arange(VISITS) == 3, math.nan, SCORE), BASELINE),
        (np.where(ARM[:, None] * (np.arange(VISITS) == 3), math.nan, SCORE), BASELINE),
        (np.where(ARM[:, None] * (np.arange(VISITS) == 1), math.nan, SCORE), BASELINE),
        (np.where(np.arange(PATIENTS)[:, None] > 5, math.nan, SCORE), BASELINE),
        (DROPPED, np.where(np.arange(PATIENTS)[:, None] == 3, math.nan, BASELINE)),
        (DROPPED * 0 + 5, BASELINE),
    ],
    ids=["visit", "arm", "gap in an arm", "few", "baseline", "constant"],
)
def test_what_cannot_be_imputed_is_no_number(score, covariates) -> None:
    found = impute(score, ARM, covariates, number=FEW, seed=1)
    assert np.isnan(found).all()
    assert "not estimable" in imputed_ancova(found[:, :, -1], ARM, covariates).method


def test_an_idle_covariate_changes_nothing() -> None:
    idle = np.column_stack([BASELINE, np.full(PATIENTS, 7.0)])
    one, other = (impute(DROPPED, ARM, x, number=FEW, seed=1) for x in (BASELINE, idle))
    # sums in another order
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=0)


def test_rubins_rules_by_hand() -> None:
    found = pooled(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]), "x")
    assert found.value == 2
    assert found.se == pytest.approx(math.sqrt(2 + 4 / 3))
    assert found.df == pytest.approx(2 * (1 + 2 / (4 / 3)) ** 2)
    alike = pooled(np.ones(3), np.ones(3), "x", complete_df=20.0)
    assert alike.df == pytest.approx(21 / 23 * 20)
    assert pooled(np.ones(3), np.ones(3), "x").df == math.inf
    all_between = pooled(np.array([1.0, 2.0]), np.zeros(2), "x", complete_df=20.0)
    assert math.isfinite(all_between.se)


@pytest.mark.parametrize(
    ("values", "errors", "why"),
    [
        (np.ones(1), np.ones(1), "fewer than two imputations"),
        (np.array([1.0, math.nan]), np.ones(2), "an imputed data set gave no estimate"),
        (np.ones(2), np.zeros(2), "no variance"),
    ],
)
def test_what_cannot_be_pooled_says_why(values, errors, why) -> None:
    assert pooled(values, errors, "x").method == f"x: not estimable, {why}"
