"""Sedation by ketamine and midazolam, as points lost on the MOAA/S.

    U     = (S + q R) / C50 + M / M50
    depth = 5 * U^n / (1 + U^n)           score = 5 - depth, to the nearest whole number

S and R are ketamine at the effect site, M is midazolam in plasma. The score is that of
the Modified Observer's Assessment of Alertness/Sedation: 5 is awake, 0 does not respond
to a painful squeeze. Both midpoints differ between people.

Assumes: potencies add, so that half of one drug's C50 and half of the other's do what
a whole one does; norketamine contributes nothing; R-ketamine is as much weaker than S
as it is in slowing the EEG. Midpoint, spread and steepness are set to the label's
shares of patients after 84 mg of nasal esketamine (see the records). No tolerance,
within a session or over doses: sedation was reported less often in later weeks, by how
much a dose loses is not published.
Does not cover: hypnotics, opioids, alcohol and age; synergy of the two drugs beyond
addition; the anaesthetic of a masked patient.
"""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.effects.drive import hill
from kapsim.drug.effects.tolerance import acting
from kapsim.engine import AbstractReadout, param


class SedationInputs(NamedTuple):
    """Ketamine at the effect site, midazolam in plasma [ng/mL]."""

    s_effect: Float[Array, "*batch"]
    r_effect: Float[Array, "*batch"]
    midazolam: Float[Array, "*batch"]


class Sedation(AbstractReadout[Float[Array, "..."]]):
    """Depth of sedation [point below alert], 0 to 5."""

    alert: ClassVar[int] = 5

    c50: Float[Array, "*#batch"] = param("drug.sedation.c50")
    r_potency: Float[Array, "*#batch"] = param("drug.sedation.r_potency")
    m50: Float[Array, "*#batch"] = param("drug.sedation.m50")
    steepness: Float[Array, "*#batch"] = param("drug.sedation.steepness")

    def read(self, inputs: SedationInputs) -> Float[Array, "*batch"]:
        """Depth now [point], between 0 and 5."""
        ketamine = acting(inputs.s_effect, inputs.r_effect, self.r_potency)
        potency = ketamine / self.c50 + inputs.midazolam / self.m50
        return self.alert * hill(potency, jnp.ones_like(self.c50), self.steepness)

    def score(self, depth: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """MOAA/S as an observer gives it, a whole number from 5 (alert) to 0."""
        return self.alert - jnp.round(depth)
