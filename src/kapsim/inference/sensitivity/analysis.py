"""Sensitivity of a protocol: screening, emulator, and the variance of each outcome.

1. Screening of all factors by elementary effects.
2. A design of joint draws of all factors, simulated once, serves twice. The variance by
   class is estimated from it without an emulator (`classes`). And the emulator is
   fitted to it: quadratic in the factors that the screening retains.
3. Shapley effects of the retained factors under the emulator (`shapley`).

What the emulator explains is told by a fifth of the base points that it was not fitted
to. Shares of factors are scaled to that, so that they and what is unexplained add up to
one: the unexplained holds factors that were not retained, bends of higher order, and
what is left of chance in the virtual persons.
"""

import importlib.util
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.engine import platform
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.tasks import remove_chunks
from kapsim.evidence.posterior import posterior
from kapsim.evidence.sensitivity import NAMED
from kapsim.inference.emulation.emulator import Emulator, fit
from kapsim.inference.sensitivity import classes, screening, shapley
from kapsim.inference.sensitivity.classes import ClassShares
from kapsim.inference.sensitivity.factors import Factors, Origin, factors_of
from kapsim.inference.sensitivity.outcomes import Outcome, outcomes
from kapsim.inference.sensitivity.request import SensitivityRequest
from kapsim.inference.sensitivity.runs import simulate
from kapsim.inference.sensitivity.screening import Screening
from kapsim.trial.request import RequestError

Model = Callable[[Float[np.ndarray, "n P"], str], Float[np.ndarray, "n K"]]
"""Outcomes at coordinates of the factors; the second argument is a label."""

_HELD_OUT = 5
"""One base point in so many is held out."""


class Sensitivity(NamedTuple):
    """What came of it, for P factors, r of them retained, and K outcomes.

    Attributes
    ----------
    request, factors, outcomes
        What was analysed.
    names
        Classes, in the order of `by_class`.
    mean, sd
        Of each outcome over the joint distribution [its unit].
    screening
        Elementary effects of all factors.
    retained
        Places of the factors in the emulator.
    by_class
        Shares of each outcome by class, without an emulator; None where it does not
        vary.
    shares
        [K, r] share of the variance of each retained factor.
    slope
        [K, r] change of the outcome with one SD of a factor, by the emulator, the
        others held [unit of the outcome].
    explained
        [K] share of the variance that the emulator explains at points held out.
    runs
        Simulations of the protocol.
    """

    request: SensitivityRequest
    factors: Factors
    outcomes: tuple[Outcome, ...]
    names: tuple[str, ...]
    mean: Float[np.ndarray, " K"]
    sd: Float[np.ndarray, " K"]
    screening: Screening
    retained: tuple[int, ...]
    by_class: tuple[ClassShares | None, ...]
    shares: Float[np.ndarray, "K r"]
    slope: Float[np.ndarray, "K r"]
    explained: Float[np.ndarray, " K"]
    runs: int


def sensitivity(
    request: SensitivityRequest,
    chunks: Path,
    *,
    workers: int = 1,
    on_start: Callable[[int], None] = lambda total: None,
    on_progress: OnProgress = silent,
) -> Sensitivity:
    """Carry out a sensitivity analysis.

    Parameters
    ----------
    request
        What is analysed.
    chunks
        Directory of finished parts, which are used if it was interrupted; removed at
        the end.
    workers
        Processes.
    on_start
        Told how many runs there are.
    on_progress
        Called with a label and how many more runs are done.

    Raises
    ------
    RequestError
        If SALib is not installed.
    TaskError
        If a part fails; finished ones are kept.
    StoreError
        If a part cannot be written.
    """
    if importlib.util.find_spec("SALib") is None:
        raise RequestError(
            "a sensitivity analysis needs SALib: pip install 'kapsim[sensitivity]'."
        )
    platform.configure()
    platform.check_arithmetic()
    factors = factors_of(request.protocol, posterior())
    on_start(count_runs(request, factors))

    def model(x: Float[np.ndarray, "n P"], label: str) -> Float[np.ndarray, "n K"]:
        sets = factors.values(x)
        return simulate(
            request.protocol,
            sets,
            chunks,
            persons=request.persons,
            seed=request.seed,
            workers=workers,
            on_progress=on_progress,
            label=label,
        )

    found = analyse(request, factors, outcomes(request.protocol), model)
    remove_chunks(chunks)
    return found


def count_runs(request: SensitivityRequest, factors: Factors) -> int:
    """Simulations that an analysis takes."""
    screened = request.trajectories * (len(factors.each) + 1)
    return screened + request.base * (len(set(factors.origins)) + 2)


def analyse(
    request: SensitivityRequest,
    factors: Factors,
    wanted: tuple[Outcome, ...],
    model: Model,
) -> Sensitivity:
    """As `sensitivity`, of any function of the coordinates."""
    cube = screening.design(len(factors.each), request.trajectories, request.seed)
    first = _known(model(factors.coordinates(cube), "screening"))
    found = screening.screen(cube, first)
    groups = [str(origin) for origin in factors.origins]
    block = len(set(groups)) + 2
    points = classes.design(groups, request.base, request.seed)
    x = factors.coordinates(points)
    y = _known(model(x, "variance"))
    sd = y.std(axis=0, ddof=1)
    varies = sd > 1e-9 * np.maximum(np.abs(y).max(axis=0), 1.0)
    retained = _retained(found, factors, np.where(varies, sd, 0.0), request.retained)
    chosen = x[:, retained]
    held = np.arange(len(y)) // block % _HELD_OUT == _HELD_OUT - 1
    shares, slope = _attributed(factors, retained, fit(chosen, y))
    explained = np.where(varies, _explained(chosen, y, held), 0.0)
    return Sensitivity(
        request=request,
        factors=factors,
        outcomes=wanted,
        names=tuple(dict.fromkeys(groups)),
        mean=y.mean(axis=0),
        sd=sd,
        screening=found,
        retained=tuple(int(place) for place in retained),
        by_class=tuple(
            classes.class_shares(groups, column, request.seed) if real else None
            for column, real in zip(y.T, varies, strict=True)
        ),
        shares=shares * explained[:, None],
        slope=slope,
        explained=explained,
        runs=len(cube) + len(points),
    )


def _retained(
    found: Screening, factors: Factors, sd: Float[np.ndarray, " K"], count: int
) -> Int[np.ndarray, " r"]:
    """Factors that matter most, with those assumptions that reports name."""
    order = found.retained(sd, len(factors.each))
    assumed = [k for k in order if factors.each[k].origin is Origin.ASSUMED]
    return np.array(list(dict.fromkeys([*order[:count], *assumed[:NAMED]])))


def _known(outputs: Float[np.ndarray, "n K"]) -> Float[np.ndarray, "n K"]:
    """Outcomes with the mean where there is none, as nobody could relapse there."""
    known = np.isfinite(outputs)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, outputs, 0.0).sum(axis=0) / count
    return np.where(known, outputs, mean)


def _attributed(
    factors: Factors, retained: Int[np.ndarray, " r"], emulator: Emulator
) -> tuple[Float[np.ndarray, "K r"], Float[np.ndarray, "K r"]]:
    """Shares of the variance of the emulator, and its slopes in the middle."""
    joint = factors.correlation[np.ix_(retained, retained)]
    fourth = factors.fourth[retained]
    effects = np.stack(
        [
            shapley.shapley_effects(linear, quadratic, joint, fourth)
            for linear, quadratic in zip(
                emulator.linear, emulator.quadratic, strict=True
            )
        ]
    )
    whole = effects.sum(axis=1, keepdims=True)
    return effects / np.where(whole > 0, whole, 1.0), emulator.linear


def _explained(
    x: Float[np.ndarray, "n r"],
    y: Float[np.ndarray, "n K"],
    held: Bool[np.ndarray, " n"],
) -> Float[np.ndarray, " K"]:
    """Share of the variance of the points held out that the others foretell."""
    told = np.asarray(fit(x[~held], y[~held])(jnp.asarray(x[held])))
    left = ((y[held] - told) ** 2).mean(axis=0)
    whole = y.var(axis=0)
    share = 1.0 - left / np.where(whole > 0, whole, math.inf)
    return np.clip(share, 0.0, 1.0)
