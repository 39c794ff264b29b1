"""Counting outcomes: the normative learner of a constant probability.

    a <- a + r,   b <- b + (1 - r)
    E   = a / (a + b)
    Var = a b / [(a + b)^2 (a + b + 1)]

In people the skin answers to a mixture of expectation E and uncertainty Var, the pupil
to the expectation alone.

Assumes: one cue; the probability never changes, so every outcome weighs the same.
Does not cover: volatility, contexts, time, and how much of the answer is uncertainty.

Source: Tzovara, Korn and Bach (2018); the form of the update from memory.
"""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class Counts(NamedTuple):
    """Shocks and safe trials counted, those of the prior included [1]."""

    shocks: Float[Array, ""]
    safe: Float[Array, ""]


class CountSignals(NamedTuple):
    """Expectation E and uncertainty Var [1] before the outcome."""

    expected: Float[Array, ""]
    uncertainty: Float[Array, ""]


class BetaBernoulli(AbstractTrialLearner[Counts, CountSignals]):
    """Probability of shock after a cue, learned by counting."""

    a_0: Float[Array, "*#batch"] = param("mind.beta_bernoulli.a_0")
    b_0: Float[Array, "*#batch"] = param("mind.beta_bernoulli.b_0")

    def init(self) -> Counts:
        """Counts of the prior."""
        return Counts(self.a_0, self.b_0)

    def trial(
        self, state: Counts, inputs: Float[Array, ""]
    ) -> tuple[Counts, CountSignals]:
        """Counts after an outcome r [1], and what was expected of it."""
        total = state.shocks + state.safe
        expected = state.shocks / total
        uncertainty = expected * (1 - expected) / (total + 1)
        counted = Counts(state.shocks + inputs, state.safe + (1 - inputs))
        return counted, CountSignals(expected, uncertainty)
