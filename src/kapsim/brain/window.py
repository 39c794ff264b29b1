"""Plasticity store and the window it opens (E3).

    dP/dt = k_p * G - P / tau_p        W = P / (P + p50)

The store P keeps growing with dose while the window W that everything reads saturates:
the lift a day after a dose is flat in dose, its duration is not. A quick induction part
of the window, read from the surge itself, is what the learning bias measured four hours
after a dose needs:

    W* = 1 - (1 - W) * (1 - iota * G)

Assumes: one store for all learning. Human visual long-term potentiation is raised 3 to
4 h after a dose; rodent spine formation rises after 12 to 24 h and later.
Does not cover: homeostatic as against Hebbian plasticity.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class WindowInputs(NamedTuple):
    """Surge G [1], mean over the step."""

    surge: Float[Array, "*batch"]


class Window(AbstractMechanism[Float[Array, "..."]]):
    """Plasticity store P [1] and its saturating window W [1]."""

    k_p: Float[Array, "*#batch"] = param("brain.window.k_p")
    tau_p: Float[Array, "*#batch"] = param("brain.window.tau_p")
    p50: Float[Array, "*#batch"] = param("brain.window.p50")
    iota: Float[Array, "*#batch"] = param("brain.window.iota")

    def init(self) -> Float[Array, "..."]:
        """Empty store."""
        return jnp.zeros_like(self.k_p)

    def step(
        self, state: Float[Array, "*batch"], inputs: WindowInputs, dt: Float[Array, ""]
    ) -> Float[Array, "*batch"]:
        """Store after `dt` [h]."""
        return relax(state, self.k_p * inputs.surge, 1 / self.tau_p, dt)

    def open(self, store: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Window W [1] opened by the store."""
        return store / (store + self.p50)

    def induced(
        self, store: Float[Array, "*batch"], surge: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Window with its quick induction part, W* [1]."""
        return 1 - (1 - self.open(store)) * (1 - self.iota * surge)
