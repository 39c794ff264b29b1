"""From the drug's drive to the open window, over one step (E1 to E3)."""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.brain import RelaxationInputs, SurgeInputs, WindowInputs
from kapsim.patient.rooms import Brain


class Opened(NamedTuple):
    """Surge and store after a step; relaxation, window and induction as its means.

    `mean_store` is the store in the middle of the step.
    """

    surge: Float[Array, " n"]
    store: Float[Array, " n"]
    mean_store: Float[Array, " n"]
    relaxation: Float[Array, " n"]
    window: Float[Array, " n"]
    induced: Float[Array, " n"]


def opened(
    brain: Brain,
    surge: Float[Array, " n"],
    store: Float[Array, " n"],
    mean_drive: Float[Array, " n"],
    dt: Float[Array, ""],
) -> Opened:
    """Surge, store and window over a step of `dt` [h].

    Parameters
    ----------
    brain
        Mechanisms of the brain.
    surge, store
        Before the step [1].
    mean_drive
        Drug drive over it [1].
    dt
        Its length [h].
    """
    new_surge = brain.surge.step(surge, SurgeInputs(mean_drive), dt)
    mean_surge = (surge + new_surge) / 2
    new_store = brain.window.step(store, WindowInputs(mean_surge), dt)
    mean_store = (store + new_store) / 2
    return Opened(
        surge=new_surge,
        store=new_store,
        mean_store=mean_store,
        relaxation=brain.relaxation.read(RelaxationInputs(mean_drive)),
        window=brain.window.open(mean_store),
        induced=brain.window.induced(mean_store, mean_surge),
    )
