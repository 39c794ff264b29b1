"""Hawks, doves and assessors over generations."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.mind.rank import HawkDove

VALUES = {"0_2": 0.2, "0_5": 0.5, "0_8": 0.8, "1_2": 1.2}  # of the resource
COST = 1.0
GENERATIONS = 6000
SHOWN = 2000  # generations in the figure
WITHOUT = (0.1, 0.9, 0.0)  # hawks, doves, assessors at the start
WITH = (0.45, 0.45, 0.1)
RESIDENT = (0.01, 0.0, 0.99)
"""Assessors everywhere, and a few hawks."""


@eqx.filter_jit
def shares(
    values: Float[Array, "v"], start: Float[Array, "3"], cost: float = COST
) -> Float[Array, "v generations 3"]:
    """Shares of the strategies over the generations at each value."""

    def of(value: Float[Array, ""]) -> Float[Array, "generations 3"]:
        learner = HawkDove(value=value, cost=jnp.asarray(cost))

        def generation(state: Float[Array, "3"], stakes: Float[Array, ""]) -> tuple:
            state, _ = learner.trial(state, stakes)
            return state, state

        return jax.lax.scan(generation, start, jnp.ones(GENERATIONS))[1]

    return eqx.filter_vmap(of)(values)


def run(setting: Setting) -> Outcome:
    """Replicators without assessors, with a few, and among assessors."""
    del setting  # nothing is drawn
    values = jnp.asarray(tuple(VALUES.values()))
    without, with_few, resident = (
        np.asarray(shares(values, jnp.asarray(start)))
        for start in (WITHOUT, WITH, RESIDENT)
    )
    numbers: dict[str, float] = {}
    for k, name in enumerate(VALUES):
        numbers[f"hawks_{name}"] = float(without[k, -1, 0])
    numbers["assessors_0_5"] = float(with_few[list(VALUES).index("0_5"), -1, 2])
    numbers["invaded_0_8"] = float(resident[list(VALUES).index("0_8"), -1, 0])
    numbers["invaded_1_2"] = float(resident[list(VALUES).index("1_2"), -1, 0])
    time = [float(k + 1) for k in range(SHOWN)]
    lines = tuple(
        Series(f"V/C = {value:g}", time, line[:SHOWN, 0])
        for value, line in zip(VALUES.values(), without, strict=True)
    )
    some = with_few[list(VALUES).index("0_5")]
    names = ("hawks", "doves", "assessors")
    mixed = tuple(Series(name, time, some[:SHOWN, k]) for k, name in enumerate(names))
    figure = Figure(
        "Shares of strategies over generations: without assessors the hawks settle at "
        "value over cost; assessors, who yield to the larger, replace both.",
        (
            Panel("Hawks and doves", "generation", "share of hawks", lines),
            Panel("With assessors, V/C = 0.5", "generation", "share", mixed),
        ),
    )
    return Outcome(numbers, figure)


EXPERIMENT = Experiment(run=run)
