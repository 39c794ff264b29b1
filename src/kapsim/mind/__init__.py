"""Beliefs about body, rank and threat, and what keeps them: the mind.

One part a folder: `belief` (how is learned), `body`, `threat`, `rank` and `control`
(what is learned about), `criticism` (what a person tells himself), `mood`. `behaviour`
and `severity` read them all.
"""

from itertools import chain

import jax.numpy as jnp

from kapsim.mind import belief, body, control, criticism, mood, rank, threat
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
    SelfEfficacy as SelfEfficacy,
    SelfEfficacyInputs as SelfEfficacyInputs,
    dyshomeostasis as dyshomeostasis,
)
from kapsim.mind.criticism import (
    Credibility as Credibility,
    CredibilityInputs as CredibilityInputs,
    Rumination as Rumination,
    RuminationInputs as RuminationInputs,
)
from kapsim.mind.mood import (
    Mood as Mood,
    MoodInputs as MoodInputs,
    MoodState as MoodState,
)
from kapsim.mind.rank import (
    Contest as Contest,
    ContestInputs as ContestInputs,
    Contests as Contests,
    Defeat as Defeat,
    DefeatInputs as DefeatInputs,
)
from kapsim.mind.severity import (
    Severity as Severity,
    SeverityInputs as SeverityInputs,
)
from kapsim.mind.threat import (
    Places as Places,
    PlacesInputs as PlacesInputs,
    PlacesState as PlacesState,
)

_PARTS = (belief, body, threat, rank, control, criticism, mood)


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    rows = lambda kind, count: lambda n, dtype: kind(*[jnp.full(n, 0.5, dtype)] * count)
    return (
        *chain.from_iterable(part.mechanisms() for part in _PARTS),
        (Behaviour, rows(BehaviourInputs, 4)),
        (Severity, rows(SeverityInputs, 5)),
    )


def learners() -> tuple:
    """Trial-by-trial learners of this room, each with a maker of example trials."""
    return tuple(chain.from_iterable(part.learners() for part in _PARTS))
