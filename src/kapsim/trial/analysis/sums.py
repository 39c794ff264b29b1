"""Sums over patients who were seen at the same visits.

All that the restricted likelihood of repeated measures needs are sums of products of
covariates and scores over the patients who miss the same visits, so that its cost does
not grow with the number of patients.

Before the sums are made, covariates are made orthonormal over patients, effects over
observations, and scores become residuals of ordinary least squares with variance one;
`Sums` hence has no units, and `Back` leads back to them.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.trial.analysis.fixed_effects import Design

_RANK = 1e-10  # least share of the greatest eigenvalue that still counts as one
_LEAST = 0.02  # of an eigenvalue of a moment estimate, as a share of their mean


class Sums(NamedTuple):
    """Sums of products over patients who were seen at the same visits [1].

    Attributes
    ----------
    patients
        Number of patients of every pattern of visits.
    seen
        Which visits those are.
    zz, zy, yy
        Products of covariates and residuals; nought at visits that were not seen.
    effects
        A of every visit, for these covariates.
    """

    patients: Float[Any, "*R M"]
    seen: Float[Any, "*R M V"]
    zz: Float[Any, "*R M Q Q"]
    zy: Float[Any, "*R M Q V"]
    yy: Float[Any, "*R M V V"]
    effects: Float[Any, "*R V Q K"]


class Back(NamedTuple):
    """The way back to units.

    Attributes
    ----------
    scale
        Standard deviation of residuals [unit of the score].
    ordinary
        Coefficients by ordinary least squares, of orthonormal effects [same].
    turn
        From coefficients of orthonormal effects to those of the design.
    constant
        What is added to twice the negative logarithm of the restricted likelihood [1].
    """

    scale: Float[np.ndarray, " R"]
    ordinary: Float[np.ndarray, "R K"]
    turn: Float[np.ndarray, "R K K"]
    constant: Float[np.ndarray, " R"]


class Gathered(NamedTuple):
    """What a fit needs.

    Attributes
    ----------
    sums
        Sums over patients.
    back
        The way back to units.
    moments
        Moment estimate of the covariance of visits, positive definite [1].
    usable
        Whether the coefficients can be told from each other and something is left over.
    """

    sums: Sums
    back: Back
    moments: Float[np.ndarray, "R V V"]
    usable: Bool[np.ndarray, " R"]


def gather(score: Float[np.ndarray, "R P V"], design: Design) -> Gathered:
    """Sums over patients of every replicate.

    Parameters
    ----------
    score
        Score of every patient at every visit, not a number where missing.
    design
        Fixed effects.
    """
    known = np.isfinite(design.covariates).all(axis=-1, keepdims=True)
    seen = np.isfinite(score) & known
    basis, triangle = np.linalg.qr(
        np.where(seen.any(axis=-1, keepdims=True), design.covariates, 0.0)
    )
    effects = np.einsum("rab,vbk->rvak", triangle, design.effects, optimize=True)
    effects, turn, log_determinant, usable = _orthonormal(effects, basis, seen)
    held = np.where(seen, score, 0.0)
    products = basis.swapaxes(1, 2) @ held
    ordinary = np.einsum("rvak,rav->rk", effects, products, optimize=True)
    fitted = np.einsum("rpa,rvak,rk->rpv", basis, effects, ordinary, optimize=True)
    left = np.where(seen, held - fitted, 0.0)
    free = seen.sum(axis=(1, 2)) - effects.shape[-1]
    squares = (left**2).sum(axis=(1, 2))
    rounding = (np.finfo(float).eps * np.abs(held).max(axis=(1, 2), initial=0)) ** 2
    usable &= (free > 0) & (squares > rounding * seen.sum(axis=(1, 2)))
    scale = np.sqrt(np.where(usable, squares / np.where(usable, free, 1), 1.0))
    left /= scale[:, None, None]
    constant = free * (np.log(2 * np.pi) + 2 * np.log(scale)) + log_determinant
    back = Back(scale, ordinary, turn, constant)
    sums = _sums(basis, left, seen, effects)
    return Gathered(sums, back, _moments(left, seen), usable)


def _orthonormal(
    effects: Float[np.ndarray, "R V Q K"],
    basis: Float[np.ndarray, "R P Q"],
    seen: Bool[np.ndarray, "R P V"],
) -> tuple[
    Float[np.ndarray, "R V Q K"],
    Float[np.ndarray, "R K K"],
    Float[np.ndarray, " R"],
    Bool[np.ndarray, " R"],
]:
    """Effects whose products over observations are those of the identity matrix.

    Returns
    -------
    tuple
        Effects, the way back to coefficients, log |X'X| and whether it has full rank.
    """
    normal = np.zeros((*basis.shape[:1], effects.shape[-1], effects.shape[-1]))
    for v in range(seen.shape[-1]):
        rows = np.where(seen[..., v, None], basis, 0.0) @ effects[:, v]
        normal += rows.swapaxes(1, 2) @ rows
    size = np.sqrt(np.diagonal(normal, axis1=1, axis2=2))
    size = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(normal / (size[:, :, None] * size[:, None]))
    full = values[:, 0] > _RANK * values[:, -1]
    values = np.where(full[:, None], values, 1.0)
    turn = vectors / (size[:, :, None] * np.sqrt(values)[:, None])
    log_determinant = (np.log(values) + 2 * np.log(size)).sum(axis=-1)
    return effects @ turn[:, None], turn, log_determinant, full


def _moments(
    left: Float[np.ndarray, "R P V"], seen: Bool[np.ndarray, "R P V"]
) -> Float[np.ndarray, "R V V"]:
    """Covariance of residuals over the pairs that were seen, made positive definite."""
    weights = seen.astype(np.float64)
    pairs = weights.swapaxes(1, 2) @ weights
    found = left.swapaxes(1, 2) @ left / np.maximum(pairs, 1)
    values, vectors = np.linalg.eigh(found)
    mean = values.mean(axis=-1, keepdims=True)
    floor = np.where(mean > 0, mean, 1.0) * _LEAST
    values = np.maximum(values, floor)
    return vectors * values[:, None] @ vectors.swapaxes(1, 2)


def _sums(
    basis: Float[np.ndarray, "R P Q"],
    left: Float[np.ndarray, "R P V"],
    seen: Bool[np.ndarray, "R P V"],
    effects: Float[np.ndarray, "R V Q K"],
) -> Sums:
    """Sums of products over patients who were seen at the same visits."""
    place, patterns = _patterns(seen)
    width, covariates = seen.shape[-1], basis.shape[-1]
    rows = np.concatenate([basis, left], axis=-1)
    counts, products = [], []
    for m in range(patterns.shape[1]):
        of_these = np.where((place == m)[..., None], rows, 0.0)
        counts.append((place == m).sum(axis=1))
        products.append(of_these.swapaxes(1, 2) @ rows)
    every = np.stack(products, axis=1)
    first, last = slice(0, covariates), slice(covariates, covariates + width)
    return Sums(
        np.stack(counts, axis=1).astype(np.float64),
        patterns.astype(np.float64),
        every[:, :, first, first],
        every[:, :, first, last],
        every[:, :, last, last],
        effects,
    )


def _patterns(
    seen: Bool[np.ndarray, "R P V"],
) -> tuple[Int[np.ndarray, "R P"], Bool[np.ndarray, "R M V"]]:
    """Which pattern of visits every patient has, and the patterns of every replicate.

    The number of patterns is a power of two, so that few sizes are compiled. Patients
    who were never seen have the place -1.
    """
    replicates, patients, visits = seen.shape
    code = seen @ (1 << np.arange(visits, dtype=np.int64))
    ever = code > 0
    which = np.broadcast_to(np.arange(replicates)[:, None], code.shape)
    found, inverse = np.unique((which << visits | code)[ever], return_inverse=True)
    replicate = found >> visits
    nth = np.arange(len(found)) - np.searchsorted(replicate, replicate)
    count = 1 << int(nth.max(initial=0)).bit_length()
    patterns = np.zeros((replicates, count, visits), bool)
    patterns[replicate, nth] = (found[:, None] >> np.arange(visits)) & 1 > 0
    place = np.full((replicates, patients), -1)
    place[ever] = nth[inverse]
    return place, patterns
