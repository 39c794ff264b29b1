"""A drug that meets a memory just retrieved: weakened, strengthened or left alone.

    kept  =  1 + (psi - 1) drug    within `window` of the retrieval;  1 before and after
    w_k  <-  w_k (1 + (kept - 1) q_k)

q_k is the probability that cause k was retrieved, w_k are its weights. psi < 1 weakens,
psi > 1 strengthens, psi = 1 switches the effect off, which is the default because the
evidence is split. kept = 0 is the full block of restabilisation by an inhibitor of
protein synthesis: w_k (1 - q_k).

Assumes: the effect is in proportion to the drug on board, and sudden at the end of the
window.
Does not cover: how the window depends on the age and the strength of the memory; that
comes from the inference of causes.

Source: Gershman, Monfils, Norman and Niv (2017) for the block, equations read in the
authors' code; the sign and the proportion are a choice.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class ReconsolidationInputs(NamedTuple):
    """Drug on board [1] from 0 to 1, and time since the retrieval [h]."""

    drug: Float[Array, "*batch"]
    hours_since_retrieval: Float[Array, "*batch"]


def restabilised(
    weights: Float[Array, "cues causes"],
    retrieved: Float[Array, "causes"],
    kept: Float[Array, ""],
) -> Float[Array, "cues causes"]:
    """Weights [1] after causes retrieved with some probability have settled again."""
    return weights * (1 + (kept - 1) * retrieved)[None]


class Reconsolidation(AbstractReadout[Float[Array, "*batch"]]):
    """Share of its weights that a retrieved cause keeps; see the module text."""

    psi: Float[Array, "*#batch"] = param("mind.reconsolidation.psi")
    window: Float[Array, "*#batch"] = param("mind.reconsolidation.window")

    def read(self, inputs: ReconsolidationInputs) -> Float[Array, "*batch"]:
        """Share kept [1]: 1 where nothing happens, 0 where all is lost."""
        since = inputs.hours_since_retrieval
        within = (since >= 0) & (since <= self.window)
        changed = 1 + (self.psi - 1) * inputs.drug
        return jnp.where(within, changed, jnp.ones_like(changed))
