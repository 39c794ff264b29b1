"""Rise of blood pressure after ketamine.

    dX/dt = (C - X) / delay            rise = slope * X      (systolic, diastolic)

C is S-ketamine at the effect site; R-ketamine did not change cardiac output.

Assumes: a linear rise over the range of antidepressant doses, equal for esketamine; the
published mean rise is read as the rise at the peak of 0.5 mg/kg over 40 min. No
tolerance over repeated infusions, as observed.
Does not cover: heart rate, hypertension as a covariate, antihypertensive drugs.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class BloodPressureInputs(NamedTuple):
    """S-ketamine at the effect site [ng/mL]."""

    s_effect: Float[Array, "*batch"]


class PressureRise(NamedTuple):
    """Rise above baseline [mmHg]."""

    systolic: Float[Array, "*batch"]
    diastolic: Float[Array, "*batch"]


class BloodPressure(AbstractMechanism[Float[Array, "..."]]):
    """Delayed concentration [ng/mL] that the rise follows."""

    delay: Float[Array, "*#batch"] = param("drug.blood_pressure.delay")
    systolic: Float[Array, "*#batch"] = param("drug.blood_pressure.systolic")
    diastolic: Float[Array, "*#batch"] = param("drug.blood_pressure.diastolic")

    def init(self) -> Float[Array, "..."]:
        """No drug."""
        return jnp.zeros_like(self.systolic)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: BloodPressureInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Delayed concentration after `dt` [h]."""
        return relax(state, inputs.s_effect / self.delay, 1 / self.delay, dt)

    def rise(self, state: Float[Array, "*batch"]) -> PressureRise:
        """Systolic and diastolic rise [mmHg]."""
        return PressureRise(self.systolic * state, self.diastolic * state)
