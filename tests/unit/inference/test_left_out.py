"""Studies foretold from the others, against the closed form of a Gaussian model."""

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from kapsim.inference.left_out.forecast import leave_each_out
from kapsim.inference.left_out.table import beside, natural, sums, table
from kapsim.inference.posterior.predictive import predictive
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.targets import endpoints
from kapsim.trial.external.studies import may_be_learnt_from
from tests.unit.inference import linear

DRAWS = 2000
pytestmark = pytest.mark.stochastic


@pytest.fixture(scope="module")
def made():
    found = linear.problem()
    targets = [
        target._replace(observed=float(value))
        for target, value in zip(found.targets, found.observed, strict=True)
    ]
    return found._replace(targets=tuple(targets))


@pytest.fixture(scope="module")
def emulator(made):
    return linear.emulator(made)


@pytest.fixture(scope="module")
def found(made, emulator):
    return left_out(made, emulator, linear.exact)


def left_out(made, emulator, sampler):
    whole = linear.exact(made, emulator, draws=DRAWS, seed=2)
    return leave_each_out(made, emulator, whole, draws=DRAWS, sampler=sampler)


def closed(made, emulator, study):
    """Mean and covariance of a study's endpoints given the others."""
    own = made.of_study(study)
    mean, spread = linear.normal(made, emulator, ~own)
    slopes = np.asarray(emulator.linear)[own]
    block = linear.covariance(made)[np.ix_(own, own)]
    return slopes @ mean, slopes @ spread @ slopes.T + block, own


def errors(made, emulator, found):
    """Log score of each study less that of the closed form."""
    apart = []
    for one in found.studies:
        mean, covariance, own = closed(made, emulator, one.study)
        density = multivariate_normal.logpdf(
            made.observed[own],
            mean,
            covariance,  # pyright: ignore[reportArgumentType]
        )
        apart.append(one.log_score - float(density))
    return np.array(apart)


def test_the_log_score_of_a_study_is_its_density_given_the_others(
    made, emulator, found
):
    away = errors(made, emulator, found)
    assert np.abs(away).max() < 0.05
    own = np.array([one.log_score_se for one in found.studies])
    assert np.abs(away / own).max() < 4.0
    assert found.log_score_se == pytest.approx(np.sqrt((own**2).sum()))


def test_a_posterior_that_has_seen_the_study_is_noticed(made, emulator):
    def peeking(problem, own, *, keep=None, **rest):
        return linear.exact(problem, own, **rest)

    seen = left_out(made, emulator, peeking)
    assert np.abs(errors(made, emulator, seen)).max() > 0.3


def test_endpoints_have_the_moments_and_the_interval_of_the_closed_form(
    made, emulator, found
):
    for one in found.studies:
        mean, covariance, own = closed(made, emulator, one.study)
        sd = np.sqrt(np.diag(covariance))
        assert found.forecast.mean[own] == pytest.approx(mean, abs=0.05)
        assert found.forecast.sd[own] == pytest.approx(sd, rel=0.03)
        reach = 1.96 * sd
        assert found.forecast.low[own] == pytest.approx(mean - reach, abs=0.15)
        assert found.forecast.high[own] == pytest.approx(mean + reach, abs=0.15)


def test_contrasts_are_scored_by_themselves(made, emulator, found):
    one = found.studies[0]
    mean, covariance, own = closed(made, emulator, one.study)
    sd = math.sqrt(covariance[3, 3])
    expected = norm.logpdf(made.observed[own][3], mean[3], sd)
    assert one.contrasts == 1
    assert one.contrast_score == pytest.approx(expected, abs=0.05)


def test_the_interval_of_one_draw_is_normal(made, emulator):
    extra = np.ones(6)
    posterior = Posterior(np.zeros((1, 3)), np.ones((1, 3)), extra, extra, 0)
    got = predictive(made, emulator, posterior)
    reach = norm.ppf(0.975) * got.sd
    assert got.high - got.mean == pytest.approx(reach, rel=1e-9)
    assert got.low - got.mean == pytest.approx(-reach, rel=1e-9)


def test_the_table_adds_up(made, found):
    rows = table(made, found, {})
    total = sums(rows, found)
    assert total["log_score"] == pytest.approx(
        sum(one.log_score for one in found.studies)
    )
    assert total["inside"] == rows["inside"].sum()
    assert total["common"] == 0
    assert total["width_ratio"] is None
    kinds = {one["kind"]: one for one in total["kinds"]}
    changes = rows[~rows["contrast"]]
    assert kinds["change mean, MADRS"]["mae"] == pytest.approx(
        changes["error"].abs().mean()
    )


def test_the_width_of_a_ratio_is_that_of_its_logarithm(made, found):
    rows = table(made, found, {})
    ratio = {"unit": "ratio", "low": 0.5, "high": 2.0}
    plain = {"naive_low": 0.25, "naive_high": 4.0, "naive_log_score": -1.0}
    for name, value in (ratio | plain).items():
        rows.loc[rows.index[0], name] = value
    total = sums(rows, found)
    assert total["common"] == 1
    assert total["width_ratio"] == pytest.approx(0.5)  # of logarithms


@pytest.mark.parametrize(
    ("metric", "unit", "value", "expected"),
    [
        ("response_percent", "percent points", 0.0, 50.0),
        ("response_odds_ratio", "ratio", math.log(2.0), 2.0),
        ("median_days_to_relapse", "days", math.log(18.0), 18.0),
        ("change_mean", "points", -12.0, -12.0),
        ("learning_rate", "ratio", 0.0, 1.0),
    ],
)
def test_values_go_back_to_their_unit(made, metric, unit, value, expected):
    target = made.targets[0]._replace(kind=metric, metric=metric, unit=unit)
    assert natural(target, value) == pytest.approx(expected)


def test_a_naive_forecast_learns_nothing_from_its_own_study(made):
    targets = [
        target
        for protocol in may_be_learnt_from()
        for target in endpoints.targets(
            protocol, [30] * len(endpoints.figures(protocol))
        )
    ]
    together = [one._replace(study="one") for one in targets]
    assert not beside(made._replace(targets=tuple(together)))
    assert beside(made._replace(targets=tuple(targets[:4])))
