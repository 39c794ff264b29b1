"""Hierarchies that organise themselves: fights feed a strength that also fades.

    P(i beats j) = 1 / (1 + exp[-eta (F_i - F_j)])
    winner F <- (1 - mu) (F + 1),   loser F <- (1 - mu) (F - f)
    order    sigma = SD over members of their mean chance to win

With f = 1 the state in which all are alike is unstable where eta > 2 mu: each own fight
raises a lead by eta F / 2 and the fading takes mu F. The order of a perfect line of n
members is the limit, 0.303 for n = 20.

Assumes: strength fades with own fights (mean field of one fight a step for each); all
meet all.
Does not cover: space, and the feedback of order on eta by which the transition becomes
a jump.
Source: bonabeau_1996.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.rank.encounter import Encounter, Ending, Kind, ending


def order(
    strength: Float[Array, "*batch m"], eta: Float[Array, ""]
) -> Float[Array, "*batch"]:
    """Order sigma [1] of groups of m members."""
    lead = strength[..., :, None] - strength[..., None, :]
    chance = jax.nn.sigmoid(eta * lead)
    others = strength.shape[-1] - 1
    mean = (chance.sum(axis=-1) - 0.5) / others
    return mean.std(axis=-1)


class Bonabeau(AbstractTrialLearner[Float[Array, "m"], Ending]):
    """Strengths F [1] of the members of a group; `members` is its size."""

    eta: Float[Array, "*#batch"] = param("mind.bonabeau.eta")
    mu: Float[Array, "*#batch"] = param("mind.bonabeau.mu")
    f: Float[Array, "*#batch"] = param("mind.bonabeau.f")
    members: int = eqx.field(static=True, default=2)

    def init(self) -> Float[Array, "m"]:
        """All alike."""
        return jnp.zeros(self.members, self.mu.dtype)

    def trial(
        self, state: Float[Array, "m"], inputs: Encounter
    ) -> tuple[Float[Array, "m"], Ending]:
        """Strengths after a fight, and how it ended."""
        lead = state[inputs.first] - state[inputs.second]
        won = inputs.chance[..., 0] < jax.nn.sigmoid(self.eta * lead)
        end = ending(inputs, won, Kind.FIGHT.value)
        new = state.at[end.winner].add(1).at[end.loser].add(-self.f)
        kept = 1 - self.mu
        return new.at[end.winner].multiply(kept).at[end.loser].multiply(kept), end
