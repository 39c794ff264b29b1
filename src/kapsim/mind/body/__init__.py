"""The body as it is regulated, felt and believed in."""

import jax.numpy as jnp

from kapsim.mind.body.budget import (
    Body as Body,
    BodyInputs as BodyInputs,
    BodyState as BodyState,
)
from kapsim.mind.body.self_efficacy import (
    SelfEfficacy as SelfEfficacy,
    SelfEfficacyInputs as SelfEfficacyInputs,
    dyshomeostasis as dyshomeostasis,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    rows = lambda kind, count: lambda n, dtype: kind(*[jnp.full(n, 0.5, dtype)] * count)
    return (
        (Body, rows(BodyInputs, 5)),
        (SelfEfficacy, rows(SelfEfficacyInputs, 2)),
    )


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
