"""Dominance that changes with the surprise of a fight: DomWorld without its space.

    p = D_a / (D_a + D_b)
    a attacks b only if it wins a fight in its mind, drawn with p
    D_a <- D_a + (w - p) S,   D_b <- D_b - (w - p) S,   D >= D_min

w is 1 if the attacker wins and 0 otherwise; S is the step of dominance, large in
fierce species and small in mild ones.

Assumes: all meet all.
Does not cover: space, fleeing, searching for others, two sexes.
Source: hemelrijk_1999, configuration of domworld_configuration.
"""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.rank.dugatkin import chance_to_win
from kapsim.mind.rank.encounter import Encounter, Ending, Kind, ending


class DomWorld(AbstractTrialLearner[Float[Array, "m"], Ending]):
    """Dominance D [1] of the members of a group; `members` is its size."""

    step: Float[Array, "*#batch"] = param("mind.domworld.step")
    start: Float[Array, "*#batch"] = param("mind.domworld.start")
    least: Float[Array, "*#batch"] = param("mind.domworld.least")
    members: int = eqx.field(static=True, default=2)

    def init(self) -> Float[Array, "m"]:
        """All alike."""
        return jnp.broadcast_to(self.start, (self.members,))

    def trial(
        self, state: Float[Array, "m"], inputs: Encounter
    ) -> tuple[Float[Array, "m"], Ending]:
        """Dominance after an encounter, and how it ended."""
        expected = chance_to_win(state[inputs.first], state[inputs.second])
        dares = inputs.chance[..., 0] < expected
        won = inputs.chance[..., 1] < expected
        surprise = won.astype(state.dtype) - expected
        change = jnp.where(dares, self.step * surprise, jnp.zeros_like(surprise))
        new = state.at[inputs.first].add(change).at[inputs.second].add(-change)
        kind = jnp.where(dares, Kind.FIGHT.value, Kind.NEITHER.value)
        return jnp.maximum(new, self.least), ending(inputs, won, kind)
