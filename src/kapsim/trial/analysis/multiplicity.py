"""Several hypotheses in one trial: p values adjusted for their number.

An adjusted p value is the smallest error, over all hypotheses together, at which the
procedure rejects that hypothesis; so it is compared with alpha itself. All procedures
here keep the chance of any wrong rejection at alpha: Hochberg's for independent or
positively dependent tests, the others whatever the dependence.

A p value that is not a number (an analysis that failed) counts as 1: nothing is
rejected, and the others are adjusted as if it had been tested.

Source: Holm (1979); Hochberg (1988); Bretz, Maurer, Brannath and Posch (2009)
(graphs, algorithm for adjusted p values).
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from kapsim.units import KapsimError

Values = Float[np.ndarray, "R H"]

_ROUNDING = 1e-9  # by which weights may add up to more than one


class MultiplicityError(KapsimError, ValueError):
    """A procedure that does not fit its hypotheses."""


def bonferroni(p: Values) -> Values:
    """P values times their number, at most 1.

    Parameters
    ----------
    p
        P values of each replicate [1].
    """
    return _by_library(p, "bonferroni")


def holm(p: Values) -> Values:
    """Adjusted p values of Holm's step-down procedure.

    The graph of equal weights, each handed on in equal parts.

    Parameters
    ----------
    p
        P values of each replicate [1].
    """
    hypotheses = p.shape[1]
    others = (1 - np.eye(hypotheses)) / max(hypotheses - 1, 1)
    return graphical(p, np.full(hypotheses, 1 / hypotheses), others)


def hochberg(p: Values) -> Values:
    """Adjusted p values of Hochberg's step-up procedure.

    Parameters
    ----------
    p
        P values of each replicate [1].
    """
    return _by_library(p, "simes-hochberg")


def fixed_sequence(p: Values, order: Sequence[int] | None = None) -> Values:
    """Adjusted p values where each test waits for those before it.

    Parameters
    ----------
    p
        P values of each replicate [1].
    order
        Columns in the order of testing; as they stand without.

    Raises
    ------
    MultiplicityError
        If the order is not one of the hypotheses.
    """
    hypotheses = p.shape[1]
    order = range(hypotheses) if order is None else order
    if sorted(order) != list(range(hypotheses)):
        raise MultiplicityError(
            f"an order names each of the {hypotheses} hypotheses once, from 0; got "
            f"{list(order)}."
        )
    columns = np.asarray(order)
    adjusted = np.empty_like(p)
    adjusted[:, columns] = np.maximum.accumulate(_filled(p)[:, columns], axis=1)
    return adjusted


def graphical(
    p: Values,
    weights: Float[np.ndarray, "H"],
    transitions: Float[np.ndarray, "H H"],
) -> Values:
    """Adjusted p values of a graph: what is rejected hands its weight on.

    Serial and parallel gatekeeping, fallback, Holm and the fixed sequence are graphs.
    The hypothesis with the least p / weight goes first; when j goes,

        w_l <- w_l + w_j g_jl
        g_lk <- (g_lk + g_lj g_jk) / (1 - g_lj g_jl)

    Parameters
    ----------
    p
        P values of each replicate [1].
    weights
        Share of alpha that each hypothesis has at the start; at most 1 in all [1].
    transitions
        Share of its weight that the hypothesis of a row hands to that of a column when
        it is rejected; rows add up to at most 1, with nothing on the diagonal [1].

    Raises
    ------
    MultiplicityError
        If weights or transitions are no such shares.
    """
    _check_graph(weights, transitions)
    filled = _filled(p)
    replicates, hypotheses = p.shape
    rows = np.arange(replicates)
    w = np.broadcast_to(weights, p.shape).copy()
    g = np.broadcast_to(transitions, (replicates, hypotheses, hypotheses)).copy()
    left = np.ones(p.shape, dtype=bool)
    adjusted, least = np.empty(p.shape), np.zeros(replicates)
    for _ in range(hypotheses):
        # without weight a hypothesis cannot be rejected yet, however small its p value
        ratio = np.divide(filled, w, out=np.full(p.shape, np.inf), where=w > 0)
        first = np.where(left, ratio, np.inf).argmin(axis=1)
        first = np.where(left[rows, first], first, left.argmax(axis=1))
        least = np.minimum(1.0, np.maximum(least, ratio[rows, first]))
        adjusted[rows, first] = least
        left[rows, first] = False
        w, g = _without(w, g, first)
    return adjusted


def _without(
    w: Values, g: Float[np.ndarray, "R H H"], gone: Int[np.ndarray, "R"]
) -> tuple[Values, Float[np.ndarray, "R H H"]]:
    """The graph of each replicate without one hypothesis."""
    rows, hypotheses = np.arange(w.shape[0]), w.shape[1]
    out = g[rows, gone, :]
    into = g[rows, :, gone]
    weights = w + w[rows, gone][:, None] * out
    weights[rows, gone] = 0.0
    kept = 1 - into * out  # what l does not get back by way of the one that goes
    through = g + into[:, :, None] * out[:, None, :]
    wide = np.broadcast_to(kept[:, :, None], g.shape)
    new = np.divide(through, wide, out=np.zeros_like(g), where=wide > _ROUNDING)
    diagonal = np.arange(hypotheses)
    new[:, diagonal, diagonal] = 0.0
    new[rows, gone, :] = 0.0
    new[rows, :, gone] = 0.0
    return weights, new


def _check_graph(
    weights: Float[np.ndarray, "H"], transitions: Float[np.ndarray, "H H"]
) -> None:
    most = 1 + _ROUNDING
    if not ((weights >= 0).all() and weights.sum() <= most):
        raise MultiplicityError(
            "weights must lie above or at 0 and add up to at most 1; got "
            f"{weights.tolist()}."
        )
    if not ((transitions >= 0).all() and (transitions.sum(axis=1) <= most).all()):
        raise MultiplicityError(
            "transitions must lie above or at 0, and each row add up to at most 1; got "
            f"{transitions.tolist()}."
        )
    if np.diagonal(transitions).any():
        raise MultiplicityError("a hypothesis hands no weight to itself.")


def _filled(p: Values) -> Values:
    """P values, with 1 where there is none."""
    if ((p < 0) | (p > 1)).any():
        raise MultiplicityError("p values lie in [0, 1]; got some that do not.")
    return np.where(np.isnan(p), 1.0, p)


def _by_library(p: Values, method: str) -> Values:
    """Adjusted p values of each row by a procedure of statsmodels."""
    from statsmodels.stats.multitest import multipletests

    row = lambda values: np.asarray(multipletests(values, method=method)[1])
    return np.apply_along_axis(row, 1, _filled(p))
