"""Learning whose rate follows surprise: the hybrid of Pearce-Hall.

    delta_n     = r_n - V_n
    V_{n+1}     = V_n + kappa alpha_n delta_n
    alpha_{n+1} = eta |delta_n| + (1 - eta) alpha_n

The associability alpha rises where outcomes surprise, as after a reversal, and falls
where they are foretold.

Assumes: one cue; r between 0 and 1.
Does not cover: inhibition as a memory of its own (in the first form of the theory the
absence of a shock is learned beside its presence), contexts, time.

Source: Li et al. (2011), from memory.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class PearceHallState(NamedTuple):
    """Expectation V and associability alpha [1]."""

    expected: Float[Array, ""]
    associability: Float[Array, ""]


class PearceHallSignals(NamedTuple):
    """Expectation and associability before the outcome, and the error [1]."""

    expected: Float[Array, ""]
    associability: Float[Array, ""]
    error: Float[Array, ""]


class PearceHall(AbstractTrialLearner[PearceHallState, PearceHallSignals]):
    """Expectation of one outcome, learned at a rate that follows surprise."""

    kappa: Float[Array, "*#batch"] = param("mind.pearce_hall.kappa")
    eta: Float[Array, "*#batch"] = param("mind.pearce_hall.eta")
    alpha_0: Float[Array, "*#batch"] = param("mind.pearce_hall.alpha_0")

    def init(self) -> PearceHallState:
        """Nothing expected, full attention."""
        return PearceHallState(jnp.zeros_like(self.alpha_0), self.alpha_0)

    def trial(
        self, state: PearceHallState, inputs: Float[Array, ""]
    ) -> tuple[PearceHallState, PearceHallSignals]:
        """State after an outcome r [1], and what was expected of it."""
        error = inputs - state.expected
        learned = PearceHallState(
            state.expected + self.kappa * state.associability * error,
            self.eta * jnp.abs(error) + (1 - self.eta) * state.associability,
        )
        return learned, PearceHallSignals(*state, error)
