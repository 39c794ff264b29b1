"""Emotions that compete: two stable moods, and slowing before one gives way.

Four emotions, two pleasant and two unpleasant, grow, limit themselves, and suppress one
another, the more so across valence:

    dx_i = [x_i (1 -+ stress - sum_j C_ij x_j) + inflow] dt + noise dB_i

with - for pleasant and + for unpleasant emotions; C_ij is 1 for i = j, `within` for the
other emotion of the same valence and `across` for those of the other. Time is in units
of the growth of a weak emotion. Where suppression across valence outweighs the limits
within it, the pleasant and the unpleasant state are both stable for some stress. Near
the ends of that range the state returns from a push ever more slowly.

One trial is one step of the Euler-Maruyama method, with emotions kept from going below
zero.

Assumes: one stress that tilts growth; the same strengths for all emotions. The form is
that of a published model as remembered; all numbers are choices.
Does not cover: single emotions and what they are about.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param

EMOTIONS = ("cheerful", "content", "sad", "anxious")
"""The emotions in their order: two pleasant, two unpleasant."""

_UNPLEASANT = (-1, -1, 1, 1)


class EmotionInputs(NamedTuple):
    """Stress [1], and a standard normal draw for each emotion."""

    stress: Float[Array, ""]
    normals: Float[Array, "4"]


class Emotions(AbstractTrialLearner[Float[Array, "..."], Float[Array, "..."]]):
    """Strength of four emotions [1]."""

    within: Float[Array, ""] = param("mind.emotions.within")
    across: Float[Array, ""] = param("mind.emotions.across")
    inflow: Float[Array, ""] = param("mind.emotions.inflow")
    noise: Float[Array, ""] = param("mind.emotions.noise")
    step: Float[Array, ""] = param("mind.emotions.step")

    def init(self) -> Float[Array, "..."]:
        """Pleasant emotions as strong as they are alone, no unpleasant ones."""
        alone = 1 / (1 + self.within)
        zero = jnp.zeros_like(alone)
        return jnp.stack([alone, alone, zero, zero])

    def drift(
        self, emotions: Float[Array, "4"], stress: Float[Array, ""]
    ) -> Float[Array, "4"]:
        """Rate of change without noise [1]."""
        sign = jnp.asarray(_UNPLEASANT, emotions.dtype)
        same = (sign[:, None] == sign[None, :]).astype(emotions.dtype)
        other = self.within * same + self.across * (1 - same)
        itself = jnp.eye(len(EMOTIONS), dtype=emotions.dtype)
        competition = itself + (1 - itself) * other
        growth = 1 + stress * sign - competition @ emotions
        return emotions * growth + self.inflow

    def trial(
        self, state: Float[Array, "4"], inputs: EmotionInputs
    ) -> tuple[Float[Array, "4"], Float[Array, "4"]]:
        """Emotions a step later, and as they were."""
        push = self.noise * jnp.sqrt(self.step) * inputs.normals
        moved = state + self.step * self.drift(state, inputs.stress) + push
        return jnp.maximum(moved, 0), state
