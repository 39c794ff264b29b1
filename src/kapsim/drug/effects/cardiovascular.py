"""Blood pressure and heart rate after ketamine.

    dX/dt = (C - X) / delay
    rise  = slope * X          systolic and diastolic [mmHg], heart rate [bpm]
    now   = baseline + rise

C is S-ketamine at the effect site; R-ketamine did not change cardiac output. The three
slopes differ between people and go together, so that who has a great systolic rise
tends to have a great diastolic one. The baseline is what is read before a dose.

Assumes: a linear rise over the range of antidepressant doses, equal for esketamine; the
published mean rise is read as the rise at the peak of 0.5 mg/kg over 40 min; one delay
for all three. No tolerance over repeated doses, as observed over six infusions, so that
a person's rise is the same at every equal dose.
Does not cover: change of a person's response between occasions; age, hypertension and
antihypertensive drugs as covariates; a fall after the dose; the rise with norketamine.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class CardiovascularInputs(NamedTuple):
    """S-ketamine at the effect site [ng/mL], held over a step.

    The virtual patient gives that of the end of its step; see `DissociationInputs`.
    """

    s_effect: Float[Array, "*batch"]


class Circulation(NamedTuple):
    """Pressures [mmHg] and heart rate [bpm], or their rise above baseline."""

    systolic: Float[Array, "*#batch"]
    diastolic: Float[Array, "*#batch"]
    heart_rate: Float[Array, "*#batch"]


class Cardiovascular(AbstractMechanism[Float[Array, "..."]]):
    """The state is the delayed concentration X [ng/mL] that all three rises follow."""

    delay: Float[Array, "*#batch"] = param("drug.blood_pressure.delay")
    systolic: Float[Array, "*#batch"] = param("drug.blood_pressure.systolic")
    diastolic: Float[Array, "*#batch"] = param("drug.blood_pressure.diastolic")
    heart_rate: Float[Array, "*#batch"] = param("drug.heart_rate.rise")
    systolic_at_rest: Float[Array, "*#batch"] = param(
        "drug.blood_pressure.systolic_at_rest"
    )
    diastolic_at_rest: Float[Array, "*#batch"] = param(
        "drug.blood_pressure.diastolic_at_rest"
    )
    heart_rate_at_rest: Float[Array, "*#batch"] = param("drug.heart_rate.at_rest")

    def init(self) -> Float[Array, "..."]:
        """No drug."""
        return jnp.zeros_like(self.systolic)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: CardiovascularInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Delayed concentration after `dt` [h]."""
        return relax(state, inputs.s_effect / self.delay, 1 / self.delay, dt)

    def rise(self, state: Float[Array, "*batch"]) -> Circulation:
        """Rise above the baseline [mmHg, mmHg, bpm]."""
        return Circulation(
            systolic=self.systolic * state,
            diastolic=self.diastolic * state,
            heart_rate=self.heart_rate * state,
        )

    def baseline(self) -> Circulation:
        """What is read before a dose [mmHg, mmHg, bpm]."""
        return Circulation(
            systolic=self.systolic_at_rest,
            diastolic=self.diastolic_at_rest,
            heart_rate=self.heart_rate_at_rest,
        )

    def now(self, state: Float[Array, "*batch"]) -> Circulation:
        """Baseline and rise together [mmHg, mmHg, bpm]."""
        rest, rise = self.baseline(), self.rise(state)
        return Circulation(
            systolic=rest.systolic + rise.systolic,
            diastolic=rest.diastolic + rise.diastolic,
            heart_rate=rest.heart_rate + rise.heart_rate,
        )
