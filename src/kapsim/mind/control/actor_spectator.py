"""Control sensed on-line: what an actor predicts better than a spectator.

A spectator predicts the next situation from the present one, an actor from what was
done as well. Each prediction error is the probability not given to what came,

    delta_S = 1 - P_S(s' | s)          P_S  <- P_S  + alpha ([s'] - P_S)
    delta_A = 1 - P_A(s' | s, a)       P_A  <- P_A  + alpha ([s'] - P_A)

and control Omega is the running difference between the two:

    Omega <- Omega + alpha_Omega (|delta_S| - |delta_A| - Omega)

A new task leaves Omega and forgets the predictions. What is learned by action has the
weight sigma(beta (Omega - theta)). Where Omega rises, the drug's window W lets one
trial count for 1 + kappa W: alpha_Omega becomes 1 - (1 - alpha_Omega)^(1 + kappa W).

Control can be sensed only while different things are done: who always does the same
makes a perfect spectator, and Omega falls to zero though control is full. So what was
sensed has to be kept elsewhere (`passivity.py`).

Assumes: one learning rate for both models.
Does not cover: planning with the learned transitions.

Source: Ligneul et al. (2022), abstract; the equations are from memory.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class ActorSpectatorState(NamedTuple):
    """Predictions of both models, and the control Omega [1]."""

    actor: Float[Array, "situations actions outcomes"]
    spectator: Float[Array, "situations outcomes"]
    control: Float[Array, ""]


class ActorSpectatorTrial(NamedTuple):
    """What was (1 at what it was, 0 elsewhere), 1 if the task is new, window W [1]."""

    situation: Float[Array, "situations"]
    action: Float[Array, "actions"]
    outcome: Float[Array, "outcomes"]
    new_task: Float[Array, ""]
    window: Float[Array, ""]


class ActorSpectatorSignals(NamedTuple):
    """Control before the outcome, and the prediction errors of both models [1]."""

    control: Float[Array, ""]
    spectator_error: Float[Array, ""]
    actor_error: Float[Array, ""]


class ActorSpectator(AbstractTrialLearner[ActorSpectatorState, ActorSpectatorSignals]):
    """Control as the advantage of an actor's predictions; see the module text.

    Attributes
    ----------
    situations, actions, outcomes
        How many there are of each.
    """

    alpha: Float[Array, "*#batch"] = param("mind.actor_spectator.alpha")
    alpha_omega: Float[Array, "*#batch"] = param("mind.actor_spectator.alpha_omega")
    omega_0: Float[Array, "*#batch"] = param("mind.actor_spectator.omega_0")
    beta: Float[Array, "*#batch"] = param("mind.actor_spectator.beta")
    theta: Float[Array, "*#batch"] = param("mind.actor_spectator.theta")
    kappa: Float[Array, "*#batch"] = param("mind.control.kappa")
    situations: int = eqx.field(default=1, static=True)
    actions: int = eqx.field(default=2, static=True)
    outcomes: int = eqx.field(default=2, static=True)

    def init(self) -> ActorSpectatorState:
        """Indifferent predictions, and control as it is usually expected."""
        even = jnp.ones_like(self.alpha) / self.outcomes
        return ActorSpectatorState(
            jnp.full((self.situations, self.actions, self.outcomes), even),
            jnp.full((self.situations, self.outcomes), even),
            self.omega_0,
        )

    def weight(self, state: ActorSpectatorState) -> Float[Array, ""]:
        """Weight [1] of what was learned by acting."""
        return jax.nn.sigmoid(self.beta * (state.control - self.theta))

    def begun(
        self, state: ActorSpectatorState, new_task: Float[Array, ""]
    ) -> ActorSpectatorState:
        """The state with which a trial begins: no predictions where the task is new."""
        new, blank = new_task > 0, self.init()
        return ActorSpectatorState(
            jnp.where(new, blank.actor, state.actor),
            jnp.where(new, blank.spectator, state.spectator),
            state.control,
        )

    def trial(
        self, state: ActorSpectatorState, inputs: ActorSpectatorTrial
    ) -> tuple[ActorSpectatorState, ActorSpectatorSignals]:
        """State after an action and what came of it, and both prediction errors."""
        state = self.begun(state, inputs.new_task)
        done = inputs.situation[:, None] * inputs.action[None]
        actor = jnp.einsum("sa,sao->o", done, state.actor)
        spectator = inputs.situation @ state.spectator
        seen = 1 - inputs.outcome @ spectator
        acted = 1 - inputs.outcome @ actor
        news = jnp.abs(seen) - jnp.abs(acted) - state.control
        trials = jnp.where(news > 0, 1 + self.kappa * inputs.window, 1)
        rate = -jnp.expm1(trials * jnp.log1p(-self.alpha_omega))
        learned = ActorSpectatorState(
            state.actor
            + self.alpha * done[:, :, None] * (inputs.outcome - actor)[None, None],
            state.spectator
            + self.alpha
            * inputs.situation[:, None]
            * (inputs.outcome - spectator)[None],
            state.control + rate * news,
        )
        return learned, ActorSpectatorSignals(state.control, seen, acted)
