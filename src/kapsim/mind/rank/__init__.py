"""Contests, hierarchies, defeat and entrapment."""

import jax.numpy as jnp

from kapsim.mind.rank.contest import (
    Contest as Contest,
    ContestInputs as ContestInputs,
    Contests as Contests,
)
from kapsim.mind.rank.defeat import Defeat as Defeat, DefeatInputs as DefeatInputs


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    rows = lambda kind, count: lambda n, dtype: kind(*[jnp.full(n, 0.5, dtype)] * count)
    return ((Contest, rows(ContestInputs, 4)), (Defeat, rows(DefeatInputs, 3)))


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
