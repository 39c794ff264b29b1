"""The body as it is regulated, felt and believed in."""

import jax.numpy as jnp

from kapsim.mind.body.budget import (
    Body as Body,
    BodyInputs as BodyInputs,
    BodyState as BodyState,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return ((Body, lambda n, dtype: BodyInputs(*[half(n, dtype)] * 5)),)


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
