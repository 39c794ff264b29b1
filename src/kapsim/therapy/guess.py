"""The guess about one's arm: what was felt, and earlier improvement.

    c     = strongest cue felt so far           (0.5 while experience is masked)
    logit P(active) = logit(c) + g_y * improvement

Assumes: cues combine on the logit scale; the most convincing session counts. In an open
trial the person knows.
Does not cover: hints by staff.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class GuessInputs(NamedTuple):
    """Cue felt now [1], and whether experience is masked or the arm known [0 or 1]."""

    cue: Float[Array, "*batch"]
    masked: Float[Array, ""]
    known: Float[Array, ""]


class Guess(AbstractMechanism[Float[Array, "..."]]):
    """Strongest cue so far [1], read as the probability of being on the active arm."""

    floor: Float[Array, "*#batch"] = param("therapy.guess.floor")
    g_y: Float[Array, "*#batch"] = param("therapy.guess.g_y")

    def init(self) -> Float[Array, "..."]:
        """Nothing felt."""
        return self.floor

    def step(
        self, state: Float[Array, "*batch"], inputs: GuessInputs, dt: Float[Array, ""]
    ) -> Float[Array, "*batch"]:
        """Strongest cue after this step; a cue is felt at once."""
        del dt
        return jnp.maximum(state, jnp.minimum(inputs.cue, 1 - self.floor))

    def active(
        self,
        state: Float[Array, "*batch"],
        improvement: Float[Array, "*batch"],
        inputs: GuessInputs,
    ) -> Float[Array, "*batch"]:
        """P(guess active) [1] after an `improvement` [points]."""
        cue = inputs.masked * 0.5 + (1 - inputs.masked) * state
        evidence = jnp.log(cue) - jnp.log1p(-cue) + self.g_y * improvement
        return inputs.known + (1 - inputs.known) * jax.nn.sigmoid(evidence)
