"""Columns of covariates: about their means, orthogonal, and beside an arm."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Shaped

ALIASED = 1e-11
"""Share of a squared length below which nothing new is left of a column [1]."""
FLAT = 1e-20
"""Share of raw squares below which squares about the mean are rounding [1]."""


def centred(
    values: Float[np.ndarray, "R P K"], seen: Bool[np.ndarray, "R P"]
) -> Float[np.ndarray, "R P K"]:
    """Values about their means over those seen; 0 for the others and where constant."""
    shown = np.where(seen[..., None], values, 0.0)
    number = np.maximum(seen.sum(axis=1), 1)[:, None, None]
    about = np.where(
        seen[..., None], shown - shown.sum(axis=1, keepdims=True) / number, 0.0
    )
    raw, left = ((one**2).sum(axis=1, keepdims=True) for one in (shown, about))
    return np.where(left <= FLAT * raw, 0.0, about)


def orthogonal(covariates: Float[np.ndarray, "P K"]) -> Float[np.ndarray, "P L"]:
    """Covariates about their means, each without what those before it say.

    What adds nothing, such as a constant, is left out; the others have mean square one.
    """
    size = len(covariates)
    about = centred(covariates[None], np.ones((1, size), bool))[0]
    found = np.zeros((size, 0))
    for column in about.T:
        left = column
        for _ in range(2):  # once more removes the rounding of the first
            left = left - found @ (found.T @ left) / size
        square = float((left**2).sum())
        if square > ALIASED * (column**2).sum():
            found = np.column_stack([found, left * np.sqrt(size / square)])
    return found


class Columns(NamedTuple):
    """Regressors of one trial.

    Attributes
    ----------
    x
        Covariates, centred and orthogonal, of mean square one; the arm comes last.
    seen
        Who has outcome, arm and covariates.
    why
        Why no difference of arms can be estimated; empty where it can.
    """

    x: Float[np.ndarray, "n k"]
    seen: Bool[np.ndarray, " P"]
    why: str


def columns(
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
    *outcomes: Shaped[np.ndarray, " P"],
) -> Columns:
    """Regressors of those in whom everything is finite.

    Covariates are replaced by orthogonal ones that span the same with the intercept:
    the coefficient of the arm is as before, and equations are well scaled.

    Parameters
    ----------
    arm
        1 in the compared arm, 0 in the reference, not a number in others.
    covariates
        Baseline and others; K may be 0 [any unit].
    outcomes
        What else must be finite.
    """
    group, *others = (np.asarray(one, float) for one in (arm, *outcomes))
    seen = np.isfinite(group) & np.isfinite(covariates).all(axis=1)
    for other in others:
        seen &= np.isfinite(other)
    z, n = group[seen], int(seen.sum())
    if not {0.0, 1.0} <= set(z.tolist()):
        return Columns(z[:, None], seen, "nobody observed in an arm")
    used = orthogonal(covariates[seen])
    about = z - z.mean()
    left = about - used @ (used.T @ about) / n
    aliased = (left**2).sum() <= ALIASED * (about**2).sum()
    why = "the covariates tell the arm" if aliased else ""
    return Columns(np.column_stack([used, z]), seen, why)
