"""Drug high: how strongly the drug is felt, on a visual analogue scale of 0 to 10.

    VAS = 10 * left * h(C; C50 (1 + T/T50))

with the concentration C, the tolerance T, the curve h and the factor `left` of
`tolerance.py`. The midpoint is published for this very scale and read by dissociation
too, with one draw per person: who is sensitive in one is so in the other. So are the
potency of R-ketamine and all of tolerance, so that T is the state that dissociation
steps and nothing more has to be stepped.

Assumes: no contribution of norketamine and hydroxynorketamine, as found with the
midpoint; the end of the scale is reached by everybody at full effect; a steepness and a
tolerance that the published model does not give.
Does not cover: noise of one rating, ratings on placebo, liking or disliking.
"""

from typing import ClassVar, NamedTuple

from jaxtyping import Array, Float

from kapsim.drug.effects.tolerance import acting, left_after, tolerated
from kapsim.engine import AbstractReadout, param


class DrugHighInputs(NamedTuple):
    """What a drug high is read from.

    Attributes
    ----------
    s_effect, r_effect
        [n] enantiomers at the effect site [ng/mL].
    tolerance
        [n] state of `Dissociation` [ng/mL].
    dose_number
        [] administrations so far.
    """

    s_effect: Float[Array, "*batch"]
    r_effect: Float[Array, "*batch"]
    tolerance: Float[Array, "*batch"]
    dose_number: Float[Array, ""]


class DrugHigh(AbstractReadout[Float[Array, "..."]]):
    """Expected length on the visual analogue scale [point], 0 to 10."""

    scale_length: ClassVar[int] = 10

    c50: Float[Array, "*#batch"] = param("drug.dissociation.c50")
    steepness: Float[Array, "*#batch"] = param("drug.high.steepness")
    r_potency: Float[Array, "*#batch"] = param("drug.dissociation.r_potency")
    t50: Float[Array, "*#batch"] = param("drug.dissociation.t50")
    fading: Float[Array, "*#batch"] = param("drug.dissociation.fading")
    floor: Float[Array, "*#batch"] = param("drug.dissociation.floor")

    def read(self, inputs: DrugHighInputs) -> Float[Array, "*batch"]:
        """Drug high now [point], between 0 and 10."""
        effect = tolerated(
            acting(inputs.s_effect, inputs.r_effect, self.r_potency),
            inputs.tolerance,
            c50=self.c50,
            t50=self.t50,
            steepness=self.steepness,
        )
        left = left_after(inputs.dose_number, fading=self.fading, floor=self.floor)
        return self.scale_length * left * effect
