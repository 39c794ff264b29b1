"""Allocation: blocks are whole, replicates are their own, bad requests are refused."""

import numpy as np
import pytest

from kapsim.trial.conduct.randomisation import (
    NOT_RANDOMISED,
    RandomisationError,
    allocate,
)

REPLICATES = np.arange(40)
PATIENTS = 96
ALIKE = np.zeros((40, PATIENTS), dtype=int)
STRATA = np.random.default_rng(1).integers(0, 3, ALIKE.shape)


def test_every_block_holds_the_ratio():
    arms = allocate([2, 1], ALIKE, [6], 5, REPLICATES)
    counts = arms.reshape(40, -1, 6).sum(axis=2)
    assert (counts == 2).all()
    # not all blocks alike
    assert len({tuple(block) for block in arms.reshape(-1, 6)}) == 15


def test_blocks_of_drawn_sizes_never_stray_far():
    arms = allocate([1, 1], ALIKE, [2, 4, 6], 5, REPLICATES)
    lead = np.abs(np.cumsum(2 * arms - 1, axis=1))
    assert lead.max() == 3
    ends = (lead == 0).sum(axis=1)
    assert (ends >= PATIENTS // 6).all()
    assert len(np.unique(ends)) > 3


def test_each_stratum_has_blocks_of_its_own():
    arms = allocate([1, 1, 2], STRATA, [4], 5, REPLICATES)
    for replicate in range(40):
        for stratum in range(3):
            own = arms[replicate, STRATA[replicate] == stratum]
            whole = own[: len(own) // 4 * 4].reshape(-1, 4)
            assert (np.sort(whole, axis=1) == [0, 1, 2, 2]).all()


@pytest.mark.parametrize("blocks", [[6], [2, 4]])
def test_a_replicate_is_the_same_in_any_batch(blocks):
    together = allocate([1, 1], STRATA, blocks, 5, REPLICATES)
    chosen = [17, 3]
    apart = allocate([1, 1], STRATA[chosen], blocks, 5, REPLICATES[chosen])
    np.testing.assert_array_equal(apart, together[chosen])
    for row in (0, 39):
        one = slice(row, row + 1)
        alone = allocate([1, 1], STRATA[one], blocks, 5, REPLICATES[one])
        np.testing.assert_array_equal(alone, together[one])


@pytest.mark.parametrize("blocks", [[6], [2, 4]])
def test_more_patients_change_nobody(blocks):
    whole = allocate([1, 1], STRATA, blocks, 5, REPLICATES)
    head = allocate([1, 1], STRATA[:, :31], blocks, 5, REPLICATES)
    np.testing.assert_array_equal(head, whole[:, :31])


@pytest.mark.parametrize("blocks", [[6], [2, 4]])
def test_seeds_and_replicates_differ(blocks):
    one = allocate([1, 1], ALIKE, blocks, 5, REPLICATES)
    assert len({tuple(row) for row in one}) == 40
    other = allocate([1, 1], ALIKE, blocks, 6, REPLICATES)
    assert (one == other).mean() < 0.6


def test_who_is_not_randomised_takes_no_place():
    strata = STRATA.copy()
    strata[:, ::5] = NOT_RANDOMISED
    entered = strata[0] >= 0
    arms = allocate([1, 1], strata, [2, 4], 5, REPLICATES)
    assert (arms[:, ::5] == NOT_RANDOMISED).all()
    only = allocate([1, 1], strata[:, entered], [2, 4], 5, REPLICATES)
    np.testing.assert_array_equal(arms[:, entered], only)


@pytest.mark.stochastic
def test_orders_and_sizes_in_blocks_are_even():
    many = np.zeros((2000, 8), dtype=int)
    arms = allocate([1, 1], many, [4], 5, np.arange(2000)).reshape(-1, 4)
    _, counts = np.unique(arms, axis=0, return_counts=True)
    # six orders, 4,000 blocks: chi squared with 5 degrees, 20.5 passed once in 1,000
    assert ((counts - 4000 / 6) ** 2 / (4000 / 6)).sum() < 20.5
    several = np.zeros((8000, 2), dtype=int)
    mixed = allocate([1, 1], several, [2, 4], 5, np.arange(8000))
    # first two differ always in a block of 2, in two thirds of those of 4: 5/6
    differ = (mixed[:, 0] != mixed[:, 1]).mean()
    assert abs(differ - 5 / 6) < 0.017
    # the order owes nothing to the size: half of the first patients in each arm
    assert abs(mixed[:, 0].mean() - 1 / 2) < 0.0225


def test_lists_of_strata_have_nothing_in_common():
    halves = np.tile([0, 1], (40, PATIENTS // 2))
    arms = allocate([1, 1], halves, [4], 5, REPLICATES)
    assert abs((arms[:, ::2] == arms[:, 1::2]).mean() - 1 / 2) < 0.1


def test_nobody_at_all():
    empty = np.zeros((3, 0), dtype=int)
    assert allocate([1, 1], empty, [2], 5, np.arange(3)).shape == (3, 0)
    none = np.full((3, 4), NOT_RANDOMISED)
    assert (allocate([1, 1], none, [2], 5, np.arange(3)) == NOT_RANDOMISED).all()


@pytest.mark.parametrize(
    ("ratios", "blocks", "words"),
    [
        ([2, 0], [2], "Zero per arm is no allocation"),
        ([2], [2], "two arms or more"),
        ([2, 1], [6, 4], r"multiple of 3, the sum of the ratios \[2, 1\]; got \[4\]"),
        ([1, 1], [0], r"got \[0\]"),
        ([1, 1], [], "no size at all"),
    ],
)
def test_what_cannot_be_is_refused(ratios, blocks, words):
    with pytest.raises(RandomisationError, match=words):
        allocate(ratios, ALIKE, blocks, 5, REPLICATES)


def test_a_negative_stratum_is_refused():
    with pytest.raises(RandomisationError, match="strata count from 0"):
        allocate([1, 1], ALIKE - 2, [2], 5, REPLICATES)
