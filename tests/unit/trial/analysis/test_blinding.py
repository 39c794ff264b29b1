"""What is left of an effect where the blind failed: exact answers by hand."""

import numpy as np
import pytest

from kapsim.trial.analysis.blinding import (
    BlindingError,
    adjusted_by_guess,
    correct_guess_rate,
    guess_rate_curve,
    unadjusted,
)

ACTIVE = np.array([1, 1, 1, 1, 0, 0, 0, 0]) > 0
GUESS = np.array([1, 1, 1, 0, 1, 0, 0, 0]) > 0
SCORE = np.array([9.0, 10.0, 11.0, 2.0, 8.0, 1.0, 2.0, 3.0])


def test_the_strata_by_hand():
    assert correct_guess_rate(ACTIVE, GUESS) == 6 / 8
    assert unadjusted(SCORE, ACTIVE) == 8.0 - 3.5
    # guessed active: 10 against 8; guessed placebo: 2 against 2
    assert adjusted_by_guess(SCORE, ACTIVE, GUESS) == (2.0 + 0.0) / 2


def test_the_curve_passes_through_the_trial_and_its_ends():
    curve = guess_rate_curve(SCORE, ACTIVE, GUESS, [0.0, 0.5, 0.75, 1.0])
    # all wrong: placebo guess of the active arm against active guess of the other
    # half: the active arm has 3/6 of the right and 1/2 of the wrong, so 6 against 5
    np.testing.assert_allclose(curve, [2 - 8, 6 - 5, 4.5, 10 - 2], rtol=1e-13, atol=0)


def test_hope_alone_is_removed_whatever_the_guesses():
    rng = np.random.default_rng(5)
    active = np.arange(4000) < 2000
    guess = rng.uniform(size=4000) < np.where(active, 0.9, 0.3)
    score = 8.0 * guess
    assert unadjusted(score, active) > 4
    np.testing.assert_allclose(
        adjusted_by_guess(score, active, guess), 0, rtol=0, atol=1e-12
    )


def test_an_empty_stratum_and_an_impossible_rate_are_refused():
    with pytest.raises(BlindingError, match="nobody in the active arm guessed placebo"):
        adjusted_by_guess(SCORE, ACTIVE, np.ones(8) > 0)
    with pytest.raises(BlindingError, match=r"lies in \[0, 1\]; got 1.2"):
        guess_rate_curve(SCORE, ACTIVE, GUESS, [1.2])
