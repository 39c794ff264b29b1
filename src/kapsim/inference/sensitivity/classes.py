"""Variance by class of factors, straight from simulations: no emulator is between.

Factors of different classes are independent, whatever the correlations within a class,
so that classes have Sobol indices, estimated by fixing and freezing (Saltelli and
others 2010, as SALib has it). With up to three classes these tell what every set of
classes explains, and so the Shapley effect of each class, which add up to one.
"""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_MOST = 3  # classes
_EDGE = 1e-6  # of the cube that is left out, as a normal law has no ends


class ClassShares(NamedTuple):
    """Shares of the variance of one outcome.

    Attributes
    ----------
    alone
        First index: what a class explains alone.
    alone_error, total_error
        Half widths of 95 % intervals.
    total
        Total index: what is left if all other classes were known.
    shapley
        Part of each class; they add up to one.
    """

    alone: Float[np.ndarray, " g"]
    alone_error: Float[np.ndarray, " g"]
    total: Float[np.ndarray, " g"]
    total_error: Float[np.ndarray, " g"]
    shapley: Float[np.ndarray, " g"]


def design(groups: Sequence[str], base: int, seed: int) -> Float[np.ndarray, "n P"]:
    """Points of the unit cube: `base` times (number of classes + 2).

    Those of one base point follow each other.

    Parameters
    ----------
    groups
        Class of each axis.
    base
        Points of each matrix; a power of two keeps the balance of Sobol's sequence.
    seed
        Of the scrambling.
    """
    from SALib.sample import sobol

    if len(set(groups)) == 1:  # nothing to tell apart
        return np.random.default_rng(seed).uniform(
            _EDGE, 1.0 - _EDGE, (3 * base, len(groups))
        )
    cube = sobol.sample(_problem(groups), base, calc_second_order=False, seed=seed)
    return np.clip(cube, _EDGE, 1.0 - _EDGE)


def class_shares(
    groups: Sequence[str], outputs: Float[np.ndarray, " n"], seed: int
) -> ClassShares:
    """Shares of each class, in the order of first mention in `groups`.

    Parameters
    ----------
    groups
        Class of each axis of the design.
    outputs
        One outcome at its points.
    seed
        Of the resampling that gives the intervals.

    Raises
    ------
    ValueError
        If there are more than three classes.
    """
    from SALib.analyze import sobol

    names = list(dict.fromkeys(groups))
    if len(names) > _MOST:
        raise ValueError(f"at most {_MOST} classes; got {len(names)}.")
    if len(names) == 1:
        one, none = np.ones(1), np.zeros(1)
        return ClassShares(one, none, one, none, one)
    found = sobol.analyze(_problem(groups), outputs, calc_second_order=False, seed=seed)
    alone, total = np.asarray(found["S1"]), np.asarray(found["ST"])
    return ClassShares(
        alone,
        np.asarray(found["S1_conf"]),
        total,
        np.asarray(found["ST_conf"]),
        shapley_of_sets(alone, total),
    )


def shapley_of_sets(
    alone: Float[np.ndarray, " g"], total: Float[np.ndarray, " g"]
) -> Float[np.ndarray, " g"]:
    """Shapley effects of up to three independent classes from their indices.

    What chance puts below zero is zero, and they add up to one.
    """
    count = len(alone)

    def explained(known: frozenset[int]) -> float:
        if len(known) in (0, count):
            return float(len(known) == count)
        told = [float(alone[own]) for own in known if len(known) == 1]
        rest = set(range(count)) - known
        told += [1.0 - float(total[own]) for own in rest if len(rest) == 1]
        return sum(told) / len(told)

    effects = np.zeros(count)
    for order in itertools.permutations(range(count)):
        for k, own in enumerate(order):
            before = frozenset(order[:k])
            effects[own] += explained(before | {own}) - explained(before)
    kept = np.maximum(effects / math.factorial(count), 0.0)
    return kept / kept.sum()


def _problem(groups: Sequence[str]) -> dict:
    """The factors as SALib describes them."""
    return {
        "num_vars": len(groups),
        "names": [f"x{k}" for k in range(len(groups))],
        "bounds": [[0.0, 1.0]] * len(groups),
        "groups": list(groups),
    }
