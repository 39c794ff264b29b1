"""Where a normal process first leaves a corridor of bounds, look by look.

The statistics of the looks are jointly normal: with a share t of the information

    Z(t) = N(drift sqrt(t), 1),   cov(Z(s), Z(t)) = sqrt(s / t),  s <= t

where the drift is the mean of Z at full information. So Z sqrt(t) has independent
increments, and the density of Z among trials that have not stopped is carried from
look to look by a one-dimensional integral. Each integral is a sum over panels no wider
than the narrowest kernel next to it, which leaves rounding only.

Source: Armitage, McPherson and Rowe (1969); Jennison and Turnbull (2000), chapter 19.
"""

import functools
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

_FARTHEST = 9.0  # standard deviations: beyond lies less than 1e-18
_PANEL_NODES = 12


class Going(NamedTuple):
    """Trials that go on after a look.

    Attributes
    ----------
    fraction
        Share of the information at the look [1].
    z
        nodes, values of Z [1].
    mass
        nodes, probability that belongs to each [1].
    """

    fraction: float
    z: Float[np.ndarray, "nodes"]
    mass: Float[np.ndarray, "nodes"]

    def mirrored(self) -> "Going":
        """The same with Z of the other sign."""
        return self._replace(z=-self.z)


def first_crossings(
    fraction: Float[np.ndarray, "looks"],
    low: Float[np.ndarray, "looks"],
    high: Float[np.ndarray, "looks"],
    drift: float,
) -> tuple[Float[np.ndarray, "looks"], Float[np.ndarray, "looks"]]:
    """Probability at each look to be the first below, and the first above a bound.

    Parameters
    ----------
    fraction
        Share of the information at each look, rising [1].
    low, high
        Bounds of Z; either may be infinite [1].
    drift
        Mean of Z at full information [1].
    """
    going, found = None, []
    for k, t in enumerate(fraction):
        below = lower_tail(going, t, low[k : k + 1], drift)[0]
        above = upper_tail(going, t, high[k : k + 1], drift)[0]
        found.append((below, above))
        going = go_on(going, t, low[k], high[k], drift, gap_after(fraction, k))
    down, up = np.array(found).T
    return down, up


def upper_tail(
    before: Going | None, t: float, z: Float[np.ndarray, "n"], drift: float
) -> Float[np.ndarray, "n"]:
    """Probability to have gone on until a look and to be above z there."""
    if before is None:
        return ndtr(drift * np.sqrt(t) - z)
    sd = np.sqrt(t - before.fraction)
    start = before.z * np.sqrt(before.fraction) + drift * sd**2
    return ndtr((start[None, :] - z[:, None] * np.sqrt(t)) / sd) @ before.mass


def lower_tail(
    before: Going | None, t: float, z: Float[np.ndarray, "n"], drift: float
) -> Float[np.ndarray, "n"]:
    """As `upper_tail`, below z."""
    mirrored = None if before is None else before.mirrored()
    return upper_tail(mirrored, t, -z, -drift)


def go_on(
    before: Going | None, t: float, low: float, high: float, drift: float, gap: float
) -> Going:
    """Trials between two bounds at a look; `gap` is the information until the next."""
    narrow = np.sqrt(gap / t)
    if before is not None:
        narrow = min(narrow, np.sqrt((t - before.fraction) / t))
    mean = drift * np.sqrt(t)
    z, weight = _panels(
        max(low, mean - _FARTHEST), min(high, mean + _FARTHEST), min(1.0, narrow)
    )
    if before is None:
        return Going(t, z, weight * _density(z - mean))
    sd = np.sqrt(t - before.fraction)
    start = before.z * np.sqrt(before.fraction) + drift * sd**2
    kernel = _density((z[:, None] * np.sqrt(t) - start[None, :]) / sd)
    return Going(t, z, weight * (np.sqrt(t) / sd) * (kernel @ before.mass))


def gap_after(fraction: Float[np.ndarray, "looks"], look: int) -> float:
    """Increment of information after a look; what is there after the last."""
    ahead = fraction[look + 1 :]
    return float(ahead[0] - fraction[look]) if ahead.size else float(fraction[look])


def _panels(
    low: float, high: float, widest: float
) -> tuple[Float[np.ndarray, "nodes"], Float[np.ndarray, "nodes"]]:
    """Nodes and weights of Gauss and Legendre on panels no wider than a width."""
    if high <= low:
        return np.zeros(1), np.zeros(1)
    edges = np.linspace(low, high, 1 + max(1, int(np.ceil((high - low) / widest))))
    nodes, weights = _rule()
    half = np.diff(edges)[:, None] / 2
    middle = (edges[:-1] + edges[1:])[:, None] / 2
    return (middle + half * nodes).ravel(), (half * weights).ravel()


@functools.cache
def _rule() -> tuple[Float[np.ndarray, "nodes"], Float[np.ndarray, "nodes"]]:
    """Nodes and weights of one panel, from -1 to 1."""
    return np.polynomial.legendre.leggauss(_PANEL_NODES)


def _density(x: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
