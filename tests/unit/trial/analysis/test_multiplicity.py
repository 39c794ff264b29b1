"""Adjusted p values beside R's, published graphs, and the closed test itself."""

import itertools

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from kapsim.trial.analysis.multiplicity import (
    MultiplicityError,
    bonferroni,
    fixed_sequence,
    graphical,
    hochberg,
    holm,
)

P = np.array(
    [
        [0.01, 0.02, 0.04, 0.04, 0.7],
        [0.3, 0.001, 0.049, 0.011, 0.024],
        [0.9, 0.95, 0.99, 0.5, 0.6],
        [0.0, 1.0, 0.0125, 0.0125, 0.05],
    ]
)
# R 4.2.2: t(apply(P, 1, p.adjust, method))
R_HOLM = [
    [0.05, 0.08, 0.12, 0.12, 0.7],
    [0.3, 0.005, 0.098, 0.044, 0.072],
    [1.0, 1.0, 1.0, 1.0, 1.0],
    [0.0, 1.0, 0.05, 0.05, 0.1],
]
R_HOCHBERG = [
    [0.05, 0.08, 0.08, 0.08, 0.7],
    [0.3, 0.005, 0.098, 0.044, 0.072],
    [0.99, 0.99, 0.99, 0.99, 0.99],
    [0.0, 1.0, 0.0375, 0.0375, 0.1],
]

PARALLEL = np.array([0.5, 0.5, 0.0, 0.0])
GATES = np.array(
    [
        [0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
        [0.0, 1.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 0.0],
    ]
)


def same(one, other):
    """Sums and products of a few p values: rounding only."""
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


def closed(p, weights, transitions):
    """Adjusted p values from every intersection, weights as of an absorbing chain."""
    number, adjusted = len(p), np.zeros(len(p))
    for size in range(1, number + 1):
        for kept in itertools.combinations(range(number), size):
            gone = [j for j in range(number) if j not in kept]
            inside = np.eye(len(gone)) - transitions[np.ix_(gone, gone)]
            handed = weights[gone] @ np.linalg.pinv(inside)
            w = weights[list(kept)] + handed @ transitions[np.ix_(gone, kept)]
            with np.errstate(divide="ignore", invalid="ignore"):
                least = np.nanmin(np.where(w > 1e-12, p[list(kept)] / w, np.inf))
            for i in kept:
                adjusted[i] = max(adjusted[i], min(least, 1.0))
    return adjusted


def test_bonferroni_holm_and_hochberg_are_those_of_r():
    same(bonferroni(P), np.minimum(1, 5 * P))
    same(holm(P), R_HOLM)
    same(hochberg(P), R_HOCHBERG)


def test_a_sequence_stops_at_the_first_that_fails():
    same(fixed_sequence(P)[1], [0.3] * 5)
    same(fixed_sequence(P, [1, 3, 4, 2, 0])[1], [0.3, 0.001, 0.049, 0.011, 0.024])
    same(fixed_sequence(P, [2, 0, 1, 3, 4])[0], [0.04, 0.04, 0.04, 0.04, 0.7])


def test_the_graph_of_two_families():
    # R package graphicalMCP 0.2: every p value 0.01 gives 0.02 four times
    same(graphical(np.full((1, 4), 0.01), PARALLEL, GATES), [[0.02] * 4])
    # by hand at 0.025: H1 goes and hands 1/2 to H3; then H3 goes, its 1/2 to H2
    p = np.array([[0.01, 0.02, 0.012, 0.03]])
    same(graphical(p, PARALLEL, GATES), [[0.02, 0.024, 0.024, 0.03]])


def test_a_secondary_waits_for_its_primary():
    p = np.array([[0.2, 0.3, 0.0, 0.0]])
    same(graphical(p, PARALLEL, GATES), [[0.4, 0.4, 0.4, 0.4]])


def test_the_decisions_of_a_published_graph():
    # graphicalMCP 0.2, test of rounding: H1, H2 and H4 rejected at 0.025
    weights = np.array([0.5, 0.5, 0, 0, 0, 0])
    transitions = np.array(
        [
            [0, 0.5, 0.25, 0, 0.25, 0],
            [0.5, 0, 0, 0.25, 0, 0.25],
            [0, 0, 0, 0, 1, 0],
            [0.0001, 0, 0, 0, 0, 0.9999],
            [0, 0.0001, 0.9999, 0, 0, 0],
            [0, 0, 0, 1, 0, 0],
        ]
    )
    p = np.array([[0.001, 0.01875, 0.013, 0.0002, 0.03, 0.04]])
    adjusted = graphical(p, weights, transitions)
    rejected = adjusted <= 0.025 * (1 + 1e-12)
    assert rejected.tolist() == [[True, True, False, True, False, False]]


@given(arrays(float, (3, 4), elements=st.floats(0.0, 1.0)), st.integers(0, 10**6))
def test_graphs_are_the_closed_test(p, seed):
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(5))[:4]
    transitions = rng.uniform(size=(4, 4)) * (1 - np.eye(4))
    transitions *= 0.95 / transitions.sum(axis=1, keepdims=True)
    expected = [closed(row, weights, transitions) for row in p]
    np.testing.assert_allclose(
        graphical(p, weights, transitions), expected, rtol=1e-9, atol=1e-14
    )


def test_sequences_and_fallback_are_graphs():
    chain = np.eye(5, k=1)
    first = np.array([1.0, 0, 0, 0, 0])
    same(graphical(P, first, chain), fixed_sequence(P))


def test_rows_do_not_know_of_each_other():
    for method in (bonferroni, holm, hochberg, fixed_sequence):
        same(method(P[2:3]), method(P)[2:3])


def test_a_failed_analysis_rejects_nothing():
    p = np.array([[0.01, np.nan, 0.03]])
    assert np.isfinite(holm(p)).all()
    same(holm(p), holm(np.array([[0.01, 1.0, 0.03]])))
    same(fixed_sequence(p), [[0.01, 1.0, 1.0]])


@pytest.mark.stochastic
def test_the_error_of_the_family_is_kept():
    # 20,000 replicates: half a per cent is more than three standard errors
    p = np.random.default_rng(3).uniform(size=(20_000, 4))
    for adjusted in (holm(p), hochberg(p), graphical(p, PARALLEL, GATES)):
        assert (adjusted.min(axis=1) <= 0.05).mean() < 0.055


@pytest.mark.parametrize(
    ("weights", "transitions", "words"),
    [
        ([0.6, 0.6], np.zeros((2, 2)), "weights must lie above or at 0"),
        ([0.5, 0.5], np.array([[0.0, 1.1], [0.0, 0.0]]), "each row add up to"),
        ([0.5, 0.5], np.array([[0.5, 0.5], [0.0, 0.0]]), "no weight to itself"),
    ],
)
def test_what_is_no_graph_is_refused(weights, transitions, words):
    with pytest.raises(MultiplicityError, match=words):
        graphical(np.full((1, 2), 0.1), np.array(weights), transitions)


def test_bad_orders_and_p_values_are_refused():
    with pytest.raises(MultiplicityError, match="names each of the 5 hypotheses"):
        fixed_sequence(P, [0, 1, 2])
    with pytest.raises(MultiplicityError, match=r"lie in \[0, 1\]"):
        holm(P + 1)
