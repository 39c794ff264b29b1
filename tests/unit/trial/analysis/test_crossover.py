"""Crossover by hand."""

import math

import numpy as np
import pytest

from kapsim.trial.analysis.crossover import crossover, mixed_crossover

GROUP = np.arange(12) % 2
LEVEL = np.random.default_rng(1).normal(25, 6, 12)
NOISE = np.random.default_rng(2).normal(0, 1, (12, 2))


def outcomes(carry_over: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Effect -4, period +2, and what the active treatment leaves behind."""
    first = LEVEL - 4 * GROUP + NOISE[:, 0]
    second = LEVEL + 2 - 4 * (1 - GROUP) + carry_over * GROUP + NOISE[:, 1]
    return first, second


def test_by_hand() -> None:
    first = np.array([10.0, 12, 20, 15])
    second = np.array([15.0, 16, 13, 11])
    found = crossover(first, second, np.array([1, 1, 0, 0]))
    # differences -5, -4 and 7, 4: half of -4.5 - 5.5
    assert found.effect.value == pytest.approx(-5)
    assert found.effect.se == pytest.approx(math.sqrt((0.5 + 4.5) / 2) / 2)
    assert found.effect.df == 2
    assert found.period.value == pytest.approx((4.5 - 5.5) / 2)
    assert found.period.se == pytest.approx(found.effect.se)
    assert found.carry_over.value == pytest.approx(26.5 - 29.5)
    assert found.effect.method == "crossover"


def test_the_level_of_a_patient_does_not_matter() -> None:
    first, second = outcomes()
    moved = 100.0 * np.arange(12)
    one, other = (crossover(first + x, second + x, GROUP) for x in (0, moved))
    np.testing.assert_allclose(one.effect[:6], other.effect[:6], rtol=1e-10)
    assert other.carry_over.se > 10 * one.carry_over.se


def test_carry_over_biases_the_effect_by_half() -> None:
    without, with_it = (crossover(*outcomes(x), GROUP) for x in (0.0, 3.0))
    assert with_it.effect.value - without.effect.value == pytest.approx(-1.5)
    assert with_it.carry_over.value - without.carry_over.value == pytest.approx(3)


def test_mixed_model_of_complete_patients_is_the_same() -> None:
    first, second = outcomes()
    mixed = mixed_crossover(first, second, GROUP)
    # the maximum of the likelihood is found to 1e-6 of the variance
    np.testing.assert_allclose(
        mixed[:3], crossover(first, second, GROUP).effect[:3], rtol=1e-6
    )


def test_mixed_model_also_uses_those_who_left() -> None:
    # patients differ little, so that who came once tells much
    rng = np.random.default_rng(3)
    group, level = np.arange(80) % 2, rng.normal(25, 1, 80)
    first = level - 4 * group + rng.normal(0, 3, 80)
    second = level - 4 * (1 - group) + rng.normal(0, 3, 80)
    second[:40] = math.nan
    mixed = mixed_crossover(first, second, group)
    pairs = crossover(first, second, group).effect
    assert pairs.df == 38
    assert mixed.df > 50
    assert mixed.se < 0.95 * pairs.se


def test_what_cannot_be_estimated_says_why() -> None:
    first, second = outcomes()
    for found in (
        crossover(first, second, 0 * GROUP).effect,
        crossover(first, second * math.nan, GROUP).effect,
        mixed_crossover(first, second, 0 * GROUP),
        mixed_crossover(first * math.nan, second * math.nan, GROUP),
    ):
        assert math.isnan(found.value)
        assert "not estimable" in found.method
