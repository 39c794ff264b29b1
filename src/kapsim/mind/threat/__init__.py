"""Learned fear, its extinction and its return."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.mind.threat.beta_bernoulli import (
    BetaBernoulli as BetaBernoulli,
    Counts as Counts,
    CountSignals as CountSignals,
)
from kapsim.mind.threat.latent_cause import (
    LatentCause as LatentCause,
    LatentCauseSignals as LatentCauseSignals,
    LatentCauseState as LatentCauseState,
    LatentCauseTrial as LatentCauseTrial,
)
from kapsim.mind.threat.memory_modification import (
    MemoryModification as MemoryModification,
    MemorySignals as MemorySignals,
    MemoryState as MemoryState,
    MemoryTrial as MemoryTrial,
)
from kapsim.mind.threat.pearce_hall import (
    PearceHall as PearceHall,
    PearceHallSignals as PearceHallSignals,
    PearceHallState as PearceHallState,
)
from kapsim.mind.threat.places import (
    Places as Places,
    PlacesInputs as PlacesInputs,
    PlacesState as PlacesState,
)
from kapsim.mind.threat.reconsolidation import (
    Reconsolidation as Reconsolidation,
    ReconsolidationInputs as ReconsolidationInputs,
)
from kapsim.mind.threat.rescorla_wagner import (
    CueSignals as CueSignals,
    CueTrial as CueTrial,
    RescorlaWagner as RescorlaWagner,
)
from kapsim.mind.threat.timing import (
    DrugTiming as DrugTiming,
    TimingInputs as TimingInputs,
    TimingSignals as TimingSignals,
)


def _outcomes(trials: int = 2) -> Float[Array, "trials"]:
    """A shock every other trial."""
    return jnp.arange(trials, dtype=float) % 2


def _cue_trials(trials: int = 2) -> CueTrial:
    return CueTrial(jnp.ones((trials, 1)), _outcomes(trials))


def _cause_trials(trials: int = 2) -> LatentCauseTrial:
    us = _outcomes(trials)
    return LatentCauseTrial(jnp.stack([jnp.ones(trials), us], axis=1), us, 0.5 + 0 * us)


def _memory_trials(trials: int = 2) -> MemoryTrial:
    us = _outcomes(trials)
    one, time = jnp.ones(trials), 2 * jnp.arange(trials, dtype=float)
    return MemoryTrial(one[:, None], us, time, 2 * one, one, one)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return (
        (Places, lambda n, dtype: PlacesInputs(half(n, dtype), half(n, dtype))),
        (DrugTiming, lambda n, dtype: TimingInputs(half(n, dtype))),
        (
            Reconsolidation,
            lambda n, dtype: ReconsolidationInputs(half(n, dtype), half(n, dtype)),
        ),
    )


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return (
        (RescorlaWagner, _cue_trials),
        (PearceHall, _outcomes),
        (BetaBernoulli, _outcomes),
        (LatentCause, _cause_trials),
        (MemoryModification, _memory_trials),
    )
