"""Hierarchical Gaussian filter of yes-or-no outcomes: three levels, trial by trial.

The belief mu is the log odds of a yes, its volatility the level above (`volatility`):

    p     = 1 / (1 + exp(-mu^))         s = p (1 - p)          delta = u - p
    K     = s / (s + pi^ (1 - relaxed))                                      (E5)
    mu    = mu^ + lambda K delta / s                                         (E6, E8)
    pi    = pi^ + s
    lambda = good for delta > 0, bad for delta < 0

with u the outcome, 1 or 0. Where 1 is the good outcome, `good` and `bad` weigh the
news; both are 1 and `relaxed` is 0 in the filter as published. A drug that relaxes the
belief changes how far it moves and not the precision that is kept: relaxation is a
read-out. With kappa = 0 the filter has two levels and a fixed volatility.

One bound beyond those of the volatility: p stays in [p_min, 1 - p_min], and mu at the
log odds of these, so that a belief that has become certain can still be moved.

Assumes: outcomes without noise of perception.
Does not cover: choices made from the belief.

Source: `mathys_2011`, equations 21 to 34.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.belief.rule import gain, valence
from kapsim.mind.belief.volatility import FilterSignals, FilterState, Volatility


class BinaryTrial(NamedTuple):
    """One outcome and how it is received.

    Attributes
    ----------
    outcome
        1 or 0.
    interval
        Time since the last trial, in trials [1].
    relaxed
        Share of the belief's precision that a drug takes away [1].
    good, bad
        Weight of an outcome better or worse than expected [1].
    """

    outcome: Float[Array, "*trials"]
    interval: Float[Array, "*trials"]
    relaxed: Float[Array, "*trials"]
    good: Float[Array, "*trials"]
    bad: Float[Array, "*trials"]


def binary_trials(
    outcome: Float[Array, "*trials"],
    *,
    relaxed: Float[Array, ""] | float = 0.0,
    good: Float[Array, ""] | float = 1.0,
    bad: Float[Array, ""] | float = 1.0,
) -> BinaryTrial:
    """Trials one after the other, received alike; by default as in the filter."""
    row = lambda value: jnp.full_like(outcome, value)
    return BinaryTrial(outcome, row(1.0), row(relaxed), row(good), row(bad))


class BinaryFilter(AbstractTrialLearner[FilterState, FilterSignals]):
    """Belief about a yes, and how fast its odds change."""

    volatility: Volatility = eqx.field(default_factory=Volatility)
    mu_0: Float[Array, "*batch"] = param("mind.filter.mu_0")
    pi_0: Float[Array, "*batch"] = param("mind.filter.pi_0")
    mu_v0: Float[Array, "*batch"] = param("mind.filter.mu_v0")
    pi_v0: Float[Array, "*batch"] = param("mind.filter.pi_v0")
    p_min: Float[Array, "*batch"] = param("mind.filter.p_min")

    def init(self) -> FilterState:
        """Belief before any outcome."""
        return FilterState(self.mu_0, self.pi_0, self.mu_v0, self.pi_v0)

    def trial(
        self, state: FilterState, inputs: BinaryTrial
    ) -> tuple[FilterState, FilterSignals]:
        """Belief after an outcome, and what was expected before it."""
        predicted, weight = self.volatility.predict(state, inputs.interval)
        p = jnp.clip(jax.nn.sigmoid(predicted.mu), self.p_min, 1 - self.p_min)
        seen = p * (1 - p)
        error = inputs.outcome - p
        rate = gain(seen, predicted.pi, inputs.relaxed) / seen
        rate = rate * valence(error, inputs.good, inputs.bad)
        most = jnp.log((1 - self.p_min) / self.p_min)
        mu = jnp.clip(predicted.mu + rate * error, -most, most)
        pi = predicted.pi + seen
        after, surprise = self.volatility.learn(predicted, weight, mu, pi, error / pi)
        return after, FilterSignals(p, predicted, error, rate, surprise)
