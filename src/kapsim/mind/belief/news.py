"""Belief update task: how an estimate moves on good and on bad news.

    delta = news - estimate                        good news is positive
    K     = S / (S + (1 - S) (1 - relaxed))                                  (E5)
    LR    = (K + A) (1 + beta_plus W*)    for delta > 0
            (K - A) (1 - beta_minus W*)   for delta < 0                      (E8)
    estimate' = estimate + LR c(delta) delta (1 - known)

S is the share of a surprise that is taken over at rest, A the optimism of healthy
people, c the credibility of good news, known how much a person knows of his own case.
In the task of Sharot, an adverse event each, the estimate is the chance of being
spared and the news its base rate; the second estimate is asked for later. In tasks
where one expectation meets several outcomes the estimate is carried on.

The window W* and its gains are those of the patients. They are the only part of the
rule that the drug still holds four hours after a dose.

Assumes: a surprise counts in proportion; optimism adds to the rate whatever the
surprise.
Does not cover: choice of what to attend to, memory for the base rate.

Source: `kuzmanovic_2017` (form of LR, from memory).
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.belief.rule import credibility, gain, valence


class News(NamedTuple):
    """One piece of news.

    Attributes
    ----------
    content
        Where the news puts what is estimated, higher is better [unit of the estimate].
    known
        How much the person knows of his own case, which the news says nothing of [1].
    relaxed
        Share of the prior's precision that a drug takes away [1].
    induced
        Window of plasticity with its quick part, W* [1].
    """

    content: Float[Array, "*trials"]
    known: Float[Array, "*trials"]
    relaxed: Float[Array, "*trials"]
    induced: Float[Array, "*trials"]


class NewsSignals(NamedTuple):
    """Surprise delta [unit of the estimate], and the share of it taken over [1]."""

    error: Float[Array, "*trials"]
    rate: Float[Array, "*trials"]


class NewsLearner(AbstractTrialLearner[Float[Array, "..."], NewsSignals]):
    """An estimate that takes over part of the news."""

    start: Float[Array, "*batch"] = param("mind.news.start")
    rate: Float[Array, "*batch"] = param("mind.news.rate")
    optimism: Float[Array, "*batch"] = param("mind.news.optimism")
    beta_plus: Float[Array, "*batch"] = param("mind.belief.beta_plus")
    beta_minus: Float[Array, "*batch"] = param("mind.belief.beta_minus")
    s_credible: Float[Array, "*batch"] = param("mind.belief.s_credible")

    def init(self) -> Float[Array, "..."]:
        """Estimate before any news."""
        return self.start

    def trial(
        self, state: Float[Array, "*batch"], inputs: News
    ) -> tuple[Float[Array, "*batch"], NewsSignals]:
        """Estimate after the news."""
        error = inputs.content - state
        rate = jnp.broadcast_to(self.rate, error.shape)
        at_rest = gain(rate, 1 - rate, inputs.relaxed)
        good = (at_rest + self.optimism) * (1 + self.beta_plus * inputs.induced)
        bad = (at_rest - self.optimism) * (1 - self.beta_minus * inputs.induced)
        credit = credibility(error, jnp.broadcast_to(self.s_credible, error.shape))
        taken = valence(error, good, bad) * credit
        return state + taken * error * (1 - inputs.known), NewsSignals(error, taken)
