"""Mood: its momentum, its stability, and networks of symptoms."""

import jax.numpy as jnp

from kapsim.mind.mood.emotions import (
    EMOTIONS as EMOTIONS,
    EmotionInputs as EmotionInputs,
    Emotions as Emotions,
)
from kapsim.mind.mood.momentum import (
    MomentumInputs as MomentumInputs,
    MomentumSignals as MomentumSignals,
    MomentumState as MomentumState,
    MoodMomentum as MoodMomentum,
    largest_stable_feedback as largest_stable_feedback,
)
from kapsim.mind.mood.mood import (
    Mood as Mood,
    MoodInputs as MoodInputs,
    MoodState as MoodState,
)
from kapsim.mind.mood.symptom_network import (
    SYMPTOMS as SYMPTOMS,
    NetworkInputs as NetworkInputs,
    NetworkSignals as NetworkSignals,
    SymptomNetwork as SymptomNetwork,
)


def _emotions(trials: int = 2) -> EmotionInputs:
    normals = jnp.linspace(-1, 1, trials * len(EMOTIONS))
    return EmotionInputs(jnp.zeros(trials), normals.reshape(trials, len(EMOTIONS)))


def _network(trials: int = 2) -> NetworkInputs:
    size = trials * len(SYMPTOMS)
    uniforms = (jnp.arange(size, dtype=float) + 0.5) / size
    return NetworkInputs(jnp.ones(trials), uniforms.reshape(trials, len(SYMPTOMS)))


def _rewards(trials: int = 2) -> MomentumInputs:
    return MomentumInputs(jnp.arange(1, trials + 1, dtype=float))


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return ((Mood, lambda n, dtype: MoodInputs(*[half(n, dtype)] * 6)),)


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return (
        (MoodMomentum, _rewards),
        (SymptomNetwork, _network),
        (Emotions, _emotions),
    )
