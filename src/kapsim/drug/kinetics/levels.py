"""Concentrations that the rest of the model reads from any route."""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.units import to_internal


class MolarLevels(NamedTuple):
    """Concentrations [umol/L] of what binds: ketamine at the effect site, norketamine.

    A type of its own, so that amounts of substance never stand where masses should.
    """

    s_effect: Float[Array, "*batch"]
    r_effect: Float[Array, "*batch"]
    s_norketamine: Float[Array, "*batch"]
    r_norketamine: Float[Array, "*batch"]


class DrugLevels(NamedTuple):
    """Concentrations [ng/mL]: plasma unless said otherwise, total, as free base.

    Each species is in its own mass.
    """

    s_ketamine: Float[Array, "*batch"]
    r_ketamine: Float[Array, "*batch"]
    s_norketamine: Float[Array, "*batch"]
    r_norketamine: Float[Array, "*batch"]
    s_effect: Float[Array, "*batch"]
    r_effect: Float[Array, "*batch"]
    s_hydroxynorketamine: Float[Array, "*batch"]
    r_hydroxynorketamine: Float[Array, "*batch"]
    midazolam: Float[Array, "*batch"]

    def molar(
        self, ketamine: Float[Array, "*#batch"], norketamine: Float[Array, "*#batch"]
    ) -> MolarLevels:
        """Amounts of substance of what binds, from the molar masses [mg/umol]."""
        unit = to_internal(1.0, "mg/L")
        return MolarLevels(
            s_effect=self.s_effect / ketamine / unit,
            r_effect=self.r_effect / ketamine / unit,
            s_norketamine=self.s_norketamine / norketamine / unit,
            r_norketamine=self.r_norketamine / norketamine / unit,
        )

    @property
    def ketamine(self) -> Float[Array, "*batch"]:
        """Both enantiomers in plasma [ng/mL]."""
        return self.s_ketamine + self.r_ketamine

    @property
    def norketamine(self) -> Float[Array, "*batch"]:
        """Both enantiomers of norketamine in plasma [ng/mL]."""
        return self.s_norketamine + self.r_norketamine

    @property
    def hydroxynorketamine(self) -> Float[Array, "*batch"]:
        """Both enantiomers of hydroxynorketamine in plasma [ng/mL]."""
        return self.s_hydroxynorketamine + self.r_hydroxynorketamine


ACTING = tuple(name for name in DrugLevels._fields if "hydroxynorketamine" not in name)
"""Species that anything in the model acts by: all but hydroxynorketamine."""
