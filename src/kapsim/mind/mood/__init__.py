"""Mood: its momentum, its stability, and networks of symptoms."""

import jax.numpy as jnp

from kapsim.mind.mood.mood import (
    Mood as Mood,
    MoodInputs as MoodInputs,
    MoodState as MoodState,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return ((Mood, lambda n, dtype: MoodInputs(*[half(n, dtype)] * 5)),)


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
