"""Two readings of helplessness, each as an animal that acts, or waits, and learns.

`Inferring` has concluded that control is absent; `Protected` is passive after adversity
unless control was learned. Both choose a response by how probable its success is.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.mind.control import (
    ActorSpectator,
    ActorSpectatorState,
    ActorSpectatorTrial,
    Controllability,
    ControllabilityState,
    ControllabilityTrial,
    Passivity,
    PassivityState,
    PassivityTrial,
)

ACTIONS = 4
"""Waiting, and three responses; the second action is the one that can work."""


class Met(NamedTuple):
    """Action (1 at what it was), 1 if the shock ended, adversity, window [1]."""

    action: Float[Array, "actions"]
    ended: Float[Array, ""]
    adversity: Float[Array, ""]
    window: Float[Array, ""]


class Inferring(eqx.Module):
    """An animal that infers whether the box can be controlled."""

    learner: Controllability = eqx.field(
        default_factory=lambda: Controllability(actions=ACTIONS)
    )

    def start(self) -> ControllabilityState:
        """Nothing met."""
        return self.learner.init()

    def begun(
        self, state: ControllabilityState, pause: Float[Array, ""]
    ) -> ControllabilityState:
        """State after a pause [h]; one that is not zero opens a new task."""
        return self.learner.begun(state, pause)

    def trying(self, state: ControllabilityState) -> Float[Array, ""]:
        """Probability of trying to act [1]."""
        return self.learner.trying(state)

    def success(self, state: ControllabilityState) -> Float[Array, "actions"]:
        """Probability [1] that each action ends the shock."""
        return self.learner.expected(state)[:, 1]

    def control(self, state: ControllabilityState) -> Float[Array, ""]:
        """Control that is expected [1]."""
        return self.learner.control(state)

    def learned(self, state: ControllabilityState, met: Met) -> ControllabilityState:
        """State after an action and what came of it."""
        outcome = jnp.stack([1 - met.ended, met.ended])
        none = jnp.zeros_like(met.ended)
        seen = ControllabilityTrial(met.action, outcome, none, met.window)
        return self.learner.trial(state, seen)[0]


class ProtectedState(NamedTuple):
    """Control sensed, and what is kept of it."""

    sensed: ActorSpectatorState
    kept: PassivityState


class Protected(eqx.Module):
    """An animal that adversity makes passive, unless it learned control."""

    senses: ActorSpectator = eqx.field(
        default_factory=lambda: ActorSpectator(actions=ACTIONS)
    )
    passivity: Passivity = eqx.field(default_factory=Passivity)

    def start(self) -> ProtectedState:
        """Nothing met."""
        return ProtectedState(self.senses.init(), self.passivity.init())

    def begun(self, state: ProtectedState, pause: Float[Array, ""]) -> ProtectedState:
        """State after a pause [h]; one that is not zero opens a new task."""
        return ProtectedState(
            self.senses.begun(state.sensed, pause),
            self.passivity.rested(state.kept, pause),
        )

    def trying(self, state: ProtectedState) -> Float[Array, ""]:
        """Probability of trying to act [1]."""
        return self.passivity.trying(state.kept)

    def success(self, state: ProtectedState) -> Float[Array, "actions"]:
        """Probability [1] that each action ends the shock."""
        return state.sensed.actor[0, :, 1]

    def control(self, state: ProtectedState) -> Float[Array, ""]:
        """Control that is kept [1]."""
        return state.kept.control

    def learned(self, state: ProtectedState, met: Met) -> ProtectedState:
        """State after an action and what came of it."""
        one, none = jnp.ones(1, met.ended.dtype), jnp.zeros_like(met.ended)
        outcome = jnp.stack([1 - met.ended, met.ended])
        seen = ActorSpectatorTrial(one, met.action, outcome, none, met.window)
        sensed = self.senses.trial(state.sensed, seen)[0]
        above = sensed.control - self.senses.theta
        hard = PassivityTrial(none, met.adversity, above, met.window)
        return ProtectedState(sensed, self.passivity.trial(state.kept, hard)[0])


Animal = Inferring | Protected

WORDS = {"inferred": "helplessness inferred", "default": "passivity by default"}
"""The readings in words."""

READINGS = {"inferred": Inferring, "default": Protected}
"""Helplessness as an inference, and passivity as the default."""
