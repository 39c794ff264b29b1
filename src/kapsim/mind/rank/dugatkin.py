"""Winner and loser effects, with assessment and surrender before the contest.

    seen_j  = (1 - e) 10 + e RHP_j                   e = 0: nobody is assessed
    attack  if RHP_i / seen_j >= theta
    both    fight, P(i beats j) = RHP_i / (RHP_i + RHP_j)
    one     the other retreats: counted as won by the attacker
    none    both give way (double kowtow): nobody wins
    after   winner RHP (1 + W), loser RHP (1 - L)

RHP is the resource-holding power, 10 at the start for all, and the power that an
opponent is taken to have where nobody is assessed.

Assumes: who retreats loses as much as who is beaten.
Does not cover: recognition of individuals, in which winner and loser effects are said
not to matter.
Source: dugatkin_1997.
"""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.rank.encounter import Encounter, Ending, Kind, ending


def attacks(
    own: Float[Array, "*batch"],
    seen: Float[Array, "*batch"],
    threshold: Float[Array, "*#batch"],
) -> Bool[Array, "*batch"]:
    """Whether one of power `own` attacks one whose power is taken to be `seen`."""
    return own >= threshold * seen


def chance_to_win(
    own: Float[Array, "*batch"], other: Float[Array, "*batch"]
) -> Float[Array, "*batch"]:
    """Chance [1] to win a fight, as one's share of the two powers."""
    return own / (own + other)


class Dugatkin(AbstractTrialLearner[Float[Array, "m"], Ending]):
    """Powers [1] of the members of a group; `members` is its size."""

    w: Float[Array, "*#batch"] = param("mind.dugatkin.w")
    l: Float[Array, "*#batch"] = param("mind.dugatkin.l")
    rhp0: Float[Array, "*#batch"] = param("mind.dugatkin.rhp0")
    theta: Float[Array, "*#batch"] = param("mind.dugatkin.theta")
    estimation: Float[Array, "*#batch"] = param("mind.dugatkin.estimation")
    members: int = eqx.field(static=True, default=2)

    def init(self) -> Float[Array, "m"]:
        """All alike."""
        return jnp.broadcast_to(self.rhp0, (self.members,))

    def trial(
        self, state: Float[Array, "m"], inputs: Encounter
    ) -> tuple[Float[Array, "m"], Ending]:
        """Powers after an encounter, and how it ended."""
        own, other = state[inputs.first], state[inputs.second]
        e = self.estimation
        taken = lambda power: (1 - e) * self.rhp0 + e * power
        first = attacks(own, taken(other), self.theta)
        second = attacks(other, taken(own), self.theta)
        luck = inputs.chance[..., 0] < chance_to_win(own, other)
        won = jnp.where(first & second, luck, first)
        alone = jnp.where(first | second, Kind.RETREAT.value, Kind.NEITHER.value)
        kind = jnp.where(first & second, jnp.asarray(Kind.FIGHT.value), alone)
        end = ending(inputs, won, kind)
        some = (first | second).astype(state.dtype)
        new = state.at[end.winner].multiply(1 + self.w * some)
        return new.at[end.loser].multiply(1 - self.l * some), end
