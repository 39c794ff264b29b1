"""Data drawn from the model of a calibration at known parameters.

    y = emulator(u) + Z a + A b + W c + s + e,   a ~ N(0, tau^2),  b ~ N(0, delta^2),
    c ~ N(0, omega^2),  s ~ N(0, S),  e_k ~ N(0, error_k^2)

with a an effect of each study, b one of each arm, c one of each study on the logits of
its shares, S the sampling covariance. Each part
is drawn by itself, not from the covariance that the sampler makes of them, so that an
error of that covariance shows.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import stream_key
from kapsim.evidence.posterior import Spreads
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
    spreads
        SD of each effect.
    outputs
        Endpoints that the whole model gave there; None where the emulator, with its
        error, stands for it.
    """

    u: Float[np.ndarray, "P"]
    spreads: Spreads
    outputs: Float[np.ndarray, "K"] | None = None

    @property
    def quantities(self) -> Float[np.ndarray, "Q"]:
        """All of them in one array, the SDs last."""
        return np.array([*self.u, *self.spreads])


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
        spreads = np.abs(source.standard_normal(len(Spreads._fields))) * effect_scales()
        found.append(Truth(u, Spreads(*spreads.tolist())))
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
    spreads = np.asarray(posterior.spreads)
    return tuple(Truth(u[k], Spreads(*spreads[k].tolist())) for k in chosen)


def synthetic(
    problem: Problem,
    emulator: Emulator,
    u: Float[Array, "P"] | Float[np.ndarray, "P"],
    spreads: Spreads,
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
    spreads
        True SD of each effect.
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
    own_error = np.asarray(emulator.error)
    own_error = own_error * source.standard_normal(len(own_error))
    drawn = np.array(emulator(jnp.asarray(u))) + own_error
    drawn = drawn if outputs is None else np.array(outputs)
    drawn += _root(np.asarray(problem.sampling)) @ source.standard_normal(len(drawn))
    for sd, effect in zip(spreads, problem.effects, strict=True):
        drawn += effect @ (sd * source.standard_normal(effect.shape[1]))
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
