"""Self-criticism: an aversive outcome that a person makes himself.

    r_int = -c_s max(0, standard - outcome)

Whatever falls short of the person's standard is followed by a criticism, in proportion
to the shortfall. As evidence about oneself it lies r_int below the present belief, with
the precision of self-made evidence times its credibility (`credibility.py`). An outcome
that meets the standard is followed by silence: no evidence, and no praise either.

Assumes: one standard; criticism at once and every time.
Does not cover: which domain is criticised; self-reassurance.

Source: a model proposed for this simulator; no generative model of self-criticism has
been validated.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class SelfCriticismInputs(NamedTuple):
    """Outcome, precision of self-made evidence, and its credibility [1]."""

    outcome: Float[Array, "*batch"]
    precision: Float[Array, "*batch"]
    credibility: Float[Array, "*batch"]


class Criticism(NamedTuple):
    """Evidence about oneself: shift from the belief, and precision [1]."""

    shift: Float[Array, "*batch"]
    precision: Float[Array, "*batch"]


class SelfCriticism(AbstractReadout[Criticism]):
    """Criticism that follows an outcome; see the module text."""

    c_s: Float[Array, "*#batch"] = param("mind.criticism.c_s")
    standard: Float[Array, "*#batch"] = param("mind.criticism.standard")

    def read(self, inputs: SelfCriticismInputs) -> Criticism:
        """Criticism, and how far it counts as evidence."""
        short = jnp.maximum(self.standard - inputs.outcome, 0)
        precision = inputs.precision * inputs.credibility
        return Criticism(
            -self.c_s * short, jnp.where(short > 0, precision, jnp.zeros_like(short))
        )
