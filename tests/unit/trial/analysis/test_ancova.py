"""Difference of arms by least squares, of one trial and of many."""

import math

import numpy as np
import pytest

from kapsim.trial.analysis.ancova import ancova, ancovas
from kapsim.trial.analysis.items import item_differences

NONE = np.zeros((40, 0))
ARM = np.arange(40) % 2


def trial(seed: int = 1, effect: float = -3.0) -> tuple[np.ndarray, np.ndarray]:
    """Outcome and baseline of forty patients."""
    rng = np.random.default_rng(seed)
    baseline = rng.normal(30, 5, 40)
    return effect * ARM + 0.5 * baseline + rng.normal(0, 4, 40), baseline


def by_least_squares(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Coefficient of the second column and its error, from the whole design."""
    b, rss, _, _ = np.linalg.lstsq(x, y)
    scale = rss[0] / (len(y) - x.shape[1])
    return b[1], math.sqrt(scale * np.linalg.inv(x.T @ x)[1, 1])


def test_without_covariates_it_is_students_test() -> None:
    found = ancova(np.array([1.0, 2.0, 3.0, 5.0]), np.array([0, 0, 1, 1]), NONE[:4])
    assert found.value == pytest.approx(2.5)
    assert found.se == pytest.approx(math.sqrt(1.25))
    assert found.df == 2
    assert found.high - found.low == pytest.approx(2 * 4.3026527 * math.sqrt(1.25))


def test_agrees_with_the_whole_design() -> None:
    y, baseline = trial()
    design = np.column_stack([np.ones(40), ARM, baseline])
    found = ancova(y, ARM, baseline[:, None])
    # two routes in float64; the design is not orthogonal
    np.testing.assert_allclose(found[:2], by_least_squares(y, design), rtol=1e-11)
    assert found.df == 37


def test_missing_patients_are_left_out() -> None:
    y, baseline = trial()
    arm = ARM.astype(float)
    y[3], baseline[6], arm[9] = math.nan, math.nan, math.nan
    kept = np.setdiff1d(np.arange(40), [3, 6, 9])
    whole = ancova(y, arm, baseline[:, None])
    # sums in another order
    np.testing.assert_allclose(
        whole[:6], ancova(y[kept], arm[kept], baseline[kept, None])[:6], rtol=1e-11
    )


def test_many_are_as_each_alone() -> None:
    trials = [trial(seed) for seed in range(5)]
    y = np.stack([one for one, _ in trials])
    baseline = np.stack([one for _, one in trials])
    y[2, ::2] = math.nan
    found = ancovas(y, ARM, baseline[..., None])
    for k in (0, 1, 3, 4):
        alone = ancova(y[k], ARM, baseline[k, :, None])
        np.testing.assert_allclose(found.at(k)[:6], alone[:6], rtol=1e-11)
    assert "nobody observed in an arm" in found.at(2).method
    assert math.isnan(found.p[2])


def test_a_covariate_that_adds_nothing_falls_away() -> None:
    y, baseline = trial()
    doubled = np.column_stack([baseline, 2 * baseline - 7, np.full(40, 2024.0)])
    np.testing.assert_allclose(
        ancova(y, ARM, doubled)[:6], ancova(y, ARM, baseline[:, None])[:6], rtol=1e-10
    )


@pytest.mark.parametrize(
    ("y", "arm", "covariates", "why"),
    [
        (np.full(40, math.nan), ARM, NONE, "nobody observed in an arm"),
        (np.arange(40.0), 0 * ARM, NONE, "nobody observed in an arm"),
        (np.full(40, 12.3), ARM, NONE, "no variance"),
        (3.1 * ARM, ARM, NONE, "no variance"),
        (np.arange(40.0), ARM, 1.0 + ARM[:, None], "the covariates tell the arm"),
        (np.arange(2.0), ARM[:2], NONE[:2], "too few patients"),
    ],
)
def test_what_cannot_be_estimated_says_why(y, arm, covariates, why) -> None:
    found = ancova(y, arm, covariates)
    assert all(math.isnan(x) for x in found[:6])
    assert found.method == f"ancova: not estimable, {why}"


@pytest.mark.stochastic
def test_level_of_null_trials() -> None:
    # 4000 trials: 0.05 with error 0.0034; false alarm 1 in 10,000
    rng = np.random.default_rng(8)
    y, x = rng.normal(size=(4000, 40)), rng.normal(size=(4000, 40, 2))
    y[rng.random(y.shape) < 0.2] = math.nan
    share = (ancovas(y, ARM, x).p < 0.05).mean()
    assert abs(share - 0.05) < 0.0135


def test_items_each_with_its_own_baseline() -> None:
    pairs = [trial(seed) for seed in range(3)]
    items, baselines = (np.column_stack(x) for x in zip(*pairs, strict=True))
    items[:, 1] = 2.0
    found = item_differences(items, baselines, ARM)
    alone = ancova(items[:, 0], ARM, baselines[:, :1])
    assert found[0][:-1] == pytest.approx(alone[:-1], rel=1e-12)
    assert found[0].method == alone.method
    assert "no variance" in found[1].method
