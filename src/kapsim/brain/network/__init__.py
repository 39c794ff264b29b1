"""Networks: what the loss of NMDA drive does to the firing of cortical nodes."""

import jax.numpy as jnp

from kapsim.brain.network.node import (
    Node as Node,
    NodeGates as NodeGates,
    NodeInputs as NodeInputs,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return ((Node, lambda n, dtype: NodeInputs(half(n, dtype), half(n, dtype))),)
