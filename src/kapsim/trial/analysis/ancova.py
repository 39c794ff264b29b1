"""Difference of two arms, adjusted for baseline and further covariates.

    y = a + b arm + c' x + e        e normal, of one variance

by ordinary least squares. The difference b is got from the residuals of arm and of
outcome on the covariates [Frisch and Waugh]: so a covariate that says nothing new,
such as a stratum in which there is nobody, falls away as in R's `lm`.

Source: Frisch and Waugh (1933), Partial time regressions as compared with individual
trends.
"""

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from kapsim.trial.analysis.columns import ALIASED, FLAT, centred
from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.analysis.estimates import Estimates, estimates, reasons

METHOD = "ancova"


def ancova(
    outcome: Float[np.ndarray, " P"],
    arm: Shaped[np.ndarray, " P"],
    covariates: Float[np.ndarray, "P K"],
) -> Estimate:
    """Difference of two arms in one trial; the batch of one of `ancovas`."""
    return ancovas(outcome[None], arm, covariates[None]).at(0)


def ancovas(
    outcome: Float[np.ndarray, "R P"],
    arm: Shaped[np.ndarray, "*each P"],
    covariates: Float[np.ndarray, "#R P K"],
) -> Estimates:
    """Difference of two arms in each of many trials.

    Patients count where outcome, arm and covariates are finite. A reference arm and a
    compared one are chosen of several by making the others not a number.

    Parameters
    ----------
    outcome
        Score or change of each patient, not a number where missing [any unit].
    arm
        1 in the compared arm, 0 in the reference; the same for all replicates, or of
        each.
    covariates
        Baseline and others; K may be 0 [any unit]. The leading axis may be 1.

    Returns
    -------
    Estimates
        Compared less reference [unit of the outcome], with t of n - rank degrees of
        freedom.
    """
    group = np.broadcast_to(arm, outcome.shape).astype(float)
    given = np.broadcast_to(covariates, (*outcome.shape, covariates.shape[-1]))
    seen = np.isfinite(outcome) & np.isfinite(group) & np.isfinite(given).all(axis=-1)
    y, z = (centred(one[..., None], seen) for one in (outcome, group))
    x, rank = _orthonormal(centred(given, seen))
    y_left, z_left = (one - x @ (x.swapaxes(1, 2) @ one) for one in (y, z))
    length = _squares(z_left)
    aliased = length <= ALIASED * _squares(z)
    value = (z_left * y_left).sum(axis=(1, 2)) / np.where(aliased, 1.0, length)
    rss = _squares(y_left - value[:, None, None] * z_left)
    df = seen.sum(axis=1) - 2.0 - rank
    why = reasons(
        len(outcome),
        {
            "nobody observed in an arm": _empty(seen, group),
            "the covariates tell the arm": aliased,
            "too few patients": df < 1,
            "no variance": rss <= FLAT * (np.where(seen, outcome, 0.0) ** 2).sum(1),
        },
    )
    se = np.sqrt(rss / np.where(why == "", df * length, 1.0))
    return estimates(value, se, df, METHOD, why)


def _orthonormal(
    x: Float[np.ndarray, "R P K"],
) -> tuple[Float[np.ndarray, "R P K"], Int[np.ndarray, " R"]]:
    """Orthonormal columns that span the same, and how many; the others are 0."""
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    unit = x / np.where(length > 0, length, 1.0)
    share, vectors = np.linalg.eigh(unit.swapaxes(1, 2) @ unit)
    kept = share > ALIASED
    scale = np.where(kept, 1 / np.sqrt(np.where(kept, share, 1.0)), 0.0)
    return unit @ (vectors * scale[:, None, :]), kept.sum(axis=1)


def _squares(values: Float[np.ndarray, "R P 1"]) -> Float[np.ndarray, " R"]:
    return (values**2).sum(axis=(1, 2))


def _empty(
    seen: Bool[np.ndarray, "R P"], group: Float[np.ndarray, "R P"]
) -> Bool[np.ndarray, " R"]:
    """Whether in one of the two arms nobody is seen."""
    return ~((seen & (group == 1)).any(axis=1) & (seen & (group == 0)).any(axis=1))
