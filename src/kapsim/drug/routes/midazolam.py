"""Midazolam into a vein, one compartment per body weight: dA/dt = r - CL/V A.

Enough for its sedation in a control arm.

Assumes: volume in proportion to body weight, clearance not.
Does not cover: distribution in the first minutes, 1-hydroxymidazolam.
"""

import dataclasses

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Compartments, Signal
from kapsim.drug.kinetics.route import (
    AbstractCompartmentRoute,
    Covariates,
    portion,
    widen,
)
from kapsim.drug.kinetics.schedule import Dose, Molecule, Portion, RouteName
from kapsim.engine import param
from kapsim.units import to_internal


class IntravenousMidazolam(AbstractCompartmentRoute):
    """Midazolam into a vein."""

    v: Float[Array, "*#n"] = param("drug.midazolam.v")
    cl: Float[Array, "*#n"] = param("drug.midazolam.cl")

    @property
    def site(self) -> str:
        """Venous plasma."""
        return "venous plasma"

    @property
    def caveat(self) -> str:
        """A stand-in."""
        return "One compartment with assumed values, enough for sedation in a control."

    @property
    def accepted(self) -> str:
        """Midazolam, intravenous."""
        return "intravenous midazolam"

    @property
    def n_inlets(self) -> int:
        """One: the vein."""
        return 1

    def takes(self, dose: Dose) -> bool:
        """Whether this is midazolam into a vein."""
        intravenous = dose.route is RouteName.INTRAVENOUS
        return intravenous and dose.molecule is Molecule.MIDAZOLAM

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over its duration."""
        return (portion(dose, 0),)

    def compartments(self, covariates: Covariates) -> Compartments:
        """One compartment."""
        weight = covariates.weight_kg
        v, cl = widen(self.v, weight), widen(self.cl, weight)
        gain = to_internal(1.0, "mg/L") / (v * widen(weight, weight))
        return Compartments(
            flows={},
            losses={"midazolam": cl / v},
            inlets=({"midazolam": jnp.ones_like(v)},),
            signals={"midazolam": Signal("midazolam", gain)},
        )

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "IntravenousMidazolam":
        """The same: the factors are those of ketamine."""
        return dataclasses.replace(self)
