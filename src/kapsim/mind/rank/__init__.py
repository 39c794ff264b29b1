"""Contests, hierarchies, defeat and entrapment."""

import jax.numpy as jnp

from kapsim.mind.rank.bonabeau import Bonabeau as Bonabeau, order as order
from kapsim.mind.rank.contest import (
    Contest as Contest,
    ContestInputs as ContestInputs,
    Contests as Contests,
)
from kapsim.mind.rank.defeat import Defeat as Defeat, DefeatInputs as DefeatInputs
from kapsim.mind.rank.domworld import DomWorld as DomWorld
from kapsim.mind.rank.dugatkin import Dugatkin as Dugatkin
from kapsim.mind.rank.elo import Elo as Elo, Surprise as Surprise
from kapsim.mind.rank.encounter import (
    Course as Course,
    Encounter as Encounter,
    Ending as Ending,
    Kind as Kind,
    drawn as drawn,
    tournament as tournament,
)
from kapsim.mind.rank.hawk_dove import HawkDove as HawkDove
from kapsim.mind.rank.interaction import (
    Interaction as Interaction,
    InteractionInputs as InteractionInputs,
)
from kapsim.mind.rank.linearity import (
    Decided as Decided,
    landau as landau,
    spread as spread,
    wins as wins,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    rows = lambda kind, count: lambda n, dtype: kind(*[jnp.full(n, 0.5, dtype)] * count)
    return (
        (Contest, rows(ContestInputs, 4)),
        (Defeat, rows(DefeatInputs, 3)),
        (Interaction, rows(InteractionInputs, 5)),
    )


def _pair(trials: int = 2) -> tuple:
    """Indices of two who meet, the same in each trial."""
    first = jnp.zeros(trials, jnp.int32)
    return first, first + 1


def _encounters(trials: int = 2) -> Encounter:
    return Encounter(*_pair(trials), chance=jnp.full((trials, 2), 0.5))


def _endings(trials: int = 2) -> Ending:
    return Ending(*_pair(trials), kind=jnp.zeros(trials, jnp.int32))


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return (
        (Dugatkin, _encounters),
        (Bonabeau, _encounters),
        (DomWorld, _encounters),
        (Elo, _endings),
        (HawkDove, lambda trials=2: jnp.ones(trials)),
    )
