"""What a patient can feel of a treatment: the cue from which the arm is guessed.

    setting = cue of an infusion or of a spray, fading after the dose
    drug    = 1 - (1 - D/(D + D50)) (1 - E/(E + E50))
    cue     = 1 - (1 - setting) (1 - drug)              0 where experience is masked

D is dissociation, E the depth of sedation by ketamine or midazolam. Saline and the
bitter placebo spray carry the cue of their setting alone; so do, besides what they do,
the active infusion and spray.

Assumes: independent cues that combine as probabilities. None of the sizes is published:
no ketamine trial in the records reports a guess-based blinding index.
Does not cover: the rater's guess; what improvement tells (the expectancy mechanism).
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class FeltInputs(NamedTuple):
    """What can be felt.

    Attributes
    ----------
    dissociation
        [n] expected CADSS total [point].
    sedation
        [n] depth of sedation [point below alert].
    given, hours_since_dose, nasal
        As in `DrugNode`; [] each, or [n] where people differ.
    masked
        1 where experience is masked (under anaesthesia), else 0; [].
    """

    dissociation: Float[Array, "*batch"]
    sedation: Float[Array, "*batch"]
    given: Float[Array, "*#batch"]
    hours_since_dose: Float[Array, "*#batch"]
    nasal: Float[Array, "*#batch"]
    masked: Float[Array, ""]


class FeltEffect(AbstractReadout[Float[Array, "..."]]):
    """Felt effect [1], between 0 and 1."""

    infusion_cue: Float[Array, "*#batch"] = param("drug.felt.infusion_cue")
    spray_cue: Float[Array, "*#batch"] = param("drug.felt.spray_cue")
    cue_fade: Float[Array, "*#batch"] = param("drug.felt.cue_fade")
    half_dissociation: Float[Array, "*#batch"] = param("drug.felt.half_dissociation")
    half_sedation: Float[Array, "*#batch"] = param("drug.felt.half_sedation")

    def read(self, inputs: FeltInputs) -> Float[Array, "*batch"]:
        """Felt effect now [1]."""
        spray, infusion = inputs.nasal, 1 - inputs.nasal
        size = spray * self.spray_cue + infusion * self.infusion_cue
        fading = jnp.exp(-inputs.hours_since_dose / self.cue_fade)
        setting = inputs.given * size * fading
        d, e = inputs.dissociation, inputs.sedation
        missed = self.half_dissociation / (d + self.half_dissociation)
        missed = missed * self.half_sedation / (e + self.half_sedation)
        return (1 - inputs.masked) * (1 - (1 - setting) * missed)
