"""Ketamine into a vein, a muscle or under the skin, measured in venous plasma.

Into a vein the dose enters plasma over its duration, or at once. From a muscle or from
under the skin, an absorbed share F leaves a depot at the rate ka; what is missing from
F is lost. Disposition as in `venous.py`.

Assumes: no published absorption model for antidepressant doses was found; shares are
published or remembered, rates set from published times of the peak (see the records).
Does not cover: the place of injection, slow absorption from large volumes.
"""

from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Rate
from kapsim.drug.kinetics.route import portion, widen
from kapsim.drug.kinetics.schedule import Dose, Portion, RouteName
from kapsim.drug.routes.venous import AbstractVenous, Depot
from kapsim.engine import param


class AbstractParenteral(AbstractVenous):
    """A way in that passes neither gut nor liver first: one inlet."""

    @property
    def n_inlets(self) -> int:
        """One."""
        return 1

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over its duration."""
        return (portion(dose, 0),)


class IntravenousKetamine(AbstractParenteral):
    """Ketamine into a vein, as a bolus or an infusion."""

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Intravenous."""
        return (RouteName.INTRAVENOUS,)

    @property
    def caveat(self) -> str:
        """The place of sampling decides more than the molecule."""
        return (
            "Venous set of healthy adults: arterial sets give a peak about twice as "
            "high after an infusion, and a bolus is not described in its first minutes."
        )


class IntramuscularKetamine(AbstractParenteral):
    """Ketamine into a muscle."""

    available: Float[Array, "*#n"] = param("drug.intramuscular.available")
    ka: Float[Array, "*#n"] = param("drug.intramuscular.ka")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Intramuscular."""
        return (RouteName.INTRAMUSCULAR,)

    @property
    def caveat(self) -> str:
        """No observed curve was found."""
        return (
            "Venous disposition with an assumed absorption rate: published times of "
            "the peak run from 5 to 22 minutes, and no observed curve was found."
        )

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """The muscle."""
        return (Depot(widen(self.ka, like), widen(self.available, like)),)


class SubcutaneousKetamine(AbstractParenteral):
    """Ketamine under the skin, as an injection or an infusion."""

    available: Float[Array, "*#n"] = param("drug.subcutaneous.available")
    ka: Float[Array, "*#n"] = param("drug.subcutaneous.ka")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Subcutaneous."""
        return (RouteName.SUBCUTANEOUS,)

    @property
    def caveat(self) -> str:
        """Human absorption is assumed."""
        return (
            "Venous disposition with assumed absorption: share and rate in people were "
            "not found in a source that could be read."
        )

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """The tissue under the skin."""
        return (Depot(widen(self.ka, like), widen(self.available, like)),)
