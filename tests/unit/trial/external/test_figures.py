"""Published means and shares, computed in every replicate."""

import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm

from kapsim.trial.conduct.standing import NoRuleError
from kapsim.trial.external import means, shares
from kapsim.trial.external.drawn import forecast, in_trials, joined
from kapsim.trial.external.shares import Counted
from kapsim.trial.protocol import Metric
from tests.unit.trial.external.builders import (
    entry,
    figure,
    protocol,
    scores,
    sight,
    trials,
)

HALF = 20


def seen(score: np.ndarray, replicate: int, arm: int) -> tuple[np.ndarray, np.ndarray]:
    """Baseline and change at the end, of those seen in an arm."""
    own = score[replicate, arm * HALF : (arm + 1) * HALF]
    own = own[np.isfinite(own[:, -1])]
    return own[:, 0], own[:, -1] - own[:, 0]


def test_means_are_those_of_the_people_seen() -> None:
    score = scores()
    looked = sight(score)
    pair = sight(score, metric="mean_difference", versus="saline")
    for r in range(len(score)):
        (base, own), (_, other) = seen(score, r, 0), seen(score, r, 1)
        # sums of tens of numbers in another order
        close = lambda found, wanted: np.testing.assert_allclose(
            found, wanted, rtol=1e-12
        )
        close(means.change_mean(looked)[r], own.mean())
        close(means.score_mean(looked)[r], (base + own).mean())
        close(means.percent_change_mean(looked)[r], (100 * own / base).mean())
        close(means.mean_difference(pair)[r], own.mean() - other.mean())
        ss = own.var(ddof=1) * (len(own) - 1) + other.var(ddof=1) * (len(other) - 1)
        pooled = np.sqrt(ss / (len(own) + len(other) - 2))
        close(means.cohens_d(pair)[r], (own.mean() - other.mean()) / pooled)
    assert (means.cohens_d(pair) < 0).all()  # the first arm got better


def test_ls_means_are_those_of_an_analysis_of_covariance() -> None:
    score = scores()
    own = means.ls_change_mean(sight(score))
    pair = sight(score, metric="ls_mean_difference", versus="saline")
    for r in range(len(score)):
        (x0, y0), (x1, y1) = seen(score, r, 0), seen(score, r, 1)
        x, y = np.concatenate([x0, x1]), np.concatenate([y0, y1])
        arm = np.repeat([1.0, 0.0], [len(x0), len(x1)])
        fit = sm.OLS(y, np.stack([np.ones_like(x), arm, x - x.mean()], axis=1)).fit()
        # two ways to solve the same small regression in float64
        np.testing.assert_allclose(own[r], fit.params[0] + fit.params[1], rtol=1e-9)
        np.testing.assert_allclose(
            means.ls_mean_difference(pair)[r], fit.params[1], rtol=1e-9
        )


def test_shares_leave_out_the_missing_or_count_them_as_failures() -> None:
    score = scores()
    plain = shares.response(sight(score, metric="response_percent", value=50))
    strict = shares.response(
        sight(score, metric="response_percent", value=50, missing="failure")
    )
    for r in range(len(score)):
        base, change = seen(score, r, 0)
        assert plain.of[r] == len(base)
        assert plain.hits[r] == (-change >= 0.5 * base).sum()
        assert (strict.hits[r], strict.of[r]) == (plain.hits[r], HALF)
    remitted = shares.remission(sight(score, metric="remission_percent", value=50))
    base, change = seen(score, 0, 0)
    assert remitted.hits[0] == (base + change <= 10).sum()


def test_a_study_that_counts_off_has_other_odds_in_both_arms() -> None:
    """By half as much again, with half a person more in each cell."""
    score = np.full((2, 2 * HALF, 5), 30.0)
    score[:, :6, 1:] = 15.0  # 6 of 20 respond in the first arm, none in the second
    off = np.log([1.0, 1.5])
    own = {"metric": "response_difference_percent", "versus": "saline", "value": 5.0}
    asked = sight(score, **own)
    moved = dataclasses.replace(asked, counting=off)
    odds = 1.5 * np.array([6.5 / 14.5, 0.5 / 20.5])
    more = HALF * (odds / (1 + odds) - np.array([6.5, 0.5]) / (HALF + 1))
    found = shares.response(dataclasses.replace(moved, figure=asked.figure))
    assert found.hits == pytest.approx([6.0, 6.0 + more[0]])
    assert found.of.tolist() == [HALF, HALF]
    apart = shares.response_difference(moved)
    assert apart == pytest.approx([30.0, 30.0 + 100 * (more[0] - more[1]) / HALF])
    ends = [
        shares.response(dataclasses.replace(asked, counting=one))
        for one in (-99.0, 99.0)
    ]
    # all of 6.5 among 21 would respond; fewer than none cannot
    assert ends[0].hits.tolist() == [0.0, 0.0]
    assert ends[1].hits == pytest.approx([6 + HALF * 14.5 / 21] * 2)


def test_contrasts_of_shares() -> None:
    score = np.full((1, 2 * HALF, 5), 30.0)
    score[0, :15, 1:] = 15.0  # 15 of 20 respond in the first arm, 5 in the second
    score[0, HALF : HALF + 5, 1:] = 15.0
    pair = {"versus": "saline", "value": 5.0}
    ratio = sight(score, metric="response_odds_ratio", **pair)
    assert shares.response_odds_ratio(ratio) == pytest.approx([9.0])
    apart = sight(score, metric="response_difference_percent", **pair)
    assert shares.response_difference(apart) == pytest.approx([50.0])
    assert shares.remission_difference(apart) == pytest.approx([0.0])
    score[0, HALF:, 1:] = 30.0
    empty = shares.response_odds_ratio(
        sight(score, **dict(pair, metric=ratio.figure.metric))
    )
    assert empty == pytest.approx([15.5 * 20.5 / (5.5 * 0.5)])


def test_every_metric_is_computed_in_every_replicate() -> None:
    score, asked = scores(), protocol()
    for metric in Metric:
        fields = {"metric": metric.value, "value": 5.0, "n": 20}
        fields |= {"versus": "saline"} if metric.is_contrast else {}
        fields |= {"since": "day 15"} if metric.is_relapse else {}
        published = figure(**fields)
        drawn = in_trials(asked, trials(score), published)
        twice = joined([drawn, drawn])
        if isinstance(twice, Counted):
            assert twice.percent.shape == (2 * len(score),)
        else:
            assert twice.shape == (2 * len(score),)
        made = forecast(published, twice, 20)
        assert made is None or made.low <= made.high


def test_a_scale_without_a_rule_is_told() -> None:
    visits = [
        {"at": "day 1", "baseline": True, "scales": ["MADRS", "CADSS"]},
        {"at": "day 29", "scales": ["CADSS"]},
    ]
    given = entry(measure="CADSS", metric="response_percent", value=5.0)
    asked = protocol(given, visits=visits)
    score = np.ones((2, 4, 2, 2))
    made = trials(score[..., 0])._replace(score=score, baseline=score[:, :, 0])
    with pytest.raises(NoRuleError, match="no rule response_percent is known"):
        in_trials(asked, made, asked.published[0])
