"""Latent severity on the scale of the expected MADRS total (E15).

    S              = w_m m + (1 - w_m) mean(mu)
    y*             = origin + offset - slope * S - relief + fluctuation
    tau_y dy/dt    = y* - y,       y within [0, 60] when read

`offset` is how a person reports at the same state, `relief` the fast expectancy,
`fluctuation` the week-scale ups and downs, all in points.

Assumes: severity follows the state within about an hour, since scores had dropped two
hours after a dose on drug and placebo alike.
Does not cover: items; they are scored in the measures room.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class SeverityInputs(NamedTuple):
    """Mood and mean belief [1]; offset, relief and fluctuation [points]."""

    mood: Float[Array, "*batch"]
    belief: Float[Array, "*batch"]
    offset: Float[Array, "*batch"]
    relief: Float[Array, "*batch"]
    fluctuation: Float[Array, "*batch"]


class Severity(AbstractMechanism[Float[Array, "..."]]):
    """Latent severity y [points]."""

    origin: Float[Array, "*#batch"] = param("mind.severity.origin")
    slope: Float[Array, "*#batch"] = param("mind.severity.slope")
    w_m: Float[Array, "*#batch"] = param("mind.severity.w_m")
    tau_y: Float[Array, "*#batch"] = param("mind.severity.tau_y")
    top: Float[Array, "*#batch"] = param("mind.severity.top")

    def init(self) -> Float[Array, "..."]:
        """Severity [points] of a neutral state."""
        return self.origin

    def wellbeing(
        self, mood: Float[Array, "*batch"], belief: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """State S [1] that severity reads."""
        return self.w_m * mood + (1 - self.w_m) * belief

    def rest(self, inputs: SeverityInputs) -> Float[Array, "*batch"]:
        """Severity y* [points] to which these inputs lead."""
        state = self.wellbeing(inputs.mood, inputs.belief)
        level = self.origin + inputs.offset - self.slope * state
        return level - inputs.relief + inputs.fluctuation

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: SeverityInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Severity after `dt` [h]."""
        return relax(state, self.rest(inputs) / self.tau_y, 1 / self.tau_y, dt)

    def points(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Severity within the range of the scale [points]."""
        return jnp.clip(state, 0, self.top)
