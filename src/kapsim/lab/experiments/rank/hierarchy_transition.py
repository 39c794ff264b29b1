"""From equality to a hierarchy as fights count for more than forgetting."""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner
from kapsim.engine.random import Key, stream_key
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.published import published
from kapsim.mind.rank import Bonabeau, order, tournament

MEMBERS = 20
MU = 0.01
RATIOS = {
    "0_1": 0.1,
    "0_5": 0.5,
    "0_8": 0.8,
    "0_9": 0.9,
    "1": 1.0,
    "1_1": 1.1,
    "1_25": 1.25,
    "1_5": 1.5,
    "2": 2.0,
    "3": 3.0,
    "5": 5.0,
}
"""Steepness over twice the fading, eta / (2 mu)."""

BLOCK, BLOCKS, SETTLED = 500, 160, 60  # fights; states are averaged once settled


@eqx.filter_jit
def orders(
    etas: Float[Array, "conditions"],
    key: Key,
    groups: int,
    model: Callable[..., AbstractTrialLearner] = Bonabeau,
) -> Float[Array, "conditions groups"]:
    """Order [1] of each group at each steepness, averaged over time."""

    def of(eta: Float[Array, ""]) -> Float[Array, "groups"]:
        learner = model(eta=eta, mu=jnp.asarray(MU), members=MEMBERS)
        course = tournament(learner, key, groups=groups, blocks=BLOCKS, length=BLOCK)
        return order(course.states[SETTLED:], eta).mean(axis=0)

    return eqx.filter_vmap(of)(etas)


def run(setting: Setting) -> Outcome:
    """Order below, at and above the transition."""
    ratios = tuple(RATIOS.values())
    key = stream_key(setting.seed, "lab.rank.encounters")
    each = np.asarray(orders(2 * MU * jnp.asarray(ratios), key, setting.patients))
    mean, scatter = each.mean(axis=1), each.std(axis=1)
    numbers = {f"order_{name}": float(y) for name, y in zip(RATIOS, mean, strict=True)}
    numbers["order_jump"] = numbers["order_1_25"] - numbers["order_0_8"]
    found = Series("model", ratios, mean, mean - scatter, mean + scatter)
    known = published("hierarchy-transition")
    given = [known.value(f"order_{name}") for name in RATIOS]
    figure = Figure(
        "Order of groups of twenty against how steeply strength decides a fight. The "
        "band is one standard deviation over groups.",
        (
            Panel(
                "Transition",
                "steepness over twice the fading",
                "order (SD of the mean chance to win)",
                (found, Series("published", ratios, given, kind="points")),
            ),
        ),
    )
    return Outcome(numbers, figure)


EXPERIMENT = Experiment(run=run, patients=60)
