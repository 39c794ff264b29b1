"""Normal laws in equal parts: one alone, and four at a time.

Of one law the middles of its parts stand for it. Of four that are independent a lattice
stands for all combinations of their parts: each law has every middle once, and the
combinations lie evenly (good lattice points after Korobov, symmetric about zero), so
that far fewer of them are needed than of a full grid.
"""

import functools

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

_POINTS = 4096
_GENERATOR = 1191  # sums of the four have ends that are right within 3 %
_LAWS = 4


@functools.cache
def parts(number: int) -> Float[np.ndarray, " {number}"]:
    """Middles of equal parts of a standard normal law, with a variance of one."""
    middles = ndtri((np.arange(number) + 0.5) / number)
    return middles / middles.std()


@functools.cache
def lattice() -> Float[np.ndarray, "4 points"]:
    """Combinations of four independent standard normal laws, which count alike.

    The k-th point has part ``(2 k + 1) g / 2`` (modulo their number) of each law, with
    the powers of the generator as g.
    """
    odd = 2 * np.arange(_POINTS) + 1
    powers = [pow(_GENERATOR, law, _POINTS) for law in range(_LAWS)]
    place = np.stack([odd * power % (2 * _POINTS) // 2 for power in powers])
    return parts(_POINTS)[place]


def farthest() -> float:
    """How far the outermost parts lie from zero [standard deviations]."""
    return float(parts(_POINTS).max())
