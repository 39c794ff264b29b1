"""Where safety was learned: a cause for the therapy room and one for life.

    g         = n_s / (n_s + n + alpha)              share of the room's evidence that
                                                     is ascribed to life
    dn/dt     = f (1 - g)                            events ascribed to the room
    mu_room   = mean of what was ascribed to it; the belief about life counts once

The room begins as a part of life, and the more is met there the more it becomes a place
of its own: what is learned in it may then fail outside. This is the latent-cause model
of 2010 reduced to two causes. With n_l events of life, and D features by which the room
differs, its posterior for the cause of life is, with Beta-Bernoulli terms a = b = 1,

    g = n_l L / (n_l L + n R + alpha / 2^D),  L = (n_l + 2)^-D,  R = ((n + 1)/(n + 2))^D

so that n_s = n_l L and alpha stands for alpha / 2^D; R, which nears one, is set to one.

The full model gives each event to one cause; a room that hardly differs never becomes
one of its own there, while here every event is shared out.

Assumes: one room, all of life one cause; nothing is forgotten.
Does not cover: homework as a place of its own; exposure in life counts as life.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class PlacesState(NamedTuple):
    """Safety learned in the room beyond that of life, and events ascribed to it [1]."""

    room: Float[Array, "*batch"]
    events: Float[Array, "*batch"]


class PlacesInputs(NamedTuple):
    """Evidence in the room: events [1/h], and content beyond the belief of life [1]."""

    rate: Float[Array, "*batch"]
    content: Float[Array, "*batch"]


class Places(AbstractMechanism[PlacesState]):
    """Two causes of threat: the therapy room, and life."""

    n_life: Float[Array, "*#batch"] = param("mind.places.n_life")
    alpha: Float[Array, "*#batch"] = param("mind.places.alpha")

    def init(self) -> PlacesState:
        """The room is as life is."""
        zero = jnp.zeros_like(self.n_life)
        return PlacesState(zero, zero)

    def ascribed(self, state: PlacesState) -> Float[Array, "*batch"]:
        """Share g of the room's evidence that speaks about life [1]."""
        return self.n_life / (self.n_life + state.events + self.alpha)

    def step(
        self, state: PlacesState, inputs: PlacesInputs, dt: Float[Array, ""]
    ) -> PlacesState:
        """Room and events after `dt` [h], with the share held."""
        met = inputs.rate * (1 - self.ascribed(state)) * dt
        events = state.events + met
        room = (state.room * (1 + state.events) + inputs.content * met) / (1 + events)
        return PlacesState(room, events)
