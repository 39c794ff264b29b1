"""Beliefs: one rule of learning, for a person's three domains and for tasks."""

import jax.numpy as jnp

from kapsim.mind.belief.binary_filter import (
    BinaryFilter as BinaryFilter,
    BinaryTrial as BinaryTrial,
    binary_trials as binary_trials,
)
from kapsim.mind.belief.continuous_filter import (
    ContinuousFilter as ContinuousFilter,
    ContinuousTrial as ContinuousTrial,
    continuous_trials as continuous_trials,
)
from kapsim.mind.belief.learner import (
    DOMAINS as DOMAINS,
    BeliefInputs as BeliefInputs,
    BeliefLearner as BeliefLearner,
    BeliefState as BeliefState,
    Evidence as Evidence,
    SelfEvidence as SelfEvidence,
)
from kapsim.mind.belief.news import (
    News as News,
    NewsLearner as NewsLearner,
    NewsSignals as NewsSignals,
)
from kapsim.mind.belief.volatility import (
    FilterSignals as FilterSignals,
    FilterState as FilterState,
    Volatility as Volatility,
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
        usual=table(0.0),
    )


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    return ((BeliefLearner, _belief_inputs),)


def _outcomes() -> BinaryTrial:
    outcome = (jnp.arange(8) % 2).astype(float)
    return binary_trials(outcome, relaxed=0.5, good=2.0, bad=0.5)


def _evidence() -> ContinuousTrial:
    content = jnp.linspace(-1.0, 2.0, 8)
    return continuous_trials(content, 0.5, relaxed=0.5, good=2.0, bad=0.5)


def _news() -> News:
    half = jnp.full(8, 0.5)
    return News(jnp.linspace(0.0, 1.0, 8), half, half, half)


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials."""
    return (
        (BinaryFilter, _outcomes),
        (ContinuousFilter, _evidence),
        (NewsLearner, _news),
    )
