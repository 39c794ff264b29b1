"""Standing as an observer, or the contestant himself, infers it from contests.

    E = 1 / (1 + o^[(R_loser - R_winner) / r])
    R_winner += K (1 - E),   R_loser -= K (1 - E)

1 - E is how unexpected the outcome was: the size of the error delta of rank, positive
for the winner and negative for the loser. Ratings are differences from the mean.

Assumes: one standing for all opponents.
Does not cover: draws, doubt about one's standing.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.rank.encounter import Ending, Kind


class Surprise(NamedTuple):
    """Error of rank 1 - E of the winner, and minus that of the loser [1]."""

    size: Float[Array, "*batch"]


class Elo(AbstractTrialLearner[Float[Array, "m"], Surprise]):
    """Ratings [1] of the members of a group; `members` is its size."""

    k: Float[Array, "*#batch"] = param("mind.elo.k")
    points: Float[Array, "*#batch"] = param("mind.elo.points")
    odds: Float[Array, "*#batch"] = param("mind.elo.odds")
    members: int = eqx.field(static=True, default=2)

    def init(self) -> Float[Array, "m"]:
        """All alike."""
        return jnp.zeros(self.members, self.k.dtype)

    def expected(
        self, own: Float[Array, "*batch"], other: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Chance to win [1] that two ratings let expect."""
        return jax.nn.sigmoid(jnp.log(self.odds) * (own - other) / self.points)

    def trial(
        self, state: Float[Array, "m"], inputs: Ending
    ) -> tuple[Float[Array, "m"], Surprise]:
        """Ratings after a contest, and how unexpected its outcome was."""
        decided = (inputs.kind != Kind.NEITHER.value).astype(state.dtype)
        expected = self.expected(state[inputs.winner], state[inputs.loser])
        size = decided * (1 - expected)
        new = state.at[inputs.winner].add(self.k * size)
        return new.at[inputs.loser].add(-self.k * size), Surprise(size)
