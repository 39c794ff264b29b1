"""Engagement: a person who is well stops coming (the good-enough level).

    engagement = sigma((y - y_enough) / width)

Assumes: the decision follows present severity. It makes success fall with sessions
attended, as in routine care.
Does not cover: dropout for other reasons, relief-seeking use.
"""

from typing import NamedTuple

import jax
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class EngagementInputs(NamedTuple):
    """Latent severity [points]."""

    severity: Float[Array, "*batch"]


class Engagement(AbstractReadout[Float[Array, "..."]]):
    """Share of offered therapy that is taken up [1]."""

    y_enough: Float[Array, "*#batch"] = param("therapy.engagement.y_enough")
    width: Float[Array, "*#batch"] = param("therapy.engagement.width")

    def read(self, inputs: EngagementInputs) -> Float[Array, "*batch"]:
        """Engagement [1]."""
        return jax.nn.sigmoid((inputs.severity - self.y_enough) / self.width)
