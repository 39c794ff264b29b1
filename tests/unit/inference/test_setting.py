"""The covariance of sampling over replicates."""

import numpy as np
import pytest

from kapsim.inference.targets.endpoints import figures
from kapsim.inference.targets.setting import COUNTED, Sampled, covariance, problem
from kapsim.trial.loading import load_protocol


def test_covariance_of_complete_replicates() -> None:
    each = np.random.default_rng(1).normal(size=(3, 400))
    each[2] = each[0] - each[1]
    found = covariance(each)
    np.testing.assert_allclose(found, np.cov(each), atol=0.01)
    assert np.linalg.eigvalsh(found).min() > 0


def test_an_endpoint_that_few_replicates_tell_stands_alone() -> None:
    each = np.random.default_rng(1).normal(size=(2, 400))
    each[1, 10:] = np.nan
    found = covariance(each)
    assert found[0, 1] == 0.0
    assert found[1, 1] == pytest.approx(9.0, rel=0.01)


def test_missing_replicates_do_not_spoil_the_others() -> None:
    each = np.random.default_rng(1).normal(size=(2, 4000))
    each[1] += 2 * each[0]
    whole = covariance(each)
    each[1, ::3] = np.nan
    np.testing.assert_allclose(covariance(each), whole, rtol=0.1)


def test_studies_average_out_over_the_trials_that_were_pooled() -> None:
    pooled, single = (load_protocol(one) for one in ("han-2016", "domany-2019"))
    numbers = [len(figures(one)) for one in (pooled, single)]
    slopes = [[2.0] * k for k in numbers], [[[3.0] * k] for k in numbers]
    sampled = [Sampled(np.eye(k), [30] * k) for k in numbers]
    found = problem((pooled, single), slopes, sampled)
    of = {name: found.level[found.of_study(name)].max() for name in found.studies}
    assert of["han_2016"] == pytest.approx(2.0 / 3.0)
    assert of["domany_2019"] == 2.0
    assert found.arm[:-1].max(axis=1) == pytest.approx(3.0)
    counted = np.array([one.kind in COUNTED for one in found.targets])
    assert (found.share[~counted] == 0).all()
    single = counted & found.of_study("domany_2019")
    assert (found.share[single].max(axis=1) == 1.0).all()
    pooled = counted & found.of_study("han_2016")
    assert found.share[pooled].max(axis=1) == pytest.approx(1.0 / 3.0)
    assert single.any()
    assert pooled.any()
