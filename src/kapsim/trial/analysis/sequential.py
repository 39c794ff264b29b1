"""Group-sequential designs: their bounds, and what the bounds let through.

Futility is non-binding: the efficacy bounds hold whether or not it is obeyed.

Source: Jennison and Turnbull (2000); Pampallona, Tsiatis and Kim (2001) (spending of
both errors).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import ndtr, ndtri

from kapsim.trial.analysis.crossing import (
    Going,
    first_crossings,
    gap_after,
    go_on,
    upper_tail,
)
from kapsim.trial.analysis.spending import (
    AbstractSpending,
    BoundaryShape,
    SequentialError,
)

_WIDEST_BRACKET = 60.0  # z values among which a bound is looked for
_LEAST = 1e-300  # error below which nothing is spent
_CLOSE = 1e-13  # tolerance of a root
_SLACK = 0.1  # drift by which a bracket begins below its bound
_NEAREST = 0.005  # least increment of information, of that at the later look


class Bounds(NamedTuple):
    """Critical values of a group-sequential design.

    Attributes
    ----------
    fraction
        looks, share of the information [1].
    z
        looks, critical value for efficacy; for two sides also its negative [1].
    alpha_spent
        looks, error of the first kind spent until then, both sides together [1].
    nominal_p
        looks, p value that just reaches the bound, of the design's sides [1].
    futility
        looks, value of Z at or below which the trial may stop; minus infinity where
        there is no such bound [1].
    beta_spent
        looks, error of the second kind spent until then; not a number without
        futility [1].
    drift
        Drift at which futility spends just its error; not a number without [1].
    sided
        One or two.
    """

    fraction: Float[np.ndarray, "looks"]
    z: Float[np.ndarray, "looks"]
    alpha_spent: Float[np.ndarray, "looks"]
    nominal_p: Float[np.ndarray, "looks"]
    futility: Float[np.ndarray, "looks"]
    beta_spent: Float[np.ndarray, "looks"]
    drift: float
    sided: int

    @property
    def low(self) -> Float[np.ndarray, "looks"]:
        """Value of Z at or below which a trial stops at each look."""
        return -self.z if self.sided == 2 else self.futility


class Operating(NamedTuple):
    """What a design does at one drift.

    Attributes
    ----------
    up
        looks, probability to stop there for efficacy upwards [1].
    down
        looks, probability to stop there at the lower bound: for futility, or for
        efficacy downwards with two sides [1].
    power
        Probability to reject, on either side [1].
    information
        Expected share of the information at the end [1].
    """

    up: Float[np.ndarray, "looks"]
    down: Float[np.ndarray, "looks"]
    power: float
    information: float


class Stopped(NamedTuple):
    """Where replicates ended.

    Attributes
    ----------
    look
        R, index of the look at which it stopped, from 0; the last one otherwise.
    rejected
        R, whether it stopped for efficacy, on either side.
    futile
        R, whether it stopped early for futility.
    """

    look: Int[np.ndarray, "R"]
    rejected: Bool[np.ndarray, "R"]
    futile: Bool[np.ndarray, "R"]


class Futility(NamedTuple):
    """How the error of the second kind is spent.

    Attributes
    ----------
    spending
        Its spending function.
    beta
        Error of the second kind in all [1].
    """

    spending: AbstractSpending
    beta: float


def bounds(
    information: Sequence[float | int],
    spending: AbstractSpending | BoundaryShape,
    alpha: float,
    sided: int = 1,
    *,
    futility: Futility | None = None,
) -> Bounds:
    """Critical values of a design.

    Parameters
    ----------
    information
        Information at each look, rising; the last is that of the whole trial. Any
        unit: patients, events, or shares [any].
    spending
        How the error is spent, or the shape of the bounds.
    alpha
        Error of the first kind, of both sides together [1].
    sided
        One (large Z rejects) or two.
    futility
        Spending of the error of the second kind, one-sided designs only; there is no
        such bound without it. The last bound is that of efficacy.

    Raises
    ------
    SequentialError
        If the information does not rise, an error is no error, or futility is asked
        of a two-sided design.
    """
    fraction = _fractions(information)
    _check_error("alpha", alpha)
    if sided not in (1, 2):
        raise SequentialError(f"a test has 1 or 2 sides; got {sided}.")
    if isinstance(spending, BoundaryShape):
        z = _shaped(fraction, spending, alpha, sided)
        spent = np.cumsum(_error(fraction, z, sided))
    else:
        spent = sided * spending.spent(fraction, alpha / sided)
        z = _efficacy(fraction, spent / sided, sided)
    nothing = np.full(fraction.shape, np.nan)
    found = Bounds(
        fraction=fraction,
        z=z,
        alpha_spent=spent,
        nominal_p=sided * ndtr(-z),
        futility=np.full(fraction.shape, -np.inf),
        beta_spent=nothing,
        drift=float("nan"),
        sided=sided,
    )
    return found if futility is None else _with_futility(found, futility)


def operating(design: Bounds, drift: float, *, futility: bool = True) -> Operating:
    """What a design does at a drift, such as power at the planned effect.

    Parameters
    ----------
    design
        From `bounds`.
    drift
        Mean of Z at full information: effect over its standard error [1].
    futility
        Whether the futility bound is obeyed.
    """
    low = design.low
    if design.sided == 1 and not futility:
        low = np.full_like(low, -np.inf)
    down, up = first_crossings(design.fraction, low, design.z, drift)
    early = (up + down)[:-1]
    information = early @ design.fraction[:-1] + (1 - early.sum())
    power = up.sum() + (down.sum() if design.sided == 2 else 0.0)
    return Operating(up, down, float(power), float(information))


def cross(
    z: Float[np.ndarray, "R looks"], design: Bounds, *, futility: bool = True
) -> Stopped:
    """Look at which each replicate stops.

    Parameters
    ----------
    z
        Statistic of each replicate at each look; large is good. What is not a number
        crosses no bound [1].
    design
        From `bounds`.
    futility
        Whether the futility bound is obeyed.
    """
    last = z.shape[1] - 1
    good = (z >= design.z) | ((z <= -design.z) & (design.sided == 2))
    futile = (z <= design.futility) & ~good & futility
    futile[:, last] = False
    stops = good | futile
    stops[:, last] = True
    look = stops.argmax(axis=1)
    rows = np.arange(z.shape[0])
    return Stopped(look, good[rows, look], futile[rows, look])


def _fractions(information: Sequence[float | int]) -> Float[np.ndarray, "looks"]:
    """Shares of the information of the last look."""
    given = np.asarray(information, dtype=float)
    if given.ndim != 1 or not given.size:
        raise SequentialError("a design needs at least one look; got none.")
    if not (np.isfinite(given).all() and given[0] > 0 and (np.diff(given) > 0).all()):
        raise SequentialError(
            f"information must be positive and rise from look to look; got "
            f"{given.tolist()}."
        )
    near = np.diff(given) / given[1:] < _NEAREST
    if near.any():
        raise SequentialError(
            f"two looks must be {100 * _NEAREST:g} % of the information apart; got "
            f"{given.tolist()}. Make them one look."
        )
    return given / given[-1]


def _check_error(name: str, error: float) -> None:
    if not 0 < error < 1:
        raise SequentialError(f"{name} must lie in (0, 1); got {error}.")


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of a monotone function that changes its sign between two places."""
    from scipy.optimize import root_scalar

    found = root_scalar(
        function, bracket=(low, high), method="brentq", xtol=_CLOSE, rtol=_CLOSE
    )
    return float(found.root)


def _error(
    fraction: Float[np.ndarray, "looks"], z: Float[np.ndarray, "looks"], sided: int
) -> Float[np.ndarray, "looks"]:
    """Error of the first kind at each look, both sides together."""
    low = -z if sided == 2 else np.full_like(z, -np.inf)
    return sided * first_crossings(fraction, low, z, 0.0)[1]


def _shaped(
    fraction: Float[np.ndarray, "looks"],
    shape: BoundaryShape,
    alpha: float,
    sided: int,
) -> Float[np.ndarray, "looks"]:
    """Bounds of a shape that spend alpha in all."""
    form = fraction ** (shape.power - 0.5)
    constant = _root(
        lambda c: _error(fraction, c * form, sided).sum() - alpha, 0.0, _WIDEST_BRACKET
    )
    return constant * form


def _efficacy(
    fraction: Float[np.ndarray, "looks"],
    spent: Float[np.ndarray, "looks"],
    sided: int,
) -> Float[np.ndarray, "looks"]:
    """Bounds that spend what they should on their upper side."""
    going, z = None, np.empty(fraction.shape)
    for k, (t, now) in enumerate(zip(fraction, np.diff(spent, prepend=0), strict=True)):
        z[k] = _above(going, t, now, 0.0)
        low = -z[k] if sided == 2 else -np.inf
        going = go_on(going, t, low, z[k], 0.0, gap_after(fraction, k))
    return z


def _above(going: Going | None, t: float, chance: float, drift: float) -> float:
    """Bound above which lies a chance at a look; infinite where it is nothing."""
    if chance < _LEAST:
        return np.inf
    if going is None:
        return float(drift * np.sqrt(t) - ndtri(chance))
    if going.mass.sum() <= chance:
        return -np.inf
    tail = lambda z: float(upper_tail(going, t, np.array([z]), drift)[0])
    return _root(lambda z: tail(z) - chance, -_WIDEST_BRACKET, _WIDEST_BRACKET)


def _with_futility(design: Bounds, futility: Futility) -> Bounds:
    """A design with the lower bounds that spend beta at just the drift they need."""
    if design.sided == 2:
        raise SequentialError(
            "futility bounds are for one-sided designs: give sided=1 and half of alpha."
        )
    _check_error("beta", futility.beta)
    spent = futility.spending.spent(design.fraction, futility.beta)

    def missed(drift: float) -> float:
        low = _futile(design, spent, drift)
        return float(first_crossings(design.fraction, low, design.z, drift)[0].sum())

    # no test of this level needs a smaller drift than the one without looks
    alpha = float(design.alpha_spent[-1])
    if futility.beta >= 1 - alpha:
        raise SequentialError(
            f"beta must lie below 1 - alpha, which is {1 - alpha:g}; got "
            f"{futility.beta}."
        )
    least = float(-ndtri(alpha) - ndtri(futility.beta))
    drift = _root(lambda d: missed(d) - futility.beta, least - _SLACK, _WIDEST_BRACKET)
    low = _futile(design, spent, drift)
    return design._replace(futility=low, beta_spent=spent, drift=drift)


def _futile(
    design: Bounds, spent: Float[np.ndarray, "looks"], drift: float
) -> Float[np.ndarray, "looks"]:
    """Lower bounds that spend what they should at a drift; the last is efficacy's."""
    going, low = None, design.z.copy()
    for k, t in enumerate(design.fraction[:-1]):
        now = spent[k] - (spent[k - 1] if k else 0.0)
        mirrored = None if going is None else going.mirrored()
        low[k] = min(-_above(mirrored, t, now, -drift), design.z[k])
        going = go_on(
            going, t, low[k], design.z[k], drift, gap_after(design.fraction, k)
        )
    return low
