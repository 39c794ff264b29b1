"""What a person tells himself: self-criticism and rumination."""

import jax.numpy as jnp

from kapsim.mind.criticism.credibility import (
    Credibility as Credibility,
    CredibilityInputs as CredibilityInputs,
)
from kapsim.mind.criticism.rumination import (
    Rumination as Rumination,
    RuminationInputs as RuminationInputs,
)
from kapsim.mind.criticism.self_criticism import (
    Criticism as Criticism,
    SelfCriticism as SelfCriticism,
    SelfCriticismInputs as SelfCriticismInputs,
)
from kapsim.mind.criticism.thought import (
    Thoughts as Thoughts,
    ThoughtState as ThoughtState,
    ThoughtTrial as ThoughtTrial,
    dwell as dwell,
    negative_share as negative_share,
    negative_weight as negative_weight,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    rows = lambda kind, count: lambda n, dtype: kind(*[jnp.full(n, 0.5, dtype)] * count)
    return (
        (Rumination, rows(RuminationInputs, 4)),
        (Credibility, rows(CredibilityInputs, 1)),
        (SelfCriticism, rows(SelfCriticismInputs, 3)),
    )


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    inside = lambda: jnp.linspace(0, 1, 6)[1:-1]
    return ((Thoughts, lambda: ThoughtTrial(inside(), 1 - inside())),)
