"""Whether what one does makes a difference."""

import jax.numpy as jnp

from kapsim.mind.control.actor_spectator import (
    ActorSpectator as ActorSpectator,
    ActorSpectatorState as ActorSpectatorState,
    ActorSpectatorTrial as ActorSpectatorTrial,
)
from kapsim.mind.control.controllability import (
    Controllability as Controllability,
    ControllabilityState as ControllabilityState,
    ControllabilityTrial as ControllabilityTrial,
)
from kapsim.mind.control.passivity import (
    Passivity as Passivity,
    PassivityState as PassivityState,
    PassivityTrial as PassivityTrial,
)


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    return ()


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    what = lambda: jnp.eye(2)[jnp.asarray([0, 1, 1, 0])]
    came = lambda: jnp.eye(2)[jnp.asarray([0, 1, 0, 0])]
    new = lambda: jnp.eye(4)[2]
    half = lambda: jnp.full(4, 0.5)
    done = lambda: (what(), came(), new(), half())
    return (
        (Controllability, lambda: ControllabilityTrial(*done())),
        (ActorSpectator, lambda: ActorSpectatorTrial(jnp.ones((4, 1)), *done())),
        (Passivity, lambda: PassivityTrial(half(), half(), half(), half())),
    )
