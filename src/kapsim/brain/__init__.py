"""Relaxation, glutamate surge, plasticity window, consolidation; networks."""

import jax.numpy as jnp

from kapsim.brain import network
from kapsim.brain.consolidation import (
    Consolidation as Consolidation,
    ConsolidationInputs as ConsolidationInputs,
)
from kapsim.brain.relaxation import (
    Relaxation as Relaxation,
    RelaxationInputs as RelaxationInputs,
)
from kapsim.brain.surge import Surge as Surge, SurgeInputs as SurgeInputs
from kapsim.brain.window import Window as Window, WindowInputs as WindowInputs


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return (
        (Relaxation, lambda n, dtype: RelaxationInputs(half(n, dtype))),
        (Surge, lambda n, dtype: SurgeInputs(half(n, dtype))),
        (Window, lambda n, dtype: WindowInputs(half(n, dtype))),
        (
            Consolidation,
            lambda n, dtype: ConsolidationInputs(half(n, dtype), half(n, dtype)),
        ),
        *network.mechanisms(),
    )
