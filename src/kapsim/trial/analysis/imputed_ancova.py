"""Difference of arms at a visit from imputed data sets, and where it tips over.

Analysis of covariance of every data set, joined by Rubin's rules. For a tipping point,
scores that were imputed after the last visit seen are shifted in the compared arm,
further and further, until the difference is no longer significant.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Shaped

from kapsim.trial.analysis.ancova import ancovas
from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.analysis.estimates import not_estimable
from kapsim.trial.analysis.pooling import pooled

METHOD = "ancova of imputations"


class Tipping(NamedTuple):
    """Estimates under shifts.

    Attributes
    ----------
    estimates
        One a shift.
    point
        First shift in their order that leaves nothing significant; none if all do.
    """

    estimates: tuple[Estimate, ...]
    point: int | float | None


def imputed_ancova(
    outcome: Float[np.ndarray, "M P"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
    *,
    method: str = METHOD,
) -> Estimate:
    """Difference of two arms at one visit of imputed data sets.

    Parameters
    ----------
    outcome
        Score or change in every data set, a visit of `impute` [any unit].
    arm
        1 in the compared arm, 0 in the reference.
    covariates
        Baseline and others; K may be 0 [any unit].
    method
        Text of the method, such as what was assumed of missing visits.
    """
    found = ancovas(outcome, arm, covariates[None])
    if not len(outcome) or found.why[0]:
        why = str(found.why[0]) if len(outcome) else "no imputations"
        return not_estimable(method, why)
    return pooled(found.value, found.se, method, complete_df=float(found.df[0]))


def tipping_point(
    outcome: Float[np.ndarray, "M P"],
    gone: Bool[np.ndarray, " P"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
    shifts: Sequence[int | float],
    *,
    level: float = 0.05,
) -> Tipping:
    """Difference of two arms where those who left the compared arm fare worse.

    Parameters
    ----------
    outcome, arm, covariates
        As of `imputed_ancova`.
    gone
        Who had left before the visit.
    shifts
        Added to the imputed scores of those who left the compared arm, in the order in
        which they are tried [unit of the outcome].
    level
        Two-sided level of significance [1].
    """
    moved = (gone & (np.asarray(arm, float) == 1)).astype(float)
    found = tuple(
        imputed_ancova(outcome + shift * moved, arm, covariates) for shift in shifts
    )
    lost = (
        shift for shift, one in zip(shifts, found, strict=True) if not one.p < level
    )
    return Tipping(found, next(lost, None))
