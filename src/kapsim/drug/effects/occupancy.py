"""Occupancy of the NMDA-receptor channel by ketamine and norketamine.

Competitive binding of the unbound molar concentrations of all species i:

    x = sum_i fu C_i / (M_i K_i)            occupancy = x / (1 + x)

The species are S- and R-ketamine, from the effect site, and S- and R-norketamine, from
plasma. Each displaces the others: what one adds is less the more is bound already.
Hydroxynorketamine is left out, its affinity at therapeutic concentrations being
negligible.

Assumes: the unbound concentration in brain equals that in plasma, one bound fraction
for all species, affinities measured in rat brain. In people no imaging study has shown
the occupancy, so it is a number of the model and not a measurement.
Does not cover: magnesium, voltage, receptor subtypes, transport at the blood-brain
barrier, a delay of norketamine behind plasma.
"""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.engine import AbstractReadout, param

OCCUPANCY_NOTE = (
    "Occupancy of the NMDA receptor is computed, not measured: competitive binding of "
    "unbound S- and R-ketamine and S- and R-norketamine, with affinities from rat "
    "brain, the free concentration in brain taken to equal that in plasma. No "
    "occupancy by ketamine has been established in people by PET."
)
"""What must be said wherever an occupancy is shown."""


class Binding(NamedTuple):
    """Binding potential x [1] and share of the channels that is blocked [1]."""

    potential: Float[Array, "*batch"]
    occupancy: Float[Array, "*batch"]


class Occupancy(AbstractReadout[Binding]):
    """Competitive occupancy from free concentrations."""

    unbound: Float[Array, "*#batch"] = param("drug.occupancy.unbound")
    ki_s: Float[Array, "*#batch"] = param("drug.occupancy.ki_s_ketamine")
    ki_r: Float[Array, "*#batch"] = param("drug.occupancy.ki_r_ketamine")
    ki_sn: Float[Array, "*#batch"] = param("drug.occupancy.ki_s_norketamine")
    ki_rn: Float[Array, "*#batch"] = param("drug.occupancy.ki_r_norketamine")
    mass: Float[Array, "*#batch"] = param("drug.molar_mass.ketamine")
    mass_n: Float[Array, "*#batch"] = param("drug.molar_mass.norketamine")

    def read(self, inputs: DrugLevels) -> Binding:
        """Binding potential and occupancy."""
        molar = inputs.molar(self.mass, self.mass_n)
        bound = molar.s_effect / self.ki_s + molar.r_effect / self.ki_r
        bound = bound + molar.s_norketamine / self.ki_sn
        x = self.unbound * (bound + molar.r_norketamine / self.ki_rn)
        return Binding(potential=x, occupancy=x / (1 + x))
