"""What a person tells himself: self-criticism and rumination."""

import jax.numpy as jnp

from kapsim.mind.criticism.rumination import (
    Rumination as Rumination,
    RuminationInputs as RuminationInputs,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return ((Rumination, lambda n, dtype: RuminationInputs(*[half(n, dtype)] * 4)),)


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
