"""The rule that every learner of beliefs shares (E5, E6, E8).

    gain         K = pi_s / (pi_s + pi (1 - relaxed))
    valence      lambda = good for delta > 0, bad for delta < 0
    credibility  c = exp(-(delta / s)^2 / 2) for delta > 0, 1 for delta < 0

pi is the precision of the belief and pi_s that of the evidence; `relaxed` is the share
of the belief's precision that the drug takes away while it is on board. In continuous
time it makes a person's three beliefs, trial by trial the filters and tasks.

Assumes: good news too good to be believed loses credit with the square of its surprise;
bad news is always believed.
Does not cover: where evidence comes from.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float


def gain(
    precision: Float[Array, "*batch"],
    prior: Float[Array, "*batch"],
    relaxed: Float[Array, "*batch"],
) -> Float[Array, "*batch"]:
    """Learning rate K [1] of evidence of some precision against a belief's (E5)."""
    return precision / (precision + prior * (1 - relaxed))


def valence(
    delta: Float[Array, "*batch"],
    good: Float[Array, "*#batch"],
    bad: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Weight lambda [1] of good or of bad news (E8)."""
    return jnp.where(delta > 0, good, bad)


def credibility(
    delta: Float[Array, "*batch"], width: Float[Array, "*#batch"]
) -> Float[Array, "*batch"]:
    """Credit c [1] that good news gets, falling with its surprise (E6)."""
    credit = jnp.exp(-((delta / width) ** 2) / 2)
    return jnp.where(delta > 0, credit, jnp.ones_like(credit))
