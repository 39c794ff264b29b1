"""Repeated measures with covariates of which some may say nothing new.

A site at which nobody was randomised, or severity beside the baseline of its own scale,
would leave the model without a solution. What a covariate says that arm, baseline and
the covariates before it do not is looked for in each replicate; where that is nothing
it falls away, as in analysis of covariance.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from kapsim.trial.analysis.columns import ALIASED
from kapsim.trial.analysis.fixed_effects import visits_design
from kapsim.trial.analysis.ladder import mmrm_ladder
from kapsim.trial.analysis.mmrm import contrast


class Repeated(NamedTuple):
    """Differences of pairs of arms at the last visit.

    Attributes
    ----------
    value, se, df
        As of `Contrasts`, a column for each pair.
    method
        Covariance that was used; ``mmrm`` alone where none converged.
    """

    value: Float[np.ndarray, "R C"]
    se: Float[np.ndarray, "R C"]
    df: Float[np.ndarray, "R C"]
    method: Shaped[np.ndarray, " R"]


def repeated(
    outcome: Float[np.ndarray, "R P V"],
    arm: Int[np.ndarray, "R P"],
    baseline: Float[np.ndarray, "R P"],
    covariates: Float[np.ndarray, "R P K"],
    arms: int,
    pairs: Sequence[tuple[int, int]],
) -> Repeated:
    """Fit every replicate, all arms together.

    Parameters
    ----------
    outcome
        Scores or changes, not a number where not seen [any unit].
    arm
        Index of the arm.
    baseline
        Has an effect of its own at each visit [any unit].
    covariates
        Have one effect at all visits [any unit].
    arms
        Number of arms.
    pairs
        Arms that are compared, the treatment first.
    """
    groups = np.stack([arm == k for k in range(arms)], axis=-1)
    fixed = np.concatenate([groups, baseline[..., None]], axis=-1)
    new = _new(outcome, fixed, covariates)
    value, se, df = np.full((3, len(outcome), len(pairs)), np.nan)
    method = np.full(len(outcome), "mmrm", object)
    for kept in np.unique(new, axis=0):
        own = (new == kept).all(axis=1)
        some = covariates[own][..., kept]
        design = visits_design(
            arm[own],
            baseline[own],
            arms,
            outcome.shape[-1],
            throughout=some if kept.any() else None,
        )
        fits = mmrm_ladder(outcome[own], design)
        rows = np.stack([design.differences(*pair)[-1] for pair in pairs])
        value[own], se[own], df[own] = contrast(fits, rows)
        method[own] = [f"mmrm {one}".strip() for one in fits.structure]
    return Repeated(value, se, df, method)


def _new(
    outcome: Float[np.ndarray, "R P V"],
    fixed: Float[np.ndarray, "R P F"],
    covariates: Float[np.ndarray, "R P K"],
) -> Bool[np.ndarray, "R K"]:
    """Which covariates say something new in each replicate, of those seen."""
    every = np.concatenate([fixed, covariates], axis=-1)
    known = np.isfinite(every).all(axis=-1, keepdims=True)
    seen = known & np.isfinite(outcome).any(axis=-1, keepdims=True)
    shown = np.where(seen, every, 0.0)
    new = np.zeros((len(every), every.shape[-1]), bool)
    units: list[Float[np.ndarray, "R P"]] = []
    for k, column in enumerate(np.moveaxis(shown, -1, 0)):
        left = column
        for unit in units * 2:  # once more removes the rounding of the first
            left = left - unit * (unit * left).sum(axis=1, keepdims=True)
        square = (left**2).sum(axis=1)
        new[:, k] = np.greater(square, ALIASED * (column**2).sum(axis=1))
        units.append(left / np.sqrt(np.where(new[:, k], square, np.inf))[:, None])
    return new[:, fixed.shape[-1] :]
