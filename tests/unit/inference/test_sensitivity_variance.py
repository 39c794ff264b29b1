"""Variance attribution against closed forms."""

import numpy as np
import pytest

from kapsim.inference.sensitivity import classes, screening
from kapsim.inference.sensitivity.shapley import shapley_effects

NORMAL = np.array([3.0, 3.0])


def test_two_correlated_normals_share_as_owen_and_prieur_have_it():
    b, rho = np.array([2.0, -0.5]), 0.6
    joint = np.array([[1.0, rho], [rho, 1.0]])
    found = shapley_effects(b, np.zeros((2, 2)), joint, NORMAL, orders=4)
    common = b[0] * b[1] * rho + 0.5 * rho**2 * (b[1] ** 2 - b[0] ** 2)
    known = [
        b[0] ** 2 + common,
        b[1] ** 2 + b[0] * b[1] * rho - (common - b[0] * b[1] * rho),
    ]
    np.testing.assert_allclose(found, known, rtol=1e-6)
    assert found.sum() == pytest.approx(b @ joint @ b)


def test_an_input_that_acts_only_through_another_has_half_of_what_they_share():
    rho = 0.9
    joint = np.array([[1.0, rho], [rho, 1.0]])
    found = shapley_effects(np.array([1.0, 0.0]), np.zeros((2, 2)), joint, NORMAL)
    np.testing.assert_allclose(found, [1 - rho**2 / 2, rho**2 / 2], rtol=1e-6)


def test_independent_quadratic_shares_are_those_of_sobol():
    q = np.array([[0.3, 0.4], [0.4, 0.0]])
    fourth = np.array([1.8, 3.0])
    found = shapley_effects(np.array([1.0, 0.5]), q, np.eye(2), fourth)
    crossed = (2 * 0.4) ** 2
    known = [1.0 + 0.8 * 0.09 + crossed / 2, 0.25 + crossed / 2]
    np.testing.assert_allclose(found, known, rtol=1e-6)


@pytest.mark.stochastic
def test_what_a_set_explains_is_that_of_nested_sampling():
    source = np.random.default_rng(3)
    root = source.normal(size=(3, 3))
    joint = root @ root.T
    joint /= np.sqrt(np.outer(np.diag(joint), np.diag(joint)))
    b, q = source.normal(size=3), source.normal(size=(3, 3))
    q = (q + q.T) / 2
    # Var(E[y | x0]): y is quadratic in x0 with slope and bend from regression on x0
    along = joint[:, 0]
    known = (b @ along) ** 2 + 2 * (along @ q @ along) ** 2
    x = source.multivariate_normal(np.zeros(3), joint, 400_000)
    y = x @ b + np.einsum("np,pq,nq->n", x, q, x)
    edges = np.quantile(x[:, 0], np.linspace(0, 1, 201))
    bins = np.clip(np.digitize(x[:, 0], edges) - 1, 0, 199)
    means = np.array([y[bins == k].mean() for k in range(200)])
    assert means.var() == pytest.approx(known, rel=0.05)
    effects = shapley_effects(b, q, joint, np.full(3, 3.0), orders=200)
    assert effects.sum() == pytest.approx(y.var(), rel=0.02)
    assert effects.min() >= 0


def test_a_correlation_left_out_is_seen():
    rho = 0.8
    joint = np.array([[1.0, rho], [rho, 1.0]])
    b, flat = np.array([1.0, 0.2]), np.zeros((2, 2))
    right = shapley_effects(b, flat, joint, NORMAL)
    wrong = shapley_effects(b, flat, np.eye(2), NORMAL)
    assert abs(right[1] - wrong[1]) > 0.3


def test_only_normal_inputs_may_be_correlated():
    joint = np.array([[1.0, 0.1], [0.1, 1.0]])
    with pytest.raises(ValueError, match="only normal"):
        shapley_effects(np.ones(2), np.zeros((2, 2)), joint, np.array([1.8, 3.0]))


def ishigami(cube: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * cube - 1)
    return (
        np.sin(x[:, 0])
        + 7 * np.sin(x[:, 1]) ** 2
        + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    )


@pytest.mark.stochastic
def test_indices_of_ishigami():
    groups = ["first", "second", "third"]
    cube = classes.design(groups, 2048, seed=1)
    assert len(cube) == 2048 * 5
    found = classes.class_shares(groups, ishigami(cube), seed=1)
    np.testing.assert_allclose(found.alone, [0.3139, 0.4424, 0.0], atol=0.03, rtol=0)
    np.testing.assert_allclose(found.total, [0.5576, 0.4424, 0.2437], atol=0.03, rtol=0)
    np.testing.assert_allclose(
        found.shapley, [0.4357, 0.4424, 0.1218], atol=0.03, rtol=0
    )
    assert found.shapley.sum() == pytest.approx(1.0)


@pytest.mark.stochastic
def test_classes_of_several_factors_and_of_one_or_two_classes():
    groups = ["a", "b", "b"]
    cube = classes.design(groups, 1024, seed=1)
    found = classes.class_shares(groups, cube @ [1.0, 1.0, 1.0], seed=1)
    np.testing.assert_allclose(found.shapley, [1 / 3, 2 / 3], atol=0.02, rtol=0)
    alone = classes.design(["a", "a"], 64, seed=1)
    one = classes.class_shares(["a", "a"], alone.sum(axis=1), seed=1)
    np.testing.assert_allclose(one.shapley, [1.0], rtol=1e-12)


def test_at_most_three_classes():
    with pytest.raises(ValueError, match="at most 3"):
        classes.class_shares(list("abcd"), np.zeros(24), seed=1)


def test_elementary_effects_of_a_straight_function_are_its_slopes():
    slopes = np.array([3.0, 0.0, -1.0, 0.5])
    cube = screening.design(4, 6, seed=2)
    outputs = np.stack([cube @ slopes, 2 * cube @ slopes], axis=1)
    found = screening.screen(cube, outputs)
    step = 0.9 * 2 / 3
    np.testing.assert_allclose(
        found.mean_size[0], step * np.abs(slopes), atol=1e-9, rtol=0
    )
    np.testing.assert_allclose(found.spread, 0.0, atol=1e-9, rtol=0)
    assert found.retained(np.ones(2), 2).tolist() == [0, 2]
    assert found.relative(np.zeros(2)).tolist() == [0.0] * 4


def test_elementary_effects_see_a_factor_that_acts_through_another_alone():
    cube = screening.design(3, 40, seed=2)
    middle = cube - 0.5
    found = screening.screen(cube, (middle[:, 0] * middle[:, 1])[:, None])
    assert found.mean_size[0, 0] > 0.05
    assert found.spread[0, 0] > 0.05
    assert found.mean_size[0, 2] == 0
