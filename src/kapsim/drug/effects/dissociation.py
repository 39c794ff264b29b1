"""Acute dissociation: the expected total of the CADSS, with tolerance within a session.

    D = maximum * share * left * h(C; C50 (1 + T/T50))

with the concentration C, the tolerance T, the curve h and the factor `left` of
`tolerance.py`. `share` and `C50` differ between people: together they make the skewed
totals and the many who report next to nothing. Their records carry the distributions,
so one draw per person is all that is needed.

Assumes: the published midpoint is that of S-ketamine's "drug high" on a visual analogue
scale, the nearest published; no contribution of norketamine, as found there. Tolerance,
steepness and spread are set so that the published mean and spread of the CADSS at the
end of an infusion, and its course, come out (see the records).
Does not cover: item scores, noise of one rating and totals without drug (the CADSS
scale of the measures room); change of a person's response between occasions beyond the
fading.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.effects.tolerance import acting, left_after, tolerated
from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class DissociationInputs(NamedTuple):
    """Effect-site concentrations [ng/mL] and administrations so far.

    `step` holds the concentrations over its length: means over the step are best, as
    `kapsim.drug.exposure` gives them. The virtual patient gives those at the end of its
    step, so that tolerance runs ahead while they rise: on its own grid the CADSS at the
    end of an infusion of 40 min is 4 % lower than on one eight times as fine.
    """

    s_effect: Float[Array, "*batch"]
    r_effect: Float[Array, "*batch"]
    dose_number: Float[Array, "*#batch"]


class Dissociation(AbstractMechanism[Float[Array, "..."]]):
    """Expected CADSS total; the state is the tolerance T [ng/mL]."""

    maximum: Float[Array, "*#batch"] = param("drug.dissociation.maximum")
    share: Float[Array, "*#batch"] = param("drug.dissociation.share")
    c50: Float[Array, "*#batch"] = param("drug.dissociation.c50")
    steepness: Float[Array, "*#batch"] = param("drug.dissociation.steepness")
    r_potency: Float[Array, "*#batch"] = param("drug.dissociation.r_potency")
    tau_t: Float[Array, "*#batch"] = param("drug.dissociation.tau_t")
    t50: Float[Array, "*#batch"] = param("drug.dissociation.t50")
    fading: Float[Array, "*#batch"] = param("drug.dissociation.fading")
    floor: Float[Array, "*#batch"] = param("drug.dissociation.floor")

    def init(self) -> Float[Array, "..."]:
        """No tolerance."""
        return jnp.zeros_like(self.share)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: DissociationInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Tolerance after `dt` [h]."""
        return relax(state, self._acting(inputs) / self.tau_t, 1 / self.tau_t, dt)

    def points(
        self, state: Float[Array, "*batch"], inputs: DissociationInputs
    ) -> Float[Array, "*batch"]:
        """Expected total now [point], between 0 and the maximum."""
        effect = tolerated(
            self._acting(inputs),
            state,
            c50=self.c50,
            t50=self.t50,
            steepness=self.steepness,
        )
        left = left_after(inputs.dose_number, fading=self.fading, floor=self.floor)
        return self.maximum * self.share * left * effect

    def _acting(self, inputs: DissociationInputs) -> Float[Array, "*batch"]:
        """Concentration in equivalents of S-ketamine [ng/mL]."""
        return acting(inputs.s_effect, inputs.r_effect, self.r_potency)
