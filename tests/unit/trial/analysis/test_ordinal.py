"""Proportional odds beside logistic regression and by hand."""

import math

import numpy as np
import pytest

from kapsim.trial.analysis.logistic import logistic
from kapsim.trial.analysis.ordinal import proportional_odds

ARM = np.arange(60) % 2
X = np.random.default_rng(4).normal(size=(60, 2))
NONE = np.zeros((60, 0))


def test_two_categories_are_a_logistic_regression() -> None:
    happened = (np.arange(60) * 7) % 5 < 2 + ARM
    # both iterate to rounding
    np.testing.assert_allclose(
        proportional_odds(happened, ARM, X)[:6],
        logistic(happened, ARM, X)[:6],
        rtol=1e-8,
    )


def test_only_the_order_of_categories_counts() -> None:
    level = (np.arange(60) * 7) % 4 + ARM
    found = proportional_odds(level, ARM, X)
    assert proportional_odds(np.exp(level), ARM, X) == found
    turned = proportional_odds(-level, ARM, X)
    np.testing.assert_allclose(turned.value, -found.value, rtol=1e-8)
    np.testing.assert_allclose(turned.se, found.se, rtol=1e-8)


@pytest.mark.stochastic
def test_effect_is_found() -> None:
    # log odds ratio 1 with error 0.06; false alarm 1 in 1000
    rng = np.random.default_rng(5)
    arm = np.arange(4000) % 2
    latent = arm + 0.7 * np.arange(4000) / 4000 + rng.logistic(size=4000)
    level = np.searchsorted([-1.0, 0.2, 0.9, 2.5], latent)
    found = proportional_odds(level, arm, np.arange(4000.0)[:, None])
    assert abs(found.value - 1) < 3.3 * found.se
    assert found.se == pytest.approx(0.0567, abs=0.003)


def test_missing_levels_are_left_out() -> None:
    level = np.where(np.arange(60) < 5, math.nan, (np.arange(60) * 7) % 4 + ARM)
    kept = slice(5, None)
    np.testing.assert_allclose(
        proportional_odds(level, ARM, X)[:6],
        proportional_odds(level[kept], ARM[kept], X[kept])[:6],
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    ("level", "arm", "why"),
    [
        (np.full(60, 3), ARM, "all are in one category"),
        (ARM + 1, ARM, "the likelihood has no maximum"),
        (ARM * (1 + np.arange(60) % 3), ARM, "the likelihood has no maximum"),
        (np.arange(60) % 3, ARM * 0, "nobody observed in an arm"),
        (np.full(60, math.nan), ARM, "nobody observed in an arm"),
    ],
)
def test_what_cannot_be_estimated_says_why(level, arm, why) -> None:
    found = proportional_odds(level, arm, NONE)
    assert math.isnan(found.value)
    assert found.method == f"proportional odds: not estimable, {why}"
