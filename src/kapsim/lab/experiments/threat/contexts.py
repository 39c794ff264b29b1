"""Trials of one cue in rooms, as the latent-cause learner meets them."""

from collections.abc import Mapping, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import build, run_trials
from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.mind.threat import LatentCause, LatentCauseSignals, LatentCauseTrial

ROOMS = "ABC"
SIGNS = 1 + len(ROOMS)
"""The cue, and one sign for each room."""

Phases = Sequence[tuple[int, str, int]]
"""Shock (1 or 0), room and number of trials of each phase."""


def in_rooms(phases: Phases) -> tuple[np.ndarray, np.ndarray]:
    """Signs [trials, signs] and shocks [trials] of phases in which the cue is shown."""
    signs = [
        [1.0, *(float(room == place) for place in ROOMS)]
        for _, room, count in phases
        for _ in range(count)
    ]
    shocks = [float(us) for us, _, count in phases for _ in range(count)]
    return np.array(signs), np.array(shocks)


@eqx.filter_jit
def _followed(
    learner: LatentCause,
    designs: tuple[
        Float[Array, "designs trials signs"], Float[Array, "designs trials"]
    ],
    draws: Float[Array, "subjects trials"],
) -> LatentCauseSignals:
    def one(signs: Array, us: Array, draw: Array) -> LatentCauseSignals:
        return run_trials(learner, LatentCauseTrial(signs, us, draw))[1]

    of_subject = jax.vmap(one, in_axes=(0, 0, None))
    return jax.vmap(of_subject, in_axes=(None, None, 0))(*designs, draws)


def follow(
    designs: Sequence[Phases],
    *,
    particles: int = 1,
    subjects: int = 1,
    seed: int = 0,
    parameters: Mapping[str, float] | None = None,
) -> LatentCauseSignals:
    """Signals of latent-cause learners in designs of the same length.

    Parameters
    ----------
    designs
        Phases of each design.
    particles
        Particles of each learner; with 1 all subjects are alike.
    subjects
        Learners for each design; they meet the same random numbers in all designs.
    seed
        Seed of those numbers.
    parameters
        Values other than the recorded ones, by the id of the record.

    Returns
    -------
    LatentCauseSignals
        With leading axes [subjects, designs, trials].
    """
    signs, us = zip(*map(in_rooms, designs), strict=True)
    given = jnp.asarray(np.stack(signs)), jnp.asarray(np.stack(us))
    key = stream_key(seed, "lab.threat.particles")
    who = patient_indices(0, subjects)
    numbers = jax.vmap(lambda trial: uniforms(key, who, trial, 1, dtype=float)[0])
    draws = numbers(jnp.arange(given[1].shape[1])).T
    learner = build(LatentCause, parameters or {}, signs=SIGNS, particles=particles)
    return _followed(learner, given, draws)
