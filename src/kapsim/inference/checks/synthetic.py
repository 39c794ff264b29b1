"""Data drawn from the model of a calibration at known parameters.

    y = emulator(u) + Z a + A b + s + e,   a ~ N(0, tau^2),  b ~ N(0, delta^2),
    s ~ N(0, S),  e_k ~ N(0, error_k^2)

with a an effect of each study, b one of each arm, S the sampling covariance. Each part
is drawn by itself, not from the covariance that the sampler makes of them, so that an
error of that covariance shows.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import stream_key
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.targets.assumed import effect_scales
from kapsim.inference.targets.problem import Problem


class Truth(NamedTuple):
    """Known parameters that data are drawn at.

    Attributes
    ----------
    u
        Freed parameters on the standard scale of the prior.
    study_sd, arm_sd
        SD of the effects of studies and of arms [MADRS point].
    outputs
        Endpoints that the whole model gave there; None where the emulator, with its
        error, stands for it.
    """

    u: Float[np.ndarray, "P"]
    study_sd: float
    arm_sd: float
    outputs: Float[np.ndarray, "K"] | None = None

    @property
    def quantities(self) -> Float[np.ndarray, "Q"]:
        """All of them in one array, the SDs last."""
        return np.array([*self.u, self.study_sd, self.arm_sd])


def prior_truths(problem: Problem, number: int, seed: int) -> tuple[Truth, ...]:
    """Truths drawn from the prior of the sampler.

    Parameters
    ----------
    problem
        Freed parameters.
    number
        Truths wanted.
    seed
        Of the draws.

    Returns
    -------
    tuple
        Truths; asking for more leaves the first ones as they were.
    """
    found = []
    for place in range(number):
        source = generator(derived(seed, place), "inference.prior")
        u = source.standard_normal(len(problem.freed))
        study, arm = np.abs(source.standard_normal(2)) * effect_scales()
        found.append(Truth(u, float(study), float(arm)))
    return tuple(found)


def posterior_truths(posterior: Posterior, number: int, seed: int) -> tuple[Truth, ...]:
    """Truths where the posterior lies: some of its draws.

    Parameters
    ----------
    posterior
        Draws to choose among.
    number
        Truths wanted, none of them twice.
    seed
        Of the choice.

    Returns
    -------
    tuple
        Truths.

    Raises
    ------
    ValueError
        If more are wanted than there are draws.
    """
    u = np.asarray(posterior.u)
    if number > len(u):
        raise ValueError(f"{number} truths cannot be chosen from {len(u)} draws.")
    chosen = generator(seed, "inference.truths").permutation(len(u))[:number]
    study, arm = np.asarray(posterior.study_sd), np.asarray(posterior.arm_sd)
    return tuple(Truth(u[k], float(study[k]), float(arm[k])) for k in chosen)


def synthetic(
    problem: Problem,
    emulator: Emulator,
    u: Float[Array, "P"] | Float[np.ndarray, "P"],
    study_sd: float,
    arm_sd: float,
    outputs: Float[np.ndarray, "K"] | None = None,
    *,
    seed: int,
) -> Problem:
    """A problem whose observed endpoints are drawn from the model at a known truth.

    Parameters
    ----------
    problem
        Endpoints, sampling covariance and what studies and arms have in common.
    emulator
        Mean of each endpoint, and the error of that mean.
    u
        True parameters on the standard scale.
    study_sd, arm_sd
        True SD of the effects of studies and arms.
    outputs
        Endpoints of the whole model at the truth, in place of the emulator's.
    seed
        Of the draw.

    Returns
    -------
    Problem
        The same with other observations.
    """
    source = generator(seed, "inference.synthetic")
    level, arm = np.asarray(problem.level), np.asarray(problem.arm)
    own_error = np.asarray(emulator.error) * source.standard_normal(len(level))
    drawn = np.array(emulator(jnp.asarray(u))) + own_error
    drawn = drawn if outputs is None else np.array(outputs)
    drawn += _root(np.asarray(problem.sampling)) @ source.standard_normal(len(drawn))
    drawn += level @ (study_sd * source.standard_normal(level.shape[1]))
    drawn += arm @ (arm_sd * source.standard_normal(arm.shape[1]))
    targets = tuple(
        target._replace(observed=float(value))
        for target, value in zip(problem.targets, drawn, strict=True)
    )
    return problem._replace(targets=targets, observed=drawn)


def generator(seed: int, stream: str) -> np.random.Generator:
    """Random numbers of a named stream under a seed."""
    words = stream_key(seed, stream)
    return np.random.default_rng([int(word) for word in np.asarray(words)])


def derived(seed: int, place: int) -> int:
    """Seed of a repetition under a seed."""
    return int(generator(seed, f"inference.repetition.{place}").integers(2**31))


def _root(covariance: Float[np.ndarray, "K K"]) -> Float[np.ndarray, "K K"]:
    """Matrix whose product with its transpose is the covariance; it may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))
