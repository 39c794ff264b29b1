"""The covariance of sampling over replicates."""

import numpy as np
import pytest

from kapsim.inference.targets.setting import covariance


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
