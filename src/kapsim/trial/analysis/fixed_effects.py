"""Fixed effects of repeated measures.

A row of the model is x_iv = z_i A_v: covariates z_i of a patient, mapped by a matrix of
its own at every visit. Covariates that change with the visit are given as one for every
visit.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Design(NamedTuple):
    """Fixed effects of a model of repeated measures, of every replicate.

    Attributes
    ----------
    covariates
        z of every patient; one that is not finite leaves the patient out.
    effects
        A of every visit: coefficient k adds z A[v, :, k] to the mean at visit v.
    arms
        Number of arms; column a of the covariates tells who is in arm a, for a > 0.
    """

    covariates: Float[np.ndarray, "R P Q"]
    effects: Float[np.ndarray, "V Q K"]
    arms: int

    def means(self, arm: int) -> Float[np.ndarray, "V K"]:
        """Contrasts that give an arm's mean at every visit, at covariates of nought.

        With `visits_design` these are the adjusted means of the average patient.
        """
        return self.effects[:, 0] + self._added(arm)

    def differences(self, arm: int, reference: int = 0) -> Float[np.ndarray, "V K"]:
        """Contrasts that give the difference of two arms at every visit."""
        return self._added(arm) - self._added(reference)

    def _added(self, arm: int) -> Float[np.ndarray, "V K"]:
        if not 0 <= arm < self.arms:
            raise ValueError(f"arm {arm} is not among 0 to {self.arms - 1}")
        return self.effects[:, arm] if arm else np.zeros_like(self.effects[:, 0])


def visits_design(
    arm: Int[np.ndarray, "R P"],
    baseline: Float[np.ndarray, "R P"],
    arms: int,
    visits: int,
    *,
    by_visit: Float[np.ndarray, "R P C"] | None = None,
    throughout: Float[np.ndarray, "R P D"] | None = None,
) -> Design:
    """Visit, arm by visit and baseline by visit, and covariates as they are wished.

    Parameters
    ----------
    arm
        Arm of every patient, counted from 0, which is the reference.
    baseline
        Baseline of every patient [unit of the score].
    arms, visits
        Number of arms and of visits.
    by_visit
        Covariates with an effect of their own at every visit.
    throughout
        Covariates with the same effect at all visits.

    Returns
    -------
    Design
        Covariates are centred over the patients of a replicate, so that `means` are
        those of its average patient. Coefficients are ordered by visit, and within one
        as intercept, arms, baseline, covariates; those without a visit come last.
    """
    indicators = [(arm == a).astype(np.float64) for a in range(1, arms)]
    some = [baseline[..., None], *(x for x in (by_visit, throughout) if x is not None)]
    centred = [x - np.nanmean(x, axis=1, keepdims=True) for x in some]
    columns = np.stack([np.ones_like(baseline), *indicators], axis=-1)
    covariates = np.concatenate([columns, *centred], axis=-1)
    alike = 0 if throughout is None else throughout.shape[-1]
    each = covariates.shape[-1] - alike
    effects = np.zeros((visits, each + alike, visits * each + alike))
    for v in range(visits):
        effects[v, :each, v * each : (v + 1) * each] = np.eye(each)
    effects[:, each:, visits * each :] = np.eye(alike)
    return Design(covariates, effects, arms)
