"""Equal parts of normal laws: each alone, and four of them together."""

import numpy as np
from scipy import stats

from kapsim.trial.summaries.equal_parts import farthest, lattice, parts


def test_parts_have_the_moments_of_the_law() -> None:
    found = parts(20)
    assert abs(found.mean()) < 1e-12
    np.testing.assert_allclose(found.std(), 1.0, rtol=1e-12)
    assert np.abs(found + found[::-1]).max() < 1e-12


def test_each_law_of_the_lattice_has_every_part_once() -> None:
    points = lattice()
    once = parts(points.shape[1])
    for law in points:
        np.testing.assert_array_equal(np.sort(law), once)
    assert np.abs(points).max() == farthest()


def test_the_laws_of_the_lattice_are_independent() -> None:
    """Sums with any weights have the ends of their law, within 3.5 %."""
    points = lattice()
    assert np.abs(np.corrcoef(points) - np.eye(len(points))).max() < 0.015
    weights = np.sqrt(np.random.default_rng(2).dirichlet(np.ones(len(points)), 300))
    ends = np.quantile(weights @ points, [0.025, 0.975], axis=1)
    error = ends / stats.norm.ppf([[0.025], [0.975]]) - 1
    assert np.abs(error).max() < 0.035
    assert abs(error.mean()) < 0.01


def test_a_planted_lattice_with_one_law_twice_is_found() -> None:
    points = lattice().copy()
    points[2] = points[1]
    assert np.abs(np.corrcoef(points) - np.eye(len(points))).max() > 0.9
