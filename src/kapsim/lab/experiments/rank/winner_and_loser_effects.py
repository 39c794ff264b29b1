"""Hierarchies from winner and loser effects, with and without assessment."""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner
from kapsim.engine.random import Key, stream_key
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.published import published
from kapsim.mind.rank import Decided, Dugatkin, Kind, landau, tournament, wins

MEMBERS = 4
ENCOUNTERS = 2000
CONDITIONS = {
    "winner": (0.1, 0.0, 0.0),
    "loser": (0.0, 0.1, 0.0),
    "both": (0.1, 0.1, 0.0),
    "strong_loser": (0.1, 0.3, 0.0),
    "neither": (0.0, 0.0, 0.0),
    "assessed": (0.1, 0.1, 1.0),
}
"""Winner effect W, loser effect L, and whether opponents are assessed."""

RAISED_W = (0.0, 0.05, 0.1, 0.2, 0.5)  # at a loser effect of 0.1
NAMES = {
    "winner": "winner effect",
    "loser": "loser effect",
    "both": "both",
    "strong_loser": "strong loser effect",
    "neither": "neither",
    "assessed": "both, assessed",
}


class Found(NamedTuple):
    """Read-outs of a condition: means over groups [1]."""

    linearity: Float[Array, ""]
    undecided: Float[Array, ""]
    alpha: Float[Array, ""]
    undecided_below: Float[Array, ""]
    kinds: Float[Array, "3"]


@eqx.filter_jit
def found(
    effects: Float[Array, "3"],
    key: Key,
    groups: int,
    model: Callable[..., AbstractTrialLearner] = Dugatkin,
) -> Found:
    """What many groups look like after their encounters."""
    w, l, estimation = effects
    learner = model(w=w, l=l, estimation=estimation, members=MEMBERS)
    course = tournament(learner, key, groups=groups, blocks=1, length=ENCOUNTERS)
    endings = jax.tree.map(lambda leaf: leaf[0], course.endings)
    won, decided = wins(endings, MEMBERS), Decided()
    undecided, above = decided.undecided(won), decided.above(won).sum(axis=-1)
    alpha = (above == MEMBERS - 1).any(axis=-1)
    pairs, of_alpha = MEMBERS * (MEMBERS - 1) / 2, MEMBERS - 1
    below = undecided * pairs / (pairs - of_alpha)
    some = alpha.astype(won.dtype)
    share = lambda kind: (endings.kind == kind).mean(dtype=won.dtype)
    return Found(
        landau(won).mean(),
        undecided.mean(),
        some.mean(),
        (some * below).sum() / jnp.maximum(some.sum(), 1),
        jnp.stack([share(kind.value) for kind in Kind]),
    )


def run(setting: Setting) -> Outcome:
    """Each condition, then a winner effect that is raised at a fixed loser effect."""
    key = stream_key(setting.seed, "lab.rank.encounters")
    each = {
        name: found(jnp.asarray(effects), key, setting.patients)
        for name, effects in CONDITIONS.items()
    }
    raised = [
        found(jnp.asarray((w, 0.1, 0.0)), key, setting.patients) for w in RAISED_W
    ]
    numbers: dict[str, float] = {}
    for name, seen in each.items():
        numbers[f"h_{name}"] = float(seen.linearity)
        numbers[f"undecided_{name}"] = 100 * float(seen.undecided)
        for kind, share in zip(Kind, np.asarray(seen.kinds), strict=True):
            numbers[f"{kind.name.lower()}_{name}"] = 100 * float(share)
    numbers["alpha_loser"] = 100 * float(each["loser"].alpha)
    numbers["below_alpha_loser"] = 100 * float(each["loser"].undecided_below)
    undecided = [100 * float(seen.undecided) for seen in raised]
    numbers["decided_by_raising_w"] = float(np.diff(undecided).max())
    asked = {one.id for one in published("winner-and-loser-effects").results}
    answers = {name: value for name, value in numbers.items() if name in asked}
    return Outcome(answers, _figure(numbers, undecided))


def _figure(numbers: dict[str, float], undecided: list[float]) -> Figure:
    place = tuple(float(k) for k in range(len(CONDITIONS)))
    bars = lambda title, prefix: Series(
        title, place, [numbers[f"{prefix}_{name}"] for name in CONDITIONS], kind="bars"
    )
    names = tuple(NAMES[name] for name in CONDITIONS)
    ends = tuple(
        bars(title, prefix)
        for title, prefix in (
            ("fight", "fight"),
            ("attack and retreat", "retreat"),
            ("both give way", "neither"),
        )
    )
    return Figure(
        "How encounters end, how linear the hierarchy becomes and how many pairs stay "
        "without an order, by winner and loser effects.",
        (
            Panel("Encounters", "", "% of encounters", ends, names),
            Panel("Linearity", "", "Landau h", (bars("h", "h"),), names),
            Panel(
                "Raising the winner effect",
                "winner effect W (loser effect 0.1)",
                "% of pairs undecided",
                (Series("model", RAISED_W, undecided),),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=1000)
