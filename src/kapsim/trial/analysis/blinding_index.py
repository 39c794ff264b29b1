"""Whether the blind held: indices of Bang and of James from what patients guess.

Counts of a trial are a table, arm by guess, both in the order control, active; the
third guess is "do not know".

Bang's index of an arm is the share of right guesses less that of wrong ones: 1 when
all know, 0 at random, -1 when all are wrong. A drug that is taken for the other one
moves both arms, in opposite directions.

James's index is one number of the trial: 1 when nobody knows, 0.5 at random, 0 when all
guess right. With weights w (0 right, 0.5 wrong) over those who guess,

    K = (P_o - P_e) / P_e,   index = (1 + P_dk + (1 - P_dk) K) / 2
    P_o = sum w_ij P_ij / (1 - P_dk),   P_e = sum w_ij P_i. P_.j / (1 - P_dk)^2

and its standard error is that of the delta method for a multinomial table. Intervals
are normal and may reach beyond the range of the index.

**Assumes** that patients guess independently of each other.

Source: Bang, Ni and Davis (2004); James, Bloch, Lee, Kraemer and Fuller (1996).
"""

import enum
import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import betainc, ndtri

from kapsim.trial.analysis.blinding import BlindingError
from kapsim.trial.summaries.intervals import LEVEL, wilson_interval

CHANCE = 0.5
"""Rate of right guesses of two arms at random."""

_JAMES_WEIGHTS = np.array([[0.0, 0.5], [0.5, 0.0]])


class Guess(enum.IntEnum):
    """What a patient said; columns of a table of counts."""

    CONTROL = 0
    ACTIVE = 1
    UNKNOWN = 2
    NOT_ASKED = 3


class BlindingIndex(NamedTuple):
    """An index of blinding.

    Attributes
    ----------
    value
        Index; not a number where it is not defined [1].
    se
        Its standard error [1].
    low, high
        Bounds of its interval [1].
    """

    value: Float[np.ndarray, "*shape"]
    se: Float[np.ndarray, "*shape"]
    low: Float[np.ndarray, "*shape"]
    high: Float[np.ndarray, "*shape"]


class FailedBlind(NamedTuple):
    """Whether the blind of each replicate failed, by two definitions.

    Attributes
    ----------
    bang
        R, the interval of Bang's index of the active arm lies above 0.
    rate
        R, more right guesses than by chance: an exact binomial test of those who
        guessed, one-sided at half of what the level leaves.
    """

    bang: Bool[np.ndarray, "R"]
    rate: Bool[np.ndarray, "R"]


class Share(NamedTuple):
    """Share of replicates, and its interval by Wilson's method."""

    value: float
    low: float
    high: float


def guess_counts(
    active: Bool[np.ndarray, "R P"], guess: Int[np.ndarray, "R P"]
) -> Int[np.ndarray, "R 2 3"]:
    """Patients of each replicate by arm and guess.

    Parameters
    ----------
    active
        Whether a patient is in the active arm.
    guess
        What was said (`Guess`); who was not asked is not counted.

    Raises
    ------
    BlindingError
        If a guess is none of them.
    """
    if not np.isin(guess, list(Guess)).all():
        raise BlindingError(
            f"a guess is one of {[int(said) for said in Guess]} (`Guess`); got others."
        )
    said = (Guess.CONTROL, Guess.ACTIVE, Guess.UNKNOWN)
    cells = [(active == arm) & (guess == one) for arm in (False, True) for one in said]
    counts = np.stack([cell.sum(axis=1) for cell in cells], axis=1)
    return counts.reshape(-1, 2, len(said))


def bang_index(
    counts: Int[np.ndarray, "R 2 3"], *, level: float = LEVEL
) -> BlindingIndex:
    """Bang's index of each arm [R, 2], control first; arms without anybody have none.

        index = (right - wrong) / n
        se^2 = (p_right + p_wrong - (p_right - p_wrong)^2) / n

    Parameters
    ----------
    counts
        From `guess_counts` [1].
    level
        Coverage of the intervals [1].
    """
    number = counts.sum(axis=2)
    right = counts[:, [0, 1], [0, 1]]
    wrong = counts[:, [0, 1], [1, 0]]
    value = _share(right - wrong, number)
    spread = _share(right + wrong, number) - value**2
    return _with_interval(value, np.sqrt(_share(np.maximum(spread, 0), number)), level)


def james_index(
    counts: Int[np.ndarray, "R 2 3"], *, level: float = LEVEL
) -> BlindingIndex:
    """James's index of each replicate [R].

    It is 1 without error where nobody guesses, and not defined where all who guess
    are in one arm and right.

    Parameters
    ----------
    counts
        From `guess_counts` [1].
    level
        Coverage of the intervals [1].
    """
    number = counts.sum(axis=(1, 2))
    share = _share(counts, number[:, None, None])
    guessed = share[:, :, :2]
    some = guessed.sum(axis=(1, 2))
    arm, said = guessed.sum(axis=2), guessed.sum(axis=1)
    observed = (_JAMES_WEIGHTS * guessed).sum(axis=(1, 2))
    expected = np.einsum("ri,ij,rj->r", arm, _JAMES_WEIGHTS, said)
    # index = 1 - some + observed some^2 / (2 expected), of which the slope in each cell
    ratio = _share(some, expected)
    gain = observed * ratio
    margin = (said @ _JAMES_WEIGHTS.T)[:, :, None] + (arm @ _JAMES_WEIGHTS)[:, None, :]
    slope = (
        -1
        + gain[:, None, None]
        + (ratio * some)[:, None, None] * _JAMES_WEIGHTS / 2
        - (gain * ratio)[:, None, None] * margin / 2
    )
    mean = (guessed * slope).sum(axis=(1, 2))
    variance = _share((guessed * slope**2).sum(axis=(1, 2)) - mean**2, number)
    nobody = (some == 0) & (number > 0)
    value = np.where(nobody, 1.0, 1 - some + gain * some / 2)
    se = np.where(nobody, 0.0, np.sqrt(np.maximum(variance, 0)))
    return _with_interval(value, se, level)


def failed_blind(
    counts: Int[np.ndarray, "R 2 3"], *, level: float = LEVEL
) -> FailedBlind:
    """Whether the blind of each replicate failed.

    Guesses opposite to the arm do not count as a failure. The rate of right guesses
    is held against one half, so arms are taken to be of equal size: where all guess
    the larger arm, it is above that though nobody knows.

    Parameters
    ----------
    counts
        From `guess_counts` [1].
    level
        Coverage of Bang's interval [1].
    """
    right = counts[:, 0, 0] + counts[:, 1, 1]
    guesses = counts[:, :, :2].sum(axis=(1, 2))
    # P(at least this many right) of a binomial distribution
    chance = np.where(
        right > 0, betainc(np.maximum(right, 1), guesses - right + 1, CHANCE), 1.0
    )
    bang = bang_index(counts, level=level).low[:, Guess.ACTIVE] > 0
    return FailedBlind(bang, chance <= (1 - level) / 2)


def probability(happened: Bool[np.ndarray, "R"]) -> Share:
    """Share of replicates in which something happened, such as a failed blind."""
    count, number = int(happened.sum()), happened.size
    value = count / number if number else math.nan
    return Share(value, *wilson_interval(count, number))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Quotient, and not a number where there is no whole."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _with_interval(
    value: Float[np.ndarray, "*shape"], se: Float[np.ndarray, "*shape"], level: float
) -> BlindingIndex:
    half = float(ndtri((1 + level) / 2)) * se
    return BlindingIndex(value, se, value - half, value + half)
