"""Each rival explanation calibrated on the same data, and how it foretells them.

Rivals are compared by leave-one-study-out log scores: a rival with less freedom cannot
win by that, nor one with more. The difference from the whole model is the sum over n
studies of their differences d, with the standard error sqrt(n) SD(d). Two explanations
are told apart where it exceeds twice that. A few studies of unlike size make such an
error rough.

Source: Vehtari, Gelman and Gabry (2017), Practical Bayesian model evaluation using
leave-one-out cross-validation and WAIC.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from kapsim.engine.progress import OnProgress, silent
from kapsim.evidence.explanations import ALIKE, BETTER, WORSE
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.left_out.bridge import plain
from kapsim.inference.left_out.forecast import (
    DRAWS,
    LeftOut,
    Sampler,
    leave_each_out,
    worst,
)
from kapsim.inference.posterior.predictive import Predictive, emulated, predictive
from kapsim.inference.posterior.sampling import Posterior, log_densities, sample
from kapsim.inference.rivals.explanations import BRIEFLY, FULL, Rival
from kapsim.inference.targets.problem import Problem
from kapsim.trial.summaries.intervals import ENDS

TOLD_APART = 2.0
"""Standard errors beyond which two explanations count as told apart."""

GAINS = ("therapy.modality.kappa", "mind.belief.kappa")
"""Records by which therapy, and learning of any kind, count more under the drug."""


class Scored(NamedTuple):
    """A rival, calibrated.

    Attributes
    ----------
    left_out
        Each study foretold from the others.
    forecast
        Of each endpoint, from a posterior of all of them.
    misfit
        Squared distance of the endpoints from that posterior's mean, by its covariance,
        over their number; near one if all is as it should be.
    fit_log_score
        Joint log density of all endpoints under that posterior.
    spreads
        Of each effect (`Spreads`) mean and ends of the 95 % interval.
    gains
        The same of `GAINS` that are free [unit of the record].
    r_hat
        Worst convergence of any posterior.
    divergences
        Divergent transitions of all posteriors.
    """

    left_out: LeftOut
    forecast: Predictive
    misfit: float
    fit_log_score: float
    spreads: dict[str, dict[str, float]]
    gains: dict[str, dict[str, float]]
    r_hat: float
    divergences: int


def score(
    problem: Problem,
    emulator: Emulator,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    sampler: Sampler = sample,
    on_progress: OnProgress = silent,
) -> Scored:
    """Calibrate one rival, to all endpoints and without each study.

    Parameters
    ----------
    problem, emulator
        Of the rival (`kapsim.inference.rivals.explanations.restricted`).
    draws, seed, sampler
        Of each posterior.
    on_progress
        Told of each study that is done.
    """
    posterior = sampler(problem, emulator, draws=draws, seed=seed)
    every = np.ones(len(problem.observed), bool)
    left_out = leave_each_out(
        problem,
        emulator,
        posterior,
        draws=draws,
        seed=seed,
        sampler=sampler,
        on_progress=on_progress,
    )
    r_hats = [worst(posterior.r_hat), *(one.r_hat for one in left_out.studies)]
    divergences = sum(one.divergences for one in left_out.studies)
    return Scored(
        left_out=left_out,
        forecast=predictive(problem, emulator, posterior),
        misfit=misfit(problem, emulator, posterior),
        fit_log_score=plain(log_densities(problem, emulator, posterior, every)).value,
        spreads={one: _summary(drawn) for one, drawn in posterior.by_effect.items()},
        gains=_gains(problem, posterior),
        r_hat=worst(np.array(r_hats)),
        divergences=divergences + int(posterior.divergences),
    )


def misfit(problem: Problem, emulator: Emulator, posterior: Posterior) -> float:
    """Squared Mahalanobis distance of the endpoints from the mean, per endpoint."""
    away = problem.observed - emulated(emulator, posterior).mean(axis=0)
    covariance = problem.covariance(posterior.spreads.mean(axis=0), emulator.error)
    return float(away @ np.linalg.solve(covariance, away)) / len(away)


def _gains(problem: Problem, posterior: Posterior) -> dict[str, dict[str, float]]:
    return {
        freed.id: _summary(freed.value(posterior.u[:, index]))
        for index, freed in enumerate(problem.freed)
        if freed.id in GAINS
    }


def _summary(drawn: Float[np.ndarray, " D"]) -> dict[str, float]:
    low, high = np.quantile(drawn, ENDS)
    return {"mean": float(np.mean(drawn)), "low": float(low), "high": float(high)}


class Difference(NamedTuple):
    """A sum of paired differences over studies, with its standard error.

    Attributes
    ----------
    sum, se
        Sum, and sqrt(n) SD of the differences; not a number of fewer than two.
    """

    sum: float
    se: float

    @property
    def told_apart(self) -> bool:
        """Whether it exceeds its standard error by `TOLD_APART` times."""
        return abs(self.sum) > TOLD_APART * self.se


def difference(
    own: Sequence[float] | Float[np.ndarray, " n"],
    other: Sequence[float] | Float[np.ndarray, " n"],
) -> Difference:
    """Difference of two sets of scores of the same studies, unknown ones left out."""
    apart = np.asarray(own, float) - np.asarray(other, float)
    apart = apart[np.isfinite(apart)]
    if len(apart) < 2:
        return Difference(float(apart.sum()), math.nan)
    return Difference(
        float(apart.sum()), math.sqrt(len(apart)) * float(apart.std(ddof=1))
    )


def counterparts(scores: Mapping[str, tuple[Rival, Scored]]) -> dict[str, Scored]:
    """What each is compared with: the whole model, on the same terms if it is there.

    Parameters
    ----------
    scores
        By name: the whole model, rivals, and where rivals have simulations of their
        own the whole model on their terms (`kapsim.inference.rivals.brief`).
    """
    full = scores[FULL][1]
    _, brief = scores.get(BRIEFLY.name, (None, full))
    return {
        name: brief if rival.resimulate and not rival.whole else full
        for name, (rival, _) in scores.items()
    }


def compared(
    scores: Mapping[str, tuple[Rival, Scored]], others: Mapping[str, Scored]
) -> list[dict[str, Any]]:
    """A plain entry for each, compared with its counterpart."""
    return [_entry(rival, own, others[name]) for name, (rival, own) in scores.items()]


def _entry(rival: Rival, own: Scored, other: Scored) -> dict[str, Any]:
    mine, theirs = own.left_out.studies, other.left_out.studies
    whole = difference(
        [one.log_score for one in mine], [one.log_score for one in theirs]
    )
    compare = difference(
        [one.contrast_score for one in mine], [one.contrast_score for one in theirs]
    )
    return {
        "name": rival.name,
        "title": rival.title,
        "meaning": rival.meaning,
        "held": dict(rival.fixed),
        "resimulated": rival.resimulate,
        "log_score": own.left_out.log_score,
        "log_score_se": _known(own.left_out.log_score_se),
        "contrast_score": own.left_out.contrast_score,
        "contrast_score_se": _known(own.left_out.contrast_score_se),
        "by_study": {one.study: one.log_score for one in mine},
        "differences_by_study": {
            one.study: one.log_score - two.log_score
            for one, two in zip(mine, theirs, strict=True)
        },
        "contrasts_by_study": {
            one.study: one.contrast_score for one in mine if one.contrasts
        },
        "difference": whole.sum,
        "se": _known(whole.se),
        "contrast_difference": compare.sum,
        "contrast_se": _known(compare.se),
        "told_apart": whole.told_apart,
        "contrasts_told_apart": compare.told_apart,
        "verdict": "" if rival.whole else verdict(whole),
        "contrast_verdict": "" if rival.whole else verdict(compare),
        "misfit": own.misfit,
        "fit_log_score": own.fit_log_score,
        **own.spreads,
        "gains": own.gains,
        "r_hat": _known(own.r_hat),
        "divergences": own.divergences,
    }


def verdict(found: Difference) -> str:
    """What a difference of log scores from the whole model says, in words."""
    if not found.told_apart:
        return ALIKE
    return WORSE if found.sum < 0 else BETTER


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
