"""Concentrations that the rest of the model reads from any route."""

from typing import NamedTuple

from jaxtyping import Array, Float


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
