"""Difference of arms at a visit from imputed data sets.

Analysis of covariance of every data set, joined by Rubin's rules.
"""

import numpy as np
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.ancova import ancovas
from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.analysis.estimates import not_estimable
from kapsim.trial.analysis.pooling import pooled

METHOD = "ancova of imputations"


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
