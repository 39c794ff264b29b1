"""The route of an arm in which nothing acts: saline, a placebo spray, or no dose."""

import jax.numpy as jnp

from kapsim.drug.kinetics.route import (
    SIGNALS,
    AbstractRoute,
    Covariates,
    Kinetics,
    refuse,
)
from kapsim.drug.kinetics.schedule import Dose, Molecule, Portion


class NoDrug(AbstractRoute):
    """No modes and no inlets; costs nothing to step."""

    @property
    def site(self) -> str:
        """Nothing is measured."""
        return "no drug"

    @property
    def caveat(self) -> str:
        """None."""
        return ""

    @property
    def n_inlets(self) -> int:
        """None."""
        return 0

    def takes(self, dose: Dose) -> bool:
        """Nothing that acts."""
        return False

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Nothing; refuses a molecule that acts."""
        if dose.molecule is not Molecule.PLACEBO:
            raise refuse(dose, "placebo")
        return ()

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "NoDrug":
        """The same."""
        return self

    def solve(
        self, covariates: Covariates, signals: tuple[str, ...] = SIGNALS
    ) -> Kinetics:
        """Empty kinetics."""
        weight = covariates.weight_kg
        empty = jnp.zeros((0, *weight.shape), weight.dtype)
        return Kinetics(
            weight_kg=weight,
            rate=empty,
            inputs=empty[None][:0],
            outputs=tuple(() for _ in SIGNALS),
            reads=tuple(() for _ in SIGNALS),
            shown_in=weight.dtype.name,
        )
