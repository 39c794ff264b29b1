"""Bang's and James's indices: limits and cases by hand, then published counts."""

import numpy as np
import pytest

from kapsim.trial.analysis.blinding import BlindingError
from kapsim.trial.analysis.blinding_index import (
    Guess,
    bang_index,
    failed_blind,
    guess_counts,
    james_index,
    probability,
)

# arms control and active; guesses control, active, do not know
KNOWN = [[50, 0, 0], [0, 50, 0]]
OPPOSITE = [[0, 50, 0], [50, 0, 0]]
RANDOM = [[25, 25, 0], [25, 25, 0]]
NOBODY = [[0, 0, 50], [0, 0, 50]]
HALF_RANDOM = [[25, 25, 50], [25, 25, 50]]
LIMITS = np.array([KNOWN, OPPOSITE, RANDOM, NOBODY, HALF_RANDOM])

# Bang and others (2004), table 7, counts as in the manual of the R package BI 1.2.0
CRISP = np.array([[[29, 27, 83], [25, 82, 170]]])


def same(one, other):
    """Rounding of a few sums."""
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


def test_the_limits_of_bangs_index():
    found = bang_index(LIMITS)
    same(found.value, [[1, 1], [-1, -1], [0, 0], [0, 0], [0, 0]])
    # variance of one answer of +1, -1 or 0: 0, 0, 1, 0 and one half
    same(found.se[:, 0] ** 2, [0, 0, 1 / 50, 0, 0.5 / 100])
    same(found.high - found.low, 2 * 1.959963984540054 * found.se)


def test_the_limits_of_jamess_index():
    found = james_index(LIMITS)
    same(found.value, [0, 1, 0.5, 1, 0.75])
    # at random with even margins it varies as the share of wrong guesses: 1 / 4n
    same(found.se[[0, 2, 3]], [0, 0.5 / np.sqrt(100), 0])


def test_bangs_index_by_hand():
    found = bang_index(np.array([[[6, 3, 1], [2, 7, 1]]]))
    same(found.value, [[0.3, 0.5]])
    same(found.se**2, [[(0.9 - 0.09) / 10, (0.9 - 0.25) / 10]])


def test_published_counts():
    # the formulas of the R package BI 1.2.0, evaluated apart from this code
    found = james_index(CRISP)
    same(found.value, [0.7479275374516074])
    same(found.se, [0.021737398130047166])
    same(bang_index(CRISP).value, [[2 / 139, 57 / 277]])


def test_the_error_of_jamess_index_is_that_of_its_slope():
    counts = np.array([[18, 9, 13], [7, 29, 5]])
    share, step = counts / counts.sum(), 1e-6
    slope = np.zeros(share.shape)
    for cell in np.ndindex(*share.shape):
        ends = []
        for sign in (1, -1):
            moved = share.copy()
            moved[cell] += sign * step
            ends.append(plain_james(moved))
        slope[cell] = (ends[0] - ends[1]) / (2 * step)
    variance = (share * slope**2).sum() - (share * slope).sum() ** 2
    found = james_index(counts[None])
    # central differences of a step of 1e-6
    np.testing.assert_allclose(
        found.se, np.sqrt(variance / counts.sum()), rtol=1e-8, atol=0
    )
    same(found.value, plain_james(share))


def plain_james(share):
    """James's index in its own words: a kappa of those who guess."""
    unknown = share[:, 2].sum()
    own = share[:, :2] / (1 - unknown)
    observed = (own[0, 1] + own[1, 0]) / 2
    arm, said = own.sum(axis=1), own.sum(axis=0)
    expected = (arm[0] * said[1] + arm[1] * said[0]) / 2
    return (1 + unknown + (1 - unknown) * (observed - expected) / expected) / 2


@pytest.mark.stochastic
def test_intervals_cover():
    cells = np.array([0.2, 0.15, 0.15, 0.1, 0.3, 0.1])
    drawn = np.random.default_rng(8).multinomial(200, cells, size=4000)
    counts = drawn.reshape(-1, 2, 3)
    truth = plain_james(cells.reshape(2, 3))
    james, bang = james_index(counts), bang_index(counts)
    covered = (james.low <= truth) & (truth <= james.high)
    # 95 % of 4,000: two per cent are more than five standard errors
    assert abs(covered.mean() - 0.95) < 0.02
    covered = (bang.low <= [0.1, 0.4]) & ([0.1, 0.4] <= bang.high)
    assert (np.abs(covered.mean(axis=0) - 0.95) < 0.02).all()


def test_what_is_not_defined_is_not_a_number():
    one_arm = np.array([[[0, 0, 0], [0, 40, 10]]])
    assert np.isnan(james_index(one_arm).value).all()
    found = bang_index(one_arm)
    assert np.isnan(found.value[0, 0])
    same(found.value[0, 1], 0.8)
    assert np.isnan(james_index(np.zeros((1, 2, 3), dtype=int)).value).all()


def test_counts_of_guesses():
    active = np.array([[True, True, True, False, False], [False] * 5])
    said = Guess
    guess = np.array(
        [
            [said.ACTIVE, said.UNKNOWN, said.NOT_ASKED, said.CONTROL, said.ACTIVE],
            [said.CONTROL, said.CONTROL, said.UNKNOWN, said.ACTIVE, said.NOT_ASKED],
        ]
    )
    expected = [[[1, 1, 0], [0, 1, 1]], [[2, 1, 1], [0, 0, 0]]]
    np.testing.assert_array_equal(guess_counts(active, guess), expected)
    with pytest.raises(BlindingError, match=r"one of \[0, 1, 2, 3\]"):
        guess_counts(active, guess - 1)


def test_a_blind_fails_one_way_only():
    found = failed_blind(LIMITS)
    assert found.bang.tolist() == [True, False, False, False, False]
    assert found.rate.tolist() == [True, False, False, False, False]


def test_the_rate_is_tested_exactly():
    # of 20, P(15 or more) = 0.0207 and P(14 or more) = 0.0577
    counts = np.array([[[8, 2, 0], [3, 7, 0]], [[7, 3, 0], [3, 7, 0]]])
    assert failed_blind(counts).rate.tolist() == [True, False]
    assert failed_blind(counts, level=0.95).rate[0]
    assert not failed_blind(counts, level=0.96).rate[0]


def test_a_probability_has_an_interval():
    found = probability(np.arange(100) < 20)
    assert found.value == 0.2
    assert 0.12 < found.low < 0.2 < found.high < 0.3
