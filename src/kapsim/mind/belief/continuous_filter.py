"""Hierarchical Gaussian filter of graded outcomes: a value and its volatility.

Each trial brings evidence u of a precision pi_s. The volatility is the level above the
belief (`volatility`):

    delta = u - mu^
    K     = pi_s / (pi_s + pi^ (1 - relaxed))                                (E5)
    mu    = mu^ + min(lambda K, 1) delta                                     (E6, E8)
    pi    = pi^ + pi_s

With good = bad = 1 and relaxed = 0 this is the filter as published; lambda and relaxed
are as in `binary_filter`. A belief never goes past the evidence: that bound acts only
where good news is weighed above 1 / K.

With kappa = 0 and many small events (rate f, precision pi_s, each the smaller the more
there are) the filter becomes the continuous-time learner of the patients (`learner`),
with process noise q0 = exp(omega) per unit of time:

    dmu = f K lambda delta        dpi = f pi_s - q0 pi^2

In that limit no single event tells anything about volatility; the learner's own third
level is therefore a form of its own, driven by the same quantity K^2 pi delta^2.

Assumes: evidence of known precision.
Does not cover: drift of the value, credibility of good news.

Source: `mathys_2011`; generalised form in `pyhgf`.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param
from kapsim.mind.belief.rule import gain, valence
from kapsim.mind.belief.volatility import FilterSignals, FilterState, Volatility


class ContinuousTrial(NamedTuple):
    """One piece of evidence and how it is received.

    Attributes
    ----------
    outcome
        Content of the evidence, in units of the belief [1].
    precision
        Its precision [1].
    interval
        Time since the last trial, in trials [1].
    relaxed
        Share of the belief's precision that a drug takes away [1].
    good, bad
        Weight of evidence above or below what was expected [1].
    """

    outcome: Float[Array, "*trials"]
    precision: Float[Array, "*trials"]
    interval: Float[Array, "*trials"]
    relaxed: Float[Array, "*trials"]
    good: Float[Array, "*trials"]
    bad: Float[Array, "*trials"]


def continuous_trials(
    outcome: Float[Array, "*trials"],
    precision: Float[Array, ""] | float,
    *,
    interval: Float[Array, ""] | float = 1.0,
    relaxed: Float[Array, ""] | float = 0.0,
    good: Float[Array, ""] | float = 1.0,
    bad: Float[Array, ""] | float = 1.0,
) -> ContinuousTrial:
    """Evidence of one precision, received alike; by default as in the filter."""
    row = lambda value: jnp.full_like(outcome, value)
    received = (row(relaxed), row(good), row(bad))
    return ContinuousTrial(outcome, row(precision), row(interval), *received)


class ContinuousFilter(AbstractTrialLearner[FilterState, FilterSignals]):
    """Belief about a value, and how fast that value changes."""

    volatility: Volatility = eqx.field(default_factory=Volatility)
    mu_0: Float[Array, "*batch"] = param("mind.filter.mu_0")
    pi_0: Float[Array, "*batch"] = param("mind.filter.pi_0")
    mu_v0: Float[Array, "*batch"] = param("mind.filter.mu_v0")
    pi_v0: Float[Array, "*batch"] = param("mind.filter.pi_v0")

    def init(self) -> FilterState:
        """Belief before any evidence."""
        return FilterState(self.mu_0, self.pi_0, self.mu_v0, self.pi_v0)

    def trial(
        self, state: FilterState, inputs: ContinuousTrial
    ) -> tuple[FilterState, FilterSignals]:
        """Belief after the evidence, and what was expected before it."""
        predicted, weight = self.volatility.predict(state, inputs.interval)
        error = inputs.outcome - predicted.mu
        rate = gain(inputs.precision, predicted.pi, inputs.relaxed)
        rate = jnp.minimum(rate * valence(error, inputs.good, inputs.bad), 1)
        mu = predicted.mu + rate * error
        pi = predicted.pi + inputs.precision
        step = inputs.precision / pi * error
        after, surprise = self.volatility.learn(predicted, weight, mu, pi, step)
        return after, FilterSignals(predicted.mu, predicted, error, rate, surprise)
