"""Effects of a trial, and what is left of them where the blind failed.

A **stratum** is an arm with a guess: active guessed active, and so on. The arms differ
in their guesses as soon as a drug is felt, and so in what belief does to the score.

- Adjusted by guess: within those who guess alike the arms are compared, and the two
  comparisons count alike.
- Curve of the correct-guess rate: the trial as it would have been had a share c guessed
  right. The right guessers stay in their observed ratio, and so do the wrong ones; the
  effect is read at c = 0.5. That is not the same: at c = 0.5 the arms may still differ
  in what they guess.

Source: Szigeti and others (2023). Smoothing the strata before drawing from them, as
there, moves no mean and is left out.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool, Float

from kapsim.units import KapsimError


class BlindingError(KapsimError, ValueError):
    """Guesses from which nothing can be said."""


def correct_guess_rate(
    active: Bool[np.ndarray, "n"], guess: Bool[np.ndarray, "n"]
) -> float:
    """Share of patients who guess their arm [1]."""
    return float(np.mean(active == guess))


def unadjusted(score: Float[np.ndarray, "n"], active: Bool[np.ndarray, "n"]) -> float:
    """Active less placebo [points]."""
    return float(score[active].mean() - score[~active].mean())


def adjusted_by_guess(
    score: Float[np.ndarray, "n"],
    active: Bool[np.ndarray, "n"],
    guess: Bool[np.ndarray, "n"],
) -> float:
    """Active less placebo [points] among those who guess alike, both guesses equal.

    Raises
    ------
    BlindingError
        If nobody of an arm made one of the guesses.
    """
    strata = _strata(score, active, guess)
    within = [strata[True, said][0] - strata[False, said][0] for said in (True, False)]
    return float(np.mean(within))


def guess_rate_curve(
    score: Float[np.ndarray, "n"],
    active: Bool[np.ndarray, "n"],
    guess: Bool[np.ndarray, "n"],
    rates: Iterable[float],
) -> Float[np.ndarray, "rates"]:
    """Active less placebo [points] had these shares guessed right, each in [0, 1].

    Raises
    ------
    BlindingError
        If nobody of an arm made one of the guesses, or a rate is no share.
    """
    strata = _strata(score, active, guess)
    return np.array([_at(rate, strata) for rate in rates])


def _strata(
    score: Float[np.ndarray, "n"],
    active: Bool[np.ndarray, "n"],
    guess: Bool[np.ndarray, "n"],
) -> dict[tuple[bool, bool], tuple[float, int]]:
    """Mean score [points] and number of patients, by arm and guess."""
    found = {}
    for arm in (True, False):
        for said in (True, False):
            own = score[(active == arm) & (guess == said)]
            if not own.size:
                raise BlindingError(
                    f"nobody in the {'active' if arm else 'placebo'} arm guessed "
                    f"{'active' if said else 'placebo'}: an adjustment for guesses "
                    "needs all four strata. Take more patients."
                )
            found[arm, said] = float(own.mean()), own.size
    return found


def _at(rate: float, strata: dict[tuple[bool, bool], tuple[float, int]]) -> float:
    """Effect [points] at one rate of correct guesses."""
    if not 0 <= rate <= 1:
        raise BlindingError(f"a correct-guess rate lies in [0, 1]; got {rate}.")
    right = sum(size for (arm, said), (_, size) in strata.items() if arm == said)
    wrong = sum(size for (arm, said), (_, size) in strata.items() if arm != said)

    def mean(arm: bool) -> float:
        parts = []
        for said in (True, False):
            value, size = strata[arm, said]
            kept = rate * size / right if arm == said else (1 - rate) * size / wrong
            parts.append((value, kept))
        return sum(v * w for v, w in parts) / sum(w for _, w in parts)

    return mean(True) - mean(False)
