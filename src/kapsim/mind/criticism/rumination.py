"""Rumination as evidence that the belief makes about itself (E13).

    R     = R0 (1 - d_rho phi - d_p W) sigma(-g [mu_rank + r_m m + r_0])
    o_rum = mu_d - c_d

The shift c_d is the person's self-criticism in each domain; it is bounded because a
belief that is already very low cannot be lowered further:

    c_d sigma((mu_d - mu_low) / s_low)

Assumes: rumination supplies observations like any other source. No generative test of
this exists; it is marked as assumed.
Does not cover: single thoughts and how long they dwell; that is in `thought`, of whose
chain this rate is the share of time.
"""

from typing import NamedTuple

import jax
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class RuminationInputs(NamedTuple):
    """Rank belief, mood, drug drive and window [1]."""

    rank: Float[Array, "*batch"]
    mood: Float[Array, "*batch"]
    drive: Float[Array, "*batch"]
    window: Float[Array, "*batch"]


class Rumination(AbstractReadout[Float[Array, "..."]]):
    """Rate of ruminated self-evidence [1/h]."""

    r0: Float[Array, "*#batch"] = param("mind.rumination.r0")
    g: Float[Array, "*#batch"] = param("mind.rumination.g")
    r_m: Float[Array, "*#batch"] = param("mind.rumination.r_m")
    r_0: Float[Array, "*#batch"] = param("mind.rumination.r_0")
    d_rho: Float[Array, "*#batch"] = param("mind.rumination.d_rho")
    d_p: Float[Array, "*#batch"] = param("mind.rumination.d_p")
    precision: Float[Array, "3"] = param("mind.rumination.precision")
    mu_low: Float[Array, "*#batch"] = param("mind.rumination.mu_low")
    s_low: Float[Array, "*#batch"] = param("mind.rumination.s_low")

    def read(self, inputs: RuminationInputs) -> Float[Array, "*batch"]:
        """Rumination rate R [1/h]."""
        quiet = 1 - self.d_rho * inputs.drive - self.d_p * inputs.window
        worth = inputs.rank + self.r_m * inputs.mood + self.r_0
        return self.r0 * quiet * jax.nn.sigmoid(-self.g * worth)

    def bounded(
        self, shift: Float[Array, "3 *batch"], mu: Float[Array, "3 *batch"]
    ) -> Float[Array, "3 *batch"]:
        """Shift [1] of ruminated evidence at belief `mu`, fading at the floor."""
        return shift * jax.nn.sigmoid((mu - self.mu_low) / self.s_low)
