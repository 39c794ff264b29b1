"""Days of listening to the body: interoceptive precision under demand and after."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.measures import HeartbeatTapping, interoceptive_precision
from kapsim.mind.body import Body, BodyInputs, BodyState
from kapsim.units import DAY_H

TRAINED_D, FOLLOWED_D = 28, 120
"""Days with training, and days followed in all: our choice, no length was read."""


def deficits(training: Float[Array, " days"]) -> Float[Array, " days"]:
    """Deficit of interoceptive precision [1] before each day, of a depressed person."""
    body = Body()
    nil = jnp.zeros(())

    def day(state: BodyState, trained: Float[Array, ""]) -> tuple:
        inputs = BodyInputs(nil + 0.5, nil, nil, nil, trained)
        return body.step(state, inputs, jnp.asarray(DAY_H)), state.deficit

    return jax.lax.scan(day, body.init(), training)[1]


def weights(
    deficit: Float[Array, " days"], demand: Float[Array, ""]
) -> Float[Array, " days"]:
    """Weight [1] of what is felt against a prior of precision one."""
    body = Body()
    state = BodyState(jnp.full_like(deficit, body.e0 - demand), deficit)
    felt = body.precision(state, jnp.zeros_like(deficit))
    return 2 * interoceptive_precision(felt) - 1


def run(setting: Setting) -> Outcome:
    """Weight of felt evidence over the days of training and after."""
    del setting  # nothing is drawn
    days = jnp.arange(FOLLOWED_D + 1)
    trained = deficits(jnp.where(days < TRAINED_D, 1.0, 0.0))
    untrained = deficits(jnp.zeros(FOLLOWED_D + 1))
    held, rest = HeartbeatTapping().breath_hold, jnp.zeros(())
    demand = weights(trained, held)
    numbers = {
        "weight_rise": float(demand[TRAINED_D] - demand[0]),
        "weight_rise_at_rest": float(jnp.ptp(weights(trained, rest))),
    }
    shown = {
        "breath held, trained": demand,
        "breath held, not trained": weights(untrained, held),
        "at rest, trained": weights(trained, rest),
    }
    x = np.arange(FOLLOWED_D + 1.0).tolist()
    panel = Panel(
        title="Weight of what is felt",
        x_label="day",
        y_label="weight against a prior of precision one",
        series=tuple(
            Series(name, x, np.asarray(weight).tolist())
            for name, weight in shown.items()
        ),
    )
    caption = (
        f"Training over {TRAINED_D} days lowers the deficit of a depressed person, so "
        "that a body under demand is listened to more closely; without training the "
        "deficit returns. At rest nothing changes."
    )
    return Outcome(numbers, Figure(caption, (panel,)))


EXPERIMENT = Experiment(run=run)
