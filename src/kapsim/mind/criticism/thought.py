"""Rumination as dwelling: a chain of thoughts about oneself, negative or not.

The next thought is drawn by activation; from a negative one, the other negative ones
are reached more easily by their association s. With the weight u of negative against
other thoughts,

    a = u / (1 + u)              enter: from a thought that is not negative
    r = u e^s / (1 + u e^s)      stay:  from a negative one

    dwell = 1 / (1 - r) = 1 + u e^s              thoughts in one negative train
    share = a / (a + 1 - r),   share / (1 - share) = u (1 + u e^s) / (1 + u)

The other thoughts are neutral or positive, in the ratio 1 : p from everywhere.

**What the rate of rumination is.** The rate R of self-made evidence (`rumination.py`)
is the greatest rate R0 times a share of time: R = R0 share, each of f thoughts a day
counting as R0 / f of an observation if it is negative. A given share fixes u,

    u = 2 q / (1 - 2 q + sqrt((1 - 2 q)^2 + 4 q (1 - q) e^s)),    q = share = R / R0,

so any R, whatever mood, belief and drug made it, is the share of one chain, and the
association alone decides whether it is spent in a few long trains or in many short
ones. With s = 0 thoughts have no memory and q = sigma(log u): the logistic of R is
then log u = -g worth. What R leaves out is the scatter: the number of negative thoughts
among n has a variance of n q (1 - q) (1 + l) / (1 - l), l = r - a.

Each negative thought replays the worst there is to say and moves worth w towards it:

    w <- w + eta_off (-1 - w)

Assumes: thoughts of equal length; neutral and positive ones are equally far from the
negative. Does not cover: what single thoughts are about, and forgetting of replays.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param

THOUGHTS = ("negative", "neutral", "positive")


class ThoughtState(NamedTuple):
    """The present thought, 1 at what it is and 0 elsewhere, and worth w [1]."""

    thought: Float[Array, "3"]
    worth: Float[Array, ""]


class ThoughtTrial(NamedTuple):
    """Share q of time in negative thought, between 0 and 1; a uniform draw [1]."""

    share: Float[Array, ""]
    draw: Float[Array, ""]


class ThoughtSignals(NamedTuple):
    """Probabilities of the next thought, and which one it was [1]."""

    expected: Float[Array, "3"]
    thought: Float[Array, "3"]


def negative_weight(
    share: Float[Array, "*batch"], association: Float[Array, "*#batch"]
) -> Float[Array, "*batch"]:
    """Weight u [1] of negative thoughts at which they take a share of the time."""
    lean = 1 - 2 * share
    held = (1 - lean**2) * jnp.exp(association)
    return 2 * share / (lean + jnp.sqrt(lean**2 + held))


def negative_share(
    weight: Float[Array, "*batch"], association: Float[Array, "*#batch"]
) -> Float[Array, "*batch"]:
    """Share [1] of the time that negative thoughts of some weight take."""
    odds = weight * (1 + weight * jnp.exp(association)) / (1 + weight)
    return odds / (1 + odds)


def dwell(stay: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
    """Mean number of thoughts in a negative train [1], given P(negative | negative)."""
    return 1 / (1 - stay)


def transitions(
    weight: Float[Array, ""],
    association: Float[Array, ""],
    positive: Float[Array, ""],
) -> Float[Array, "3 3"]:
    """Probability [1] of each next thought (columns) from each thought (rows)."""
    enter = weight / (1 + weight)
    bound = weight * jnp.exp(association)
    negative = jnp.stack([bound / (1 + bound), enter, enter])
    neutral = (1 - negative) / (1 + positive)
    return jnp.stack([negative, neutral, positive * neutral], axis=1)


class Thoughts(AbstractTrialLearner[ThoughtState, ThoughtSignals]):
    """A stream of thoughts, and what its negative trains do to worth."""

    association: Float[Array, "*#batch"] = param("mind.thought.association")
    positive: Float[Array, "*#batch"] = param("mind.thought.positive")
    eta_off: Float[Array, "*#batch"] = param("mind.thought.eta_off")
    rate: Float[Array, "*#batch"] = param("mind.thought.rate")

    def init(self) -> ThoughtState:
        """A neutral thought, and a worth of zero."""
        zero = jnp.zeros_like(self.positive)
        return ThoughtState(jnp.stack([zero, zero + 1, zero]), zero)

    def chain(self, share: Float[Array, ""]) -> Float[Array, "3 3"]:
        """Probability [1] of each next thought at a share of time in negative ones."""
        weight = negative_weight(share, self.association)
        return transitions(weight, self.association, self.positive)

    def trial(
        self, state: ThoughtState, inputs: ThoughtTrial
    ) -> tuple[ThoughtState, ThoughtSignals]:
        """State after the next thought, and how probable each was."""
        expected = state.thought @ self.chain(inputs.share)
        which = (inputs.draw > jnp.cumsum(expected)[:2]).sum()
        thought = jax.nn.one_hot(which, len(THOUGHTS), dtype=expected.dtype)
        worth = state.worth + self.eta_off * thought[0] * (-1 - state.worth)
        return ThoughtState(thought, worth), ThoughtSignals(expected, thought)

    def evidence(self, greatest: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Observations [1] that one negative thought stands for, given R0 [1/h]."""
        return greatest / self.rate
