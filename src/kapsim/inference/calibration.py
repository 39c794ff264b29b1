"""A calibration from the first point to the posterior: calibrate, emulate, sample.

1. Points of a first round fill the priors (a Latin hypercube).
2. Each later round has points from the posterior of the emulator that all points so far
   make, with the likelihood raised to a power below one at first, and widened a little.
3. The posterior is sampled on the emulator of all points; late points count most.
4. Some draws are simulated anew, with persons that no fit has seen.

Source: Cleary, Garbuno-Inigo, Lan, Schneider and Stuart (2021), Calibrate, emulate,
sample.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.stats import norm, qmc

from kapsim.engine.progress import OnProgress
from kapsim.inference.emulation import ensemble as ensembles
from kapsim.inference.emulation.emulator import Emulator, fit
from kapsim.inference.emulation.ensemble import Ensemble, Workers
from kapsim.inference.posterior.sampling import TYPICAL, Posterior, sample
from kapsim.inference.targets.problem import Problem

SPREAD = 0.8
"""Width of the first round, in SDs of the priors."""

POWERS = (0.1, 0.4, 1.0)
"""Power of the likelihood after each round but the last; the last one stays."""

FADING = 0.5
"""Weight of the points of a round over those of the next."""

_WIDER = 1.2  # of the spread of the points of a later round
_FARTHEST = 3.5  # of any point, in SDs of the priors
_BREAKDOWN = 0.5  # of the endpoints missing: a point that is left out
_DRAWS = 400  # of a tempered posterior
_THIN = 10  # steps of a chain for each draw of the posterior


class Round(NamedTuple):
    """How well a round went.

    Attributes
    ----------
    number, points
        Which, and how many points.
    power
        Power of the likelihood that its points come from; zero for the prior.
    misfit_mean, misfit_best
        Squared distance from the endpoints in SDs, per endpoint [1].
    emulator_r2
        Median share of the variance of an endpoint that the emulator tells [1].
    """

    number: int
    points: int
    power: float
    misfit_mean: float
    misfit_best: float
    emulator_r2: float


class Calibrated(NamedTuple):
    """A finished calibration."""

    ensemble: Ensemble
    emulator: Emulator
    posterior: Posterior
    rounds: tuple[Round, ...]


class Plan(NamedTuple):
    """How much is simulated and sampled.

    Attributes
    ----------
    points
        Points of each round.
    draws
        Draws of the posterior.
    fresh
        Draws that are simulated anew.
    seed
        Seed of points and draws.
    fixed
        Index of a parameter that is held fixed, and its u.
    start
        Draws that the first round is to be like; the priors if None.
    """

    points: tuple[int, ...]
    draws: int
    fresh: int
    seed: int
    fixed: dict[int, float]
    start: Float[np.ndarray, "d P"] | None = None


def calibrated(
    problem: Problem,
    plan: Plan,
    workers: Workers,
    values: Callable[[Float[np.ndarray, " P"]], dict[str, Any]],
    directory: Path,
    on_progress: OnProgress,
) -> Calibrated:
    """Carry a calibration out, from where an earlier one of the directory stopped.

    Parameters
    ----------
    problem
        What is fitted to what.
    plan
        How much is done.
    workers
        Simulate.
    values
        Values of parameters at a point, with what the explanation holds fixed.
    directory
        Keeps ``ensemble.npz``.
    on_progress
        Told of each simulated point.
    """
    path = directory / "ensemble.npz"
    made = _started(problem, path)
    rounds, emulator = [], None
    for number, points in enumerate(plan.points):
        power = 0.0 if number == 0 else POWERS[min(number, len(POWERS)) - 1]
        if made.rounds == number:
            made = made.planned(_points(problem, emulator, plan, number, power, points))
        made = workers.complete(made, values, path, _told(on_progress, number))
        emulator = emulated(made, number)
        rounds.append(_judged(problem, made, emulator, number, power))
    assert emulator is not None
    posterior = sample(
        problem,
        emulator,
        fixed=plan.fixed,
        draws=plan.draws,
        seed=plan.seed,
        thin=_THIN,
    )
    return Calibrated(made, emulator, posterior, tuple(rounds))


def _started(problem: Problem, path: Path) -> Ensemble:
    if path.exists():
        return ensembles.load(path)
    return ensembles.empty(len(problem.freed), len(problem.targets))


def _told(on_progress: OnProgress, number: int) -> Callable[[int, int], None]:
    return lambda done, total: on_progress(f"round {number}", 1)


def _points(
    problem: Problem,
    emulator: Emulator | None,
    plan: Plan,
    number: int,
    power: float,
    points: int,
) -> Float[np.ndarray, "m P"]:
    """Points of a round: of the prior first, then of the tempered posterior."""
    size, seed = len(problem.freed), plan.seed + 1000 * number
    if emulator is not None:
        found = sample(
            problem,
            emulator,
            fixed=plan.fixed,
            draws=max(_DRAWS, points),
            seed=seed,
            power=power,
        ).u
        u = _widened(found, points, seed)
    elif plan.start is not None:
        u = _widened(plan.start, points, seed)
    else:
        design = qmc.LatinHypercube(size, rng=np.random.default_rng(seed))
        u = SPREAD * norm.ppf(design.random(points))
    for index, value in plan.fixed.items():
        u[:, index] = value
    return np.clip(u, -_FARTHEST, _FARTHEST)


def _widened(
    found: Float[np.ndarray, "d P"], points: int, seed: int
) -> Float[np.ndarray, "m P"]:
    """Some of these draws, a little farther from their mean."""
    order = np.random.default_rng(seed).permutation(len(found))[:points]
    middle = found.mean(axis=0)
    return middle + _WIDER * (found[order] - middle)


def emulated(made: Ensemble, number: int) -> Emulator:
    """Emulator of all points up to a round; later rounds count more."""
    sound = np.isfinite(made.outputs).mean(axis=1) > 1 - _BREAKDOWN
    own = sound & (made.round <= number)
    near = FADING ** (number - made.round[own])
    return fit(made.u[own], made.outputs[own], near)


def _judged(
    problem: Problem, made: Ensemble, emulator: Emulator, number: int, power: float
) -> Round:
    own = made.outputs[made.round == number]
    whole = problem.covariance(TYPICAL, 0 * emulator.error)
    inverse = np.linalg.inv(whole)
    away = np.nan_to_num(own - problem.observed)
    misfit = np.einsum("nk,kl,nl->n", away, inverse, away) / len(problem.observed)
    told = 1 - (emulator.error / np.nanstd(own, axis=0).clip(1e-9)) ** 2
    return Round(
        number,
        len(own),
        power,
        float(misfit.mean()),
        float(misfit.min()),
        float(np.median(told)),
    )


def fresh(
    problem: Problem,
    posterior: Posterior,
    workers: Workers,
    values: Callable[[Float[np.ndarray, " P"]], dict[str, Any]],
    number: int,
    on_progress: OnProgress,
) -> tuple[Sequence[int], Float[np.ndarray, "m K"]]:
    """Draws of the posterior simulated with persons that no fit has seen.

    Returns
    -------
    tuple
        Which draws, evenly spaced, and their endpoints on the working scale.
    """
    chosen = np.linspace(0, len(posterior.u) - 1, number).astype(int)
    found = np.full((number, len(problem.targets)), np.nan)
    asked = [values(posterior.u[k]) for k in chosen]
    for index, outputs in workers.endpoints(asked, len(problem.targets)):
        found[index] = outputs
        on_progress("fresh persons", 1)
    return chosen.tolist(), found
