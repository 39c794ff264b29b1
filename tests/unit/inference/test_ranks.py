"""Uniformity of ranks: exact p values, faults seen, refusals."""

import numpy as np
import pytest

from kapsim.inference.checks.ranks import ranked, uniformity

DRAWS, SETS = 15, 60


def ranks(columns):
    return np.random.default_rng(2).integers(0, DRAWS + 1, (SETS, columns))


def test_one_rank_of_two_has_a_p_value_of_one():
    # with one draw and one rank, both outcomes are equally likely
    assert uniformity(np.array([[0, 1]]), 1) == pytest.approx([1.0, 1.0])


def test_chance_of_equal_ranks_by_hand():
    # ten ranks of two values: all alike is the rarest outcome, 2 / 2^10
    got = uniformity(np.zeros((10, 1), int), 1)
    np.testing.assert_allclose(got, 2.0 / 2**10, rtol=1e-12, atol=0)


@pytest.mark.stochastic
def test_p_values_are_exact():
    # 4,000 sets of uniform ranks; four standard errors, once in 16,000 seeds
    found = uniformity(ranks(4_000), DRAWS)
    for level in (0.05, 0.5):
        reached = found[found <= level].max()  # p values take few values
        error = 4.0 * np.sqrt(reached / 4_000)
        assert (found <= level).mean() == pytest.approx(reached, abs=error)


@pytest.mark.stochastic
def test_narrow_and_shifted_draws_are_seen():
    source = np.random.default_rng(4)
    truths = source.standard_normal((200, 1))
    draws = source.standard_normal((200, 63, 1))
    right = ranked(("x",), truths, draws)
    assert right.worst[0] == "x"
    assert right.worst[1] > 0.01
    assert ranked(("x",), truths, 0.7 * draws).p[0] < 0.001
    assert ranked(("x",), truths, draws + 0.4).p[0] < 0.001


def test_order_of_sets_does_not_matter():
    found = ranks(3)
    np.testing.assert_array_equal(
        uniformity(found, DRAWS), uniformity(found[::-1], DRAWS)
    )


def test_worst_counts_the_quantities():
    truths = np.zeros((20, 2))
    draws = np.stack([np.ones((20, 7)), -np.ones((20, 7))], axis=2)
    found = ranked(("low", "high"), truths, draws)
    assert found.ranks.tolist() == [[0, 7]] * 20
    assert found.worst[1] == pytest.approx(2 * found.p.min())


@pytest.mark.parametrize("rank", [-1, 4])
def test_ranks_out_of_range_are_refused(rank):
    with pytest.raises(ValueError, match="0 to 3"):
        uniformity(np.array([[rank]]), 3)
