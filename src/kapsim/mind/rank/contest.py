"""Contests that life brings, and who enters them.

    entered = e_min + (1 - e_min) sigma(g [mu_rank - theta - b d])
    loss    = f a entered E[max(0, mu_rank - o)]
    win     = f a entered E[max(0, o - mu_rank)],      o logistic(content, s)

Contests arrive with the share a of life that is approached. Whoever thinks little of
himself, or has just been defeated (d, defeat above the person's usual), gives up
before the contest: pre-emptive surrender avoids the loss, and the disconfirmation too.
Loss and win are the unexpected ones: what was expected defeats nobody. With
z = (mu_rank - content) / s their means are s log(1 + exp(z)) and s log(1 + exp(-z)).

Assumes: outcomes have a logistic spread around what life offers, whose means are in
closed form; expectation is the rank belief.
Does not cover: the opponent; contests of two are in the models of hierarchies.
"""

from typing import NamedTuple

import jax
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class ContestInputs(NamedTuple):
    """Rank belief, defeat above the usual, approach a, what life offers to rank [1]."""

    rank: Float[Array, "*batch"]
    defeat: Float[Array, "*batch"]
    approach: Float[Array, "*batch"]
    content: Float[Array, "*batch"]


class Contests(NamedTuple):
    """Unexpected loss and win [1/h]."""

    loss: Float[Array, "*batch"]
    win: Float[Array, "*batch"]


class Contest(AbstractReadout[Contests]):
    """Contests entered, and what is unexpected in their outcomes."""

    rate: Float[Array, "*#batch"] = param("mind.contest.rate")
    e_min: Float[Array, "*#batch"] = param("mind.contest.e_min")
    g: Float[Array, "*#batch"] = param("mind.contest.g")
    theta: Float[Array, "*#batch"] = param("mind.contest.theta")
    b: Float[Array, "*#batch"] = param("mind.contest.b")
    s: Float[Array, "*#batch"] = param("mind.contest.s")

    def entered(
        self, rank: Float[Array, "*batch"], defeat: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Share of contests entered [1] at a rank belief and defeat above the usual."""
        courage = self.g * (rank - self.theta - self.b * defeat)
        return self.e_min + (1 - self.e_min) * jax.nn.sigmoid(courage)

    def read(self, inputs: ContestInputs) -> Contests:
        """Unexpected loss and win [1/h]."""
        met = self.rate * inputs.approach * self.entered(inputs.rank, inputs.defeat)
        z = (inputs.rank - inputs.content) / self.s
        loss = jax.nn.softplus(z)
        return Contests(met * self.s * loss, met * self.s * (loss - z))
