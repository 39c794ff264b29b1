"""Association alone (Rescorla-Wagner): the negative control of fear learning.

    V_tot = sum_i x_i V_i
    delta = lambda r - V_tot
    V_i  <- V_i + alpha_i beta delta x_i

beta is beta_us where the shock comes and beta_0 where it does not. A single cue follows

    V_n = lambda [1 - (1 - alpha beta_us)^n],   V_n = V_0 (1 - alpha beta_0)^n

in acquisition and extinction. All cues present share one error: hence blocking,
overshadowing and conditioned inhibition.

Assumes: what is learned is one number a cue, and extinction takes it away again.
Does not cover: time, memory of what was extinguished, contexts other than as cues. Fear
that comes back after extinction, by rest, by a lone shock or by another room, is
therefore beyond it: a model that shows it must be doing something else.

Source: Rescorla and Wagner (1972), textbook form.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class CueTrial(NamedTuple):
    """Strength of each cue present, 0 if absent, and of the shock r [1]."""

    cues: Float[Array, "cues"]
    us: Float[Array, ""]


class CueSignals(NamedTuple):
    """Expectation of shock before it could come, and the error that followed [1]."""

    expected: Float[Array, ""]
    error: Float[Array, ""]


class RescorlaWagner(AbstractTrialLearner[Float[Array, "cues"], CueSignals]):
    """Associative strength V [1] of each cue; see the module text.

    Attributes
    ----------
    alpha
        Salience, of all cues or of each.
    cues
        How many there are.
    """

    alpha: Float[Array, "*#alpha"] = param("mind.rescorla_wagner.alpha")
    beta_us: Float[Array, "*#batch"] = param("mind.rescorla_wagner.beta_us")
    beta_0: Float[Array, "*#batch"] = param("mind.rescorla_wagner.beta_0")
    lam: Float[Array, "*#batch"] = param("mind.rescorla_wagner.lam")
    cues: int = eqx.field(default=1, static=True)

    def init(self) -> Float[Array, "cues"]:
        """Nothing learned."""
        return jnp.zeros(self.cues, self.lam.dtype)

    def trial(
        self, state: Float[Array, "cues"], inputs: CueTrial
    ) -> tuple[Float[Array, "cues"], CueSignals]:
        """Strengths after the trial, and what the cues together foretold."""
        expected = jnp.dot(inputs.cues, state)
        error = self.lam * inputs.us - expected
        rate = self.alpha * jnp.where(inputs.us > 0, self.beta_us, self.beta_0)
        learned = state + rate * error * inputs.cues
        return learned, CueSignals(expected, error)
