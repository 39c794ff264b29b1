"""Beliefs: one rule of learning, for a person's three domains and for tasks."""

import jax.numpy as jnp

from kapsim.mind.belief.learner import (
    DOMAINS as DOMAINS,
    BeliefInputs as BeliefInputs,
    BeliefLearner as BeliefLearner,
    BeliefState as BeliefState,
    Evidence as Evidence,
    SelfEvidence as SelfEvidence,
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
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    return ((BeliefLearner, _belief_inputs),)


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
