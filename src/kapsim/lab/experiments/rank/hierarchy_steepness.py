"""Fierce and mild species: how steep a hierarchy a step of dominance makes."""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner
from kapsim.engine.random import Key, stream_key
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.published import published
from kapsim.mind.rank import DomWorld, spread, tournament

MEMBERS = 8
STEPS = {"0_1": 0.1, "0_2": 0.2, "0_8": 0.8, "1": 1.0}
BLOCK, BLOCKS = 1000, 20  # encounters in a block, blocks


@eqx.filter_jit
def steepness(
    steps: Float[Array, "conditions"],
    key: Key,
    groups: int,
    model: Callable[..., AbstractTrialLearner] = DomWorld,
) -> Float[Array, "conditions groups blocks"]:
    """Coefficient of variation of dominance [1] at the end of each block."""

    def of(step: Float[Array, ""]) -> Float[Array, "groups blocks"]:
        learner = model(step=step, members=MEMBERS)
        course = tournament(learner, key, groups=groups, blocks=BLOCKS, length=BLOCK)
        return spread(course.states).T

    return eqx.filter_vmap(of)(steps)


def run(setting: Setting) -> Outcome:
    """Steepness at the steps of mild and fierce species, from equal dominance."""
    key = stream_key(setting.seed, "lab.rank.encounters")
    steps = tuple(STEPS.values())
    each = np.asarray(steepness(jnp.asarray(steps), key, setting.patients))
    last, course = each[:, :, -1], each.mean(axis=1)
    mean, scatter = last.mean(axis=1), last.std(axis=1)
    numbers = {f"cv_{name}": float(y) for name, y in zip(STEPS, mean, strict=True)}
    numbers["fierce_over_mild"] = numbers["cv_0_8"] / numbers["cv_0_1"]
    encounters = [float(BLOCK * (k + 1)) for k in range(BLOCKS)]
    known = published("hierarchy-steepness")
    given = [known.value(f"cv_{name}") for name in STEPS]
    figure = Figure(
        "Steepness of hierarchies of eight, by the step of dominance. Intervals are "
        "one standard deviation over groups.",
        (
            Panel(
                "After 20,000 encounters",
                "step of dominance",
                "coefficient of variation of dominance",
                (
                    Series("model", steps, mean, mean - scatter, mean + scatter),
                    Series("published", steps, given, kind="points"),
                ),
            ),
            Panel(
                "Over time",
                "encounters",
                "coefficient of variation of dominance",
                tuple(
                    Series(f"step {step:g}", encounters, line)
                    for step, line in zip(steps, course, strict=True)
                ),
            ),
        ),
    )
    return Outcome(numbers, figure)


EXPERIMENT = Experiment(run=run, patients=400)
