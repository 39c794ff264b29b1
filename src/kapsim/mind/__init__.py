"""Beliefs about body, rank and threat; behaviour, rumination, mood, severity."""

import jax.numpy as jnp

from kapsim.mind.behaviour import (
    Behaviour as Behaviour,
    BehaviourInputs as BehaviourInputs,
)
from kapsim.mind.belief import (
    DOMAINS as DOMAINS,
    BeliefInputs as BeliefInputs,
    BeliefLearner as BeliefLearner,
    BeliefState as BeliefState,
    Evidence as Evidence,
    SelfEvidence as SelfEvidence,
)
from kapsim.mind.body import (
    Body as Body,
    BodyInputs as BodyInputs,
    BodyState as BodyState,
)
from kapsim.mind.mood import (
    Mood as Mood,
    MoodInputs as MoodInputs,
    MoodState as MoodState,
)
from kapsim.mind.rumination import (
    Rumination as Rumination,
    RuminationInputs as RuminationInputs,
)
from kapsim.mind.severity import (
    Severity as Severity,
    SeverityInputs as SeverityInputs,
)


def _belief_inputs(n: int, dtype: type) -> BeliefInputs:
    table = lambda value: jnp.full((3, n), value, dtype)
    row = lambda value: jnp.full(n, value, dtype)
    return BeliefInputs(
        world=(Evidence(table(0.5), table(-0.5), table(0.5)),),
        own=(SelfEvidence(table(0.5), table(-0.5), table(0.5)),),
        relaxation=row(0.5),
        window=row(0.5),
        induced=row(0.5),
        profile=table(0.5),
        pull_kept=row(0.5),
        certainty_loss=table(0.5),
    )


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    rows = lambda kind, count: lambda n, dtype: kind(*[jnp.full(n, 0.5, dtype)] * count)
    return (
        (BeliefLearner, _belief_inputs),
        (Behaviour, rows(BehaviourInputs, 4)),
        (Rumination, rows(RuminationInputs, 4)),
        (Body, rows(BodyInputs, 5)),
        (Mood, rows(MoodInputs, 5)),
        (Severity, rows(SeverityInputs, 5)),
    )
