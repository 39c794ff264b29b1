"""Each study foretold from all others: leave-one-study-out.

For every study the posterior is sampled without its endpoints, and their joint density
under it is the log score of the study (`bridge`: with help of the posterior of all).
Studies that share patients count as one (`Target.study`). A log score is of the
endpoints on their working scale: only differences between models of the same endpoints
say something.

Source: Gelman, Hwang and Vehtari (2014), Understanding predictive information criteria;
Gneiting and Raftery (2007), Strictly proper scoring rules.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kapsim.engine.progress import OnProgress, silent
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.left_out.bridge import LogMean, bridged, plain
from kapsim.inference.posterior.predictive import Predictive, predictive
from kapsim.inference.posterior.sampling import Posterior, log_densities, sample
from kapsim.inference.targets.problem import Problem

DRAWS = 600
"""Draws of each posterior."""

Sampler = Callable[..., Posterior]
"""As `kapsim.inference.posterior.sampling.sample`."""


class StudyScore(NamedTuple):
    """How one study was foretold.

    Attributes
    ----------
    study
        Its name.
    endpoints, contrasts
        How many endpoints it has, and how many of them are contrasts.
    log_score
        Joint log density of its endpoints [working scale].
    contrast_score
        The same of its contrasts alone; not a number if it has none.
    log_score_se, contrast_score_se
        Their Monte Carlo standard errors.
    r_hat
        Worst convergence of the posterior without it.
    divergences
        Divergent transitions of it.
    """

    study: str
    endpoints: int
    contrasts: int
    log_score: float
    contrast_score: float
    log_score_se: float
    contrast_score_se: float
    r_hat: float
    divergences: int


class LeftOut(NamedTuple):
    """Every study foretold from the others.

    Attributes
    ----------
    studies
        Score of each.
    forecast
        Forecast of each of the K endpoints, without its own study.
    """

    studies: tuple[StudyScore, ...]
    forecast: Predictive

    @property
    def log_score(self) -> float:
        """Sum over studies."""
        return sum(one.log_score for one in self.studies)

    @property
    def contrast_score(self) -> float:
        """Sum over studies that have contrasts."""
        known = (one.contrast_score for one in self.studies if one.contrasts)
        return sum(known)

    @property
    def log_score_se(self) -> float:
        """Monte Carlo standard error of `log_score`."""
        return math.hypot(*(one.log_score_se for one in self.studies))

    @property
    def contrast_score_se(self) -> float:
        """The same of `contrast_score`."""
        own = (one.contrast_score_se for one in self.studies if one.contrasts)
        return math.hypot(*own)


def leave_each_out(
    problem: Problem,
    emulator: Emulator,
    whole: Posterior,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    sampler: Sampler = sample,
    on_progress: OnProgress = silent,
) -> LeftOut:
    """Foretell each study from the others.

    Parameters
    ----------
    problem, emulator
        What is fitted, and what stands for the simulator.
    whole
        Posterior of all studies.
    draws
        Draws of each posterior.
    seed
        Of the chains, the same for each study.
    sampler
        Samples a posterior.
    on_progress
        Told of each study that is done.
    """
    parts = {name: np.full(len(problem.observed), math.nan) for name in _FIELDS}
    scores = []
    logs = lambda one, which: log_densities(problem, emulator, one, which)
    for study in problem.studies:
        own = problem.of_study(study)
        posterior = sampler(problem, emulator, keep=~own, draws=draws, seed=seed)
        scores.append(_scored(problem, posterior, whole, study, logs))
        found = predictive(problem, emulator, posterior)
        for name in _FIELDS:
            parts[name][own] = getattr(found, name)[own]
        on_progress(study, 1)
    return LeftOut(tuple(scores), Predictive(**parts))


_FIELDS = Predictive._fields


def _scored(
    problem: Problem,
    posterior: Posterior,
    whole: Posterior,
    study: str,
    logs: Callable[[Posterior, Bool[np.ndarray, " K"]], Float[np.ndarray, " D"]],
) -> StudyScore:
    """Score of a study under a posterior without it.

    `logs` gives the log densities of some endpoints under the draws of a posterior.
    """
    own = problem.of_study(study)
    compares = own & contrasts(problem)
    score = bridged(logs(posterior, own), logs(whole, own))
    contrast = LogMean(math.nan, math.nan)
    if compares.any():
        contrast = plain(logs(posterior, compares))
    return StudyScore(
        study=study,
        endpoints=int(own.sum()),
        contrasts=int(compares.sum()),
        log_score=score.value,
        contrast_score=contrast.value,
        log_score_se=score.se,
        contrast_score_se=contrast.se,
        r_hat=worst(posterior.r_hat),
        divergences=int(posterior.divergences),
    )


def contrasts(problem: Problem) -> Bool[np.ndarray, " K"]:
    """Which endpoints compare two arms."""
    return np.array([target.contrast for target in problem.targets])


def worst(r_hat: Float[np.ndarray, " Q"]) -> float:
    """Largest convergence statistic that is known; not a number if none is."""
    known = np.asarray(r_hat, float)
    known = known[np.isfinite(known)]
    return float(known.max()) if len(known) else math.nan
