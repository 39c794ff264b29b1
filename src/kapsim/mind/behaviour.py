"""The share of life that is approached rather than avoided (E12).

    wish = w_b mean(mu) + (1 - w_b) m - a0
    a    = [a_min + (1 - a_min) sigma(b wish + lift)] (1 - d_a phi)

What is avoided teaches nothing: life supplies evidence at the rate f_life = f0 * a.
`lift` is what behavioural activation adds for some days.

Assumes: one share for all domains. Negative belief, withdrawal and missing
disconfirmation form a loop in belief-based models of self-esteem.
Does not cover: single actions and their rewards.
"""

from typing import NamedTuple

import jax
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class BehaviourInputs(NamedTuple):
    """Mean belief, mood, drug drive and activation [1]."""

    belief: Float[Array, "*batch"]
    mood: Float[Array, "*batch"]
    drive: Float[Array, "*batch"]
    lift: Float[Array, "*batch"]


class Behaviour(AbstractReadout[Float[Array, "..."]]):
    """Share of life approached a [1]."""

    a_min: Float[Array, "*#batch"] = param("mind.behaviour.a_min")
    b: Float[Array, "*#batch"] = param("mind.behaviour.b")
    a0: Float[Array, "*#batch"] = param("mind.behaviour.a0")
    w_b: Float[Array, "*#batch"] = param("mind.behaviour.w_b")
    d_a: Float[Array, "*#batch"] = param("mind.behaviour.d_a")
    f0: Float[Array, "*#batch"] = param("mind.behaviour.f0")

    def read(self, inputs: BehaviourInputs) -> Float[Array, "*batch"]:
        """Share of life approached a [1]."""
        wish = self.w_b * inputs.belief + (1 - self.w_b) * inputs.mood - self.a0
        share = jax.nn.sigmoid(self.b * wish + inputs.lift)
        share = self.a_min + (1 - self.a_min) * share
        return share * (1 - self.d_a * inputs.drive)
