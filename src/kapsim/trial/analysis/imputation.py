"""Missing visits filled in many times, at random or after a reference arm.

    y_i = B' x_i + e_i,   e_i ~ N(0, S),   x = (1, arm, covariates)

for all visits at once: every visit has its own mean of each arm and slope of each
covariate, and S is common to the arms. Each imputation has its own draw of B and S from
their posterior under Jeffreys' prior |S|^(-(V + 1)/2). In the order of visits the model
is a sequence of regressions on x and the visits before; with dropout only, their
posteriors are known exactly and independent. Gaps before the last visit that was seen
are first filled by some rounds of data augmentation, each imputation in a chain of its
own, always at random.

Visits after the last one seen are drawn given those before, around a mean that says
what becomes of who leaves:

    at random             of the own arm
    jump to reference     of the reference from then on
    copy reference        of the reference, also for what was seen
    copy increments       of the own arm at the last visit, then parallel to the other

A shift may be added to these draws. Draws given others are made from a joint draw e*,
as mean + e* + C (y - mean - e*) with the regression C on what is there.

Source: Schafer (1997), Analysis of incomplete multivariate data, chapter 6 (monotone
data augmentation); Carpenter, Roger and Kenward (2013), Analysis of longitudinal trials
with protocol deviation: a framework for relevant, accessible assumptions, and inference
via multiple imputation (references); Hoffman and Ribak (1991) (draws given others).
"""

import enum
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import scipy.special
from jaxtyping import Bool, Float, Int, Shaped

from kapsim.engine import platform
from kapsim.engine.random import (
    Seed,
    normals,
    patient_indices,
    stream_key,
    uniforms,
)
from kapsim.trial.analysis.columns import ALIASED, orthogonal

ROUNDS = 10
"""Rounds of data augmentation, where there are gaps [1]."""


class Missing(enum.StrEnum):
    """What is assumed of the visits after the last one seen."""

    AT_RANDOM = "at random"
    JUMP = "jump to reference"
    COPY = "copy reference"
    INCREMENTS = "copy increments from reference"


class _Model(NamedTuple):
    """Drawn parameters of each imputation; S = F' F with an upper triangle F."""

    b: Float[np.ndarray, "M K V"]
    f: Float[np.ndarray, "M V V"]


class _Draws(NamedTuple):
    """Random numbers of one round."""

    residual: Float[np.ndarray, "M P V"]
    coefficient: Float[np.ndarray, "M V J"]
    chi2: Float[np.ndarray, "M V"]


def impute(
    score: Float[np.ndarray, "P V"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
    *,
    number: int,
    seed: Seed,
    replicate: int = 0,
    missing: Missing = Missing.AT_RANDOM,
    shift: Float[np.ndarray, "P V"] | float = 0.0,
) -> Float[np.ndarray, "{number} P V"]:
    """Complete data sets.

    Parameters
    ----------
    score
        Score or change at every visit, not a number where missing [any unit].
    arm
        1 in the compared arm, 0 in the reference; of others give no row.
    covariates
        Baseline and others, complete; K may be 0 [any unit].
    number
        Number M of imputations; the first are the same whatever it is.
    seed, replicate
        Seed, and index of the trial under it: they fix the draws.
    missing
        What is assumed after the last visit seen.
    shift
        Added to each score drawn after the last visit seen, for all patients and
        visits or each [unit of the score].

    Returns
    -------
    Array
        Scores without gaps; not a number throughout where too few are seen at a visit
        to estimate the model, or a covariate is missing.
    """
    seen, nothing = np.isfinite(score), np.full((number, *score.shape), np.nan)
    if seen.all():
        return np.repeat(score[None], number, axis=0)
    x, last = _regressors(np.asarray(arm, float), covariates), _last(seen)
    visits = np.arange(score.shape[1])
    reached = visits <= last[:, None]
    degrees = reached.sum(axis=0) - x.shape[1] - visits[::-1]
    if not _enough(seen, x, degrees - (reached & ~seen).sum(axis=0)):
        return nothing
    y, middle, spread = _standardised(score, seen)
    gaps = bool((reached & ~seen).any())
    shape = number, 1 + ROUNDS * gaps, *y.shape
    rounds = _draws(shape, x.shape[1], degrees, seed, replicate)
    try:
        start = np.repeat(y[None], number if gaps else 1, axis=0)
        filled, model = _augmented(start, x, seen, reached, rounds)
    except np.linalg.LinAlgError:
        return nothing
    every = _given(filled, reached, _mean(missing, x, model.b, last), model, rounds[-1])
    drawn = np.where(reached, middle + spread * filled, middle + spread * every + shift)
    return np.where(seen, score, drawn)


def _last(seen: Bool[np.ndarray, "P V"]) -> Int[np.ndarray, " P"]:
    """Last visit at which each patient was seen; -1 for none."""
    return np.where(seen, np.arange(seen.shape[1]), -1).max(axis=1)


def _augmented(
    filled: Float[np.ndarray, "N P V"],
    x: Float[np.ndarray, "P K"],
    seen: Bool[np.ndarray, "P V"],
    reached: Bool[np.ndarray, "P V"],
    rounds: Sequence[_Draws],
) -> tuple[Float[np.ndarray, "N P V"], _Model]:
    """Data with gaps filled in turn with the parameters, and the last parameters.

    Raises
    ------
    LinAlgError
        If the parameters cannot be drawn.
    """
    for draws in rounds[:-1]:
        model = _posterior(filled, x, reached, draws)
        every = _given(filled, seen, x @ model.b, model, draws)
        filled = np.where(reached & ~seen, every, filled)
    return filled, _posterior(filled, x, reached, rounds[-1])


def _regressors(
    group: Float[np.ndarray, " P"], covariates: Float[np.ndarray, "P K"]
) -> Float[np.ndarray, "P L"]:
    """Intercept, arm and covariates; not a number where something is missing."""
    one = np.ones_like(group)
    if not (np.isfinite(group).all() and np.isfinite(covariates).all()):
        return one[:, None] * np.nan
    return np.column_stack([one, group, orthogonal(covariates)])


def _enough(
    seen: Bool[np.ndarray, "P V"],
    x: Float[np.ndarray, "P L"],
    degrees: Int[np.ndarray, " V"],
) -> bool:
    """Whether every visit was seen in both arms and often enough."""
    if not np.isfinite(x).all():
        return False
    both = all(seen[x[:, 1] == one].any(axis=0).all() for one in (0, 1))
    return both and bool((degrees >= 1).all())


def _standardised(
    score: Float[np.ndarray, "P V"], seen: Bool[np.ndarray, "P V"]
) -> tuple[Float[np.ndarray, "P V"], Float[np.ndarray, " V"], Float[np.ndarray, " V"]]:
    """Scores about the mean of the visit in its deviations, 0 where missing; both."""
    middle = np.mean(score, axis=0, where=seen)
    spread = np.std(score, axis=0, where=seen)
    spread = np.where(spread > 0, spread, 1.0)
    return np.where(seen, (score - middle) / spread, 0.0), middle, spread


_normals = jax.jit(normals, static_argnames=("count", "dtype"))
_uniforms = jax.jit(uniforms, static_argnames=("count", "dtype"))


def _draws(
    shape: tuple[int, int, int, int],
    means: int,
    degrees: Int[np.ndarray, " V"],
    seed: Seed,
    replicate: int,
) -> list[_Draws]:
    """Random numbers of every round; the shape is that of M, rounds, P and V.

    Rows are counted by imputation first, so that more of them leave the first as they
    were.
    """
    platform.configure()
    m, rounds, patients, visits = shape

    def drawn(draw: Callable[..., Any], name: str, size: int) -> np.ndarray:
        key, node = stream_key(seed, f"imputation.{name}"), jnp.uint32(replicate)
        rows = draw(
            key, patient_indices(0, size), node, m * rounds * visits, dtype=float
        )
        return np.asarray(rows).reshape(m, rounds, visits, size)

    residual = drawn(_normals, "residual", patients)
    coefficient = drawn(_normals, "coefficient", means + visits)
    share = drawn(_uniforms, "variance", 1)[..., 0]
    chi2 = 2 * scipy.special.gammaincinv(degrees / 2, share)
    return [
        _Draws(residual[:, k].swapaxes(1, 2), coefficient[:, k], chi2[:, k])
        for k in range(rounds)
    ]


def _posterior(
    filled: Float[np.ndarray, "N P V"],
    x: Float[np.ndarray, "P K"],
    reached: Bool[np.ndarray, "P V"],
    draws: _Draws,
) -> _Model:
    """Draws of the parameters, visit by visit; N is M, or 1 where all data are alike.

    Raises
    ------
    LinAlgError
        If arms, covariates and earlier visits do not differ among those seen.
    """
    m, visits = draws.chi2.shape
    k = x.shape[1]
    means, slopes = np.zeros((m, k, visits)), np.zeros((m, visits, visits))
    deviation = np.zeros((m, visits))
    for v in range(visits):
        there = reached[:, v]
        own = np.broadcast_to(x[there], (len(filled), int(there.sum()), k))
        z = np.concatenate([own, filled[:, there, :v]], axis=2)
        gram = z.swapaxes(1, 2) @ z
        root = np.linalg.cholesky(gram)
        left = np.diagonal(root, axis1=1, axis2=2) ** 2
        if (left <= ALIASED * np.diagonal(gram, axis1=1, axis2=2)).any():
            raise np.linalg.LinAlgError("regressors of a visit are aliased")
        y = filled[:, there, v, None]
        best = np.linalg.solve(gram, z.swapaxes(1, 2) @ y)
        rss = ((y - z @ best) ** 2).sum(axis=(1, 2))
        deviation[:, v] = np.sqrt(rss / draws.chi2[:, v])
        off = np.linalg.solve(
            root.swapaxes(1, 2), draws.coefficient[:, v, : k + v, None]
        )
        found = (best + deviation[:, v, None, None] * off)[..., 0]
        means[:, :, v], slopes[:, :v, v] = found[:, :k], found[:, k:]
    turned = np.linalg.inv(np.eye(visits) - slopes)
    return _Model(means @ turned, deviation[:, :, None] * turned)


def _mean(
    missing: Missing,
    x: Float[np.ndarray, "P K"],
    b: Float[np.ndarray, "M K V"],
    last: Int[np.ndarray, " P"],
) -> Float[np.ndarray, "M P V"]:
    """Mean around which each patient's visits after the last one seen are drawn."""
    own = x @ b
    if missing is Missing.AT_RANDOM:
        return own
    reference = own - x[:, 1, None] * b[:, 1, None, :]
    if missing is Missing.COPY:
        return reference
    reached = np.arange(b.shape[2]) <= last[:, None]
    if missing is Missing.JUMP:
        return np.where(reached, own, reference)
    ahead = np.take_along_axis(
        own - reference, np.maximum(last, 0)[None, :, None], axis=2
    )
    return np.where(reached, own, reference + np.where(last[:, None] < 0, 0.0, ahead))


def _given(
    y: Float[np.ndarray, "N P V"],
    there: Bool[np.ndarray, "P V"],
    mean: Float[np.ndarray, "M P V"],
    model: _Model,
    draws: _Draws,
) -> Float[np.ndarray, "M P V"]:
    """Draws of all visits of each patient given those that are there."""
    drawn = mean + draws.residual @ model.f
    gap = np.where(there, y - drawn, 0.0)
    s = model.f.swapaxes(1, 2) @ model.f
    patterns, which = np.unique(there, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns.astype(float)):
        those = which.reshape(-1) == k
        within = s * np.outer(pattern, pattern) + np.diag(1 - pattern)
        drawn[:, those] += gap[:, those] @ np.linalg.solve(within, s * pattern[:, None])
    return drawn
