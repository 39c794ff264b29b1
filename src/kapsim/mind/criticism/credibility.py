"""How far a person takes for true what he tells himself about himself.

    gamma(mu) = gamma_0 exp(-b mu)

gamma multiplies the precision of self-made evidence. The melancholic takes his
criticism for a finding (gamma above 1); who hears the same criticism without believing
it gives it little precision (gamma below 1). With b > 0 the criticism becomes the more
credible the lower the belief mu about one's rank.

Assumes: credibility acts on precision alone, so believed and disbelieved criticism say
the same. No measurement separates the two; both parameters are assumptions.
Does not cover: what makes a critic credible, in childhood or in a session.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class CredibilityInputs(NamedTuple):
    """Rank belief [1]."""

    rank: Float[Array, "*batch"]


class Credibility(AbstractReadout[Float[Array, "..."]]):
    """Multiplier [1] of the precision of self-made evidence."""

    usual: Float[Array, "*#batch"] = param("mind.criticism.credibility")
    slope: Float[Array, "*#batch"] = param("mind.criticism.credibility_slope")

    def read(self, inputs: CredibilityInputs) -> Float[Array, "*batch"]:
        """Credibility gamma [1], above zero."""
        return self.usual * jnp.exp(-self.slope * inputs.rank)
