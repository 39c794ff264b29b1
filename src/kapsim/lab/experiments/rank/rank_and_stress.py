"""Rank before social stress: dominance held, lost and gained."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.rank.defeats import (
    CONTEST_H,
    Suffered,
    contests,
    fresh,
    interaction,
    last,
    novel_opponents,
    same_opponent,
    susceptible,
)
from kapsim.mind.rank import Defeat, Elo, Interaction

HOME = 60  # contests of a pair that lives together
APART_H = 12.0
DAYS = 10
GROUPS = {
    "dominant": "dominant",
    "subordinate": "subordinate",
    "lost": "dominance lost",
    "gained": "dominance gained",
}


def ranked(elo: Elo, defeat: Defeat) -> dict[str, Suffered]:
    """Ratings and defeat of each group before the stress.

    Pairs live together. To lose or to gain dominance, two dominants, or two
    subordinates, are paired anew.
    """
    at_home = lambda won: contests(HOME, won=won, rest_h=APART_H, yielding=1.0)
    pair = lambda start, won: last(same_opponent(start, at_home(won), elo, defeat))
    among = lambda one: Suffered(jnp.repeat(one.rating[:1], 2), one.defeat)
    dominant, subordinate = pair(fresh(), 1.0), pair(fresh(), 0.0)
    return {
        "dominant": dominant,
        "subordinate": subordinate,
        "lost": pair(among(dominant), 0.0),
        "gained": pair(among(subordinate), 1.0),
    }


class Stressed(NamedTuple):
    """Rating before the stress, defeat after it, and who avoids, by group [1]."""

    rating: list[float]
    defeat: list[float]
    susceptible: list[float]


def stressed(
    setting: Setting, elo: Elo, defeat: Defeat, animals: Interaction
) -> Stressed:
    """Every group after ten days of defeat by strangers."""
    days = contests(DAYS, won=0.0, rest_h=24 - CONTEST_H, yielding=0.0)
    groups = ranked(elo, defeat).values()
    ratings = [float(start.rating[0] / elo.points) for start in groups]
    ends = [
        float(last(novel_opponents(start, days, elo, defeat)).defeat)
        for start in groups
    ]
    avoiding = [
        susceptible(interaction(setting, animals, end, rating=rating))
        for end, rating in zip(ends, ratings, strict=True)
    ]
    return Stressed(ratings, ends, avoiding)


def numbers(found: Stressed) -> dict[str, float]:
    """Share of animals that avoid in each group, less that of dominants [1]."""
    share = dict(zip(GROUPS, found.susceptible, strict=True))
    others = [name for name in GROUPS if name != "dominant"]
    return {f"{name}_over_dominant": share[name] - share["dominant"] for name in others}


def run(setting: Setting) -> Outcome:
    """Share of animals that avoid after ten days of defeat, by rank."""
    elo, defeat = Elo(), Defeat()
    found = stressed(setting, elo, defeat, Interaction())
    bare = stressed(setting, elo, defeat, Interaction(protection=jnp.zeros(())))
    unprotected = -numbers(bare)["subordinate_over_dominant"]
    return Outcome(
        numbers(found) | {"dominant_over_subordinate_unprotected": unprotected},
        _figure(found, bare.susceptible),
    )


def _figure(found: Stressed, unprotected: list[float]) -> Figure:
    place, names = np.arange(len(GROUPS), dtype=float).tolist(), tuple(GROUPS.values())
    return Figure(
        "Susceptible animals after ten days of defeat by rank, with and without the "
        "protection that standing gives, and what they came with.",
        (
            Panel(
                "After defeat",
                "",
                "share with interaction below 1",
                (
                    Series("model", place, found.susceptible, kind="bars"),
                    Series("without protection", place, unprotected, kind="bars"),
                ),
                names,
            ),
            Panel(
                "Standing and defeat",
                "",
                "rating before, defeat after",
                (
                    Series("rating", place, found.rating, kind="bars"),
                    Series("defeat D", place, found.defeat, kind="bars"),
                ),
                names,
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=2000)
