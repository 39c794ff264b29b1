"""Hawks, doves and assessors: what escalation pays, and what becomes frequent.

    against    hawk              dove       assessor
    hawk       (V - C)/2         V          V/2 + (V - C)/4
    dove       0                 V/2        V/4
    assessor   (V - C)/4         3V/4       V/2

    x_i <- x_i exp(s u_i) / sum_j x_j exp(s u_j),   u = A x

V is the value of the resource and C the cost of a lost fight. Hawks escalate, doves
yield; an assessor escalates if it is the larger of the two and yields otherwise: it
surrenders before the contest. Without assessors the share of hawks settles at V/C for
V < C and at one otherwise; with them, assessment is stable for V < C.

Assumes: an assessor is the larger in half of its contests and is never mistaken; size
does not decide an escalated fight.
Does not cover: learning within a life.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param

STRATEGIES = ("hawk", "dove", "assessor")


def payoffs(value: Float[Array, ""], cost: Float[Array, ""]) -> Float[Array, "3 3"]:
    """Payoff [1] of each strategy (rows) against each (columns)."""
    fight, none = (value - cost) / 2, jnp.zeros_like(value)
    pair = lambda larger, smaller: (larger + smaller) / 2
    share = value / 2
    rows = (
        (fight, value, pair(value, fight)),
        (none, share, pair(share, none)),
        (pair(fight, none), pair(value, share), share),
    )
    return jnp.stack([jnp.stack(row) for row in rows])


class HawkDove(AbstractTrialLearner[Float[Array, "3"], Float[Array, "3"]]):
    """Shares of the strategies [1]; a trial is one generation."""

    value: Float[Array, "*#batch"] = param("mind.hawk_dove.value")
    cost: Float[Array, "*#batch"] = param("mind.hawk_dove.cost")
    selection: Float[Array, "*#batch"] = param("mind.hawk_dove.selection")

    def init(self) -> Float[Array, "3"]:
        """As many of each."""
        one = jnp.ones(len(STRATEGIES), self.value.dtype)
        return one / one.sum()

    def trial(
        self, state: Float[Array, "3"], inputs: Float[Array, ""]
    ) -> tuple[Float[Array, "3"], Float[Array, "3"]]:
        """Shares after a generation, and what each earned [1].

        `inputs` multiplies the value of the resource in this generation.
        """
        earned = payoffs(self.value * inputs, self.cost) @ state
        weight = state * jnp.exp(self.selection * earned)
        return weight / weight.sum(), earned
