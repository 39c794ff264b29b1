"""Ketamine measured in arterial plasma: into a vein, and as a film in the mouth.

Each enantiomer (amounts in mg of ketamine: A plasma, P1 and P2 peripheral, C1 and C2
and U1 and U2 chains to the metabolites, N and M norketamine, B mucosa, G gut, T from
gut to liver):

    dB/dt  = F1 r1(t) - ka1 B                      r1 over D1
    dG/dt  = F2 r2(t) - ka2 G                      r2 over D2
    dT/dt  = ka2 G - T/MTTG
    dA/dt  = r(t) + ka1 B - (CL + Q2 + Q3)/V1 A + Q2/V2 P1 + Q3/V3 P2
    dC1/dt = CL/V1 A + T/MTTG - 2/MTT C1           dC2/dt = 2/MTT (C1 - C2)
    dN/dt  = fm 2/MTT C2 - (CLN + QN)/V1 N + QN/VPN M
    dU1/dt = CLN/V1 N - 2/MTTH U1                  dU2/dt = 2/MTTH (U1 - U2)

and then hydroxynorketamine, of which a share of U2 is formed (`ketamine.py`). Volumes
scale with weight/70, clearances with (weight/70)^0.75 and with sex: women clear
S-ketamine faster (Sigtermans 2009), the published clearance being read as that of a
group of half women. (Simons 2022: 20 healthy volunteers.) What is swallowed reaches the
metabolites only. The published shares of the two parts add up to more than one.

Assumes: the racemate and lozenges behave as the film of S-ketamine, R-ketamine with the
ratios of the venous set. The times D1 and D2 are the same for everybody.
Does not cover: interactions of what is swallowed, since none of it reaches the blood.
"""

import dataclasses

from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Link, Rate, stages
from kapsim.drug.kinetics.route import Covariates, portion, widen
from kapsim.drug.kinetics.schedule import Dose, Portion, RouteName
from kapsim.drug.routes.ketamine import (
    AbstractKetamine,
    Formed,
    Isomer,
    Scale,
    exchange,
)
from kapsim.engine import param

_STAGES = 2  # compartments of a chain


class AbstractArterial(AbstractKetamine):
    """Disposition of ketamine in arterial plasma."""

    v1: Float[Array, "*#n"] = param("drug.arterial.v1")
    v2: Float[Array, "*#n"] = param("drug.arterial.v2")
    v3: Float[Array, "*#n"] = param("drug.arterial.v3")
    cl: Float[Array, "*#n"] = param("drug.arterial.cl")
    q2: Float[Array, "*#n"] = param("drug.arterial.q2")
    q3: Float[Array, "*#n"] = param("drug.arterial.q3")
    female_clearance: Float[Array, "*#n"] = param("drug.arterial.female_clearance")
    cl_ratio_r: Float[Array, "*#n"] = param("drug.enantiomers.cl_ratio_r")
    v_ratio_r: Float[Array, "*#n"] = param("drug.enantiomers.v_ratio_r")
    mtt: Float[Array, "*#n"] = param("drug.arterial.mtt")
    formed: Float[Array, "*#n"] = param("drug.arterial.formed")
    vpn: Float[Array, "*#n"] = param("drug.arterial.vpn")
    cln: Float[Array, "*#n"] = param("drug.arterial.cln")
    qn: Float[Array, "*#n"] = param("drug.arterial.qn")
    mtt_h: Float[Array, "*#n"] = param("drug.arterial.mtt_h")

    @property
    def site(self) -> str:
        """Arterial plasma."""
        return "arterial plasma"

    @property
    def in_double(self) -> bool:
        """True: two chains of equal stages, whose modes nearly cancel."""
        return True

    def absorption(
        self, x: str, share: Rate
    ) -> tuple[dict[Link, Rate], tuple[dict[str, Rate], ...]]:
        """Flows from depots into enantiomer x, and its inlets."""
        return {}, ({f"{x}.plasma": share},)

    def isomer(self, x: str, share: Rate, covariates: Covariates) -> Isomer:
        """One enantiomer."""
        weight = covariates.weight_kg
        wide = lambda value: widen(value, weight)
        is_r, scale = int(x == "r"), self.scale(weight)
        size = scale.volume * wide(self.v_ratio_r) ** is_r
        v1, v2, v3 = (wide(v) * size for v in (self.v1, self.v2, self.v3))
        cl = wide(self.cl) * scale.clearance * wide(self.cl_ratio_r) ** is_r
        cl = cl * wide(self.female_clearance) ** (wide(covariates.female) - 1 / 2)
        vn = wide(self.v1) * scale.volume
        cln = wide(self.cln) * scale.clearance
        flows, inlets = self.absorption(x, share)
        plasma, n, c1, c2 = f"{x}.plasma", f"{x}.n", f"{x}.c1", f"{x}.c2"
        first, second = stages(_STAGES / wide(self.mtt), weight)
        formed = wide(self.formed)
        flows = {
            **flows,
            **self._exchanges(x, scale, v1, v2, v3),
            (plasma, c1): cl / v1,
            (c1, c2): first,
            (c2, n): formed * second,
            **exchange(
                n,
                f"{x}.np",
                wide(self.qn) * scale.clearance,
                vn,
                wide(self.vpn) * scale.volume,
            ),
        }
        return Isomer(
            flows=flows,
            losses={c2: (1 - formed) * second},
            inlets=inlets,
            volume=v1,
            volume_n=vn,
            leaving_n=cln / vn,
            mass_n=wide(self.mass_n) / self.mass,
            mass_h=wide(self.mass_h) / self.mass,
        )

    def _exchanges(
        self, x: str, scale: Scale, v1: Rate, v2: Rate, v3: Rate
    ) -> dict[Link, Rate]:
        """Flows between plasma and its two peripherals."""
        q2 = widen(self.q2, v1) * scale.clearance
        q3 = widen(self.q3, v1) * scale.clearance
        plasma = f"{x}.plasma"
        return {
            **exchange(plasma, f"{x}.p1", q2, v1, v2),
            **exchange(plasma, f"{x}.p2", q3, v1, v3),
        }

    def onward(self, x: str, leaving: Rate, covariates: Covariates) -> Formed:
        """Through a short chain."""
        share, weight = widen(self.hnk_share, leaving), covariates.weight_kg
        first, second = stages(_STAGES / widen(self.mtt_h, leaving), weight)
        u1, u2 = f"{x}.u1", f"{x}.u2"
        flows = {
            (f"{x}.n", u1): leaving,
            (u1, u2): first,
            (u2, f"{x}.h"): share * second,
        }
        return Formed(flows, {u2: (1 - share) * second})

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "AbstractArterial":
        """Other clearances; nothing swallowed reaches the blood as ketamine."""
        return dataclasses.replace(
            self, cl=self.cl * clearance, cln=self.cln * metabolite
        )


class ArterialKetamine(AbstractArterial):
    """Ketamine into a vein, measured in arterial plasma."""

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Intravenous."""
        return (RouteName.INTRAVENOUS,)

    @property
    def caveat(self) -> str:
        """Set against venous data it is too high at first."""
        return (
            "Arterial set of healthy young adults: during an infusion about twice the "
            "venous concentration."
        )

    @property
    def n_inlets(self) -> int:
        """One: the vein."""
        return 1

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over its duration."""
        return (portion(dose, 0),)


class OralMucosalKetamine(AbstractArterial):
    """Ketamine held under the tongue or in the cheek, with its swallowed part."""

    mucosal_share: Float[Array, "*#n"] = param("drug.film.mucosal_share")
    mucosal_h: Float[Array, ""] = param("drug.film.mucosal_h")
    ka: Float[Array, "*#n"] = param("drug.film.ka")
    swallowed_share: Float[Array, "*#n"] = param("drug.film.swallowed_share")
    swallowed_h: Float[Array, ""] = param("drug.film.swallowed_h")
    kg: Float[Array, "*#n"] = param("drug.film.kg")
    mtt_gut: Float[Array, "*#n"] = param("drug.film.mtt_gut")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Sublingual or buccal: no difference was seen."""
        return (RouteName.SUBLINGUAL, RouteName.BUCCAL)

    @property
    def caveat(self) -> str:
        """A film of S-ketamine, arterial."""
        return (
            "Set of an S-ketamine film held for ten minutes, in arterial plasma; "
            "lozenges, wafers and the racemate are taken to be the same, and the "
            "concentrations are not comparable with venous ones."
        )

    @property
    def n_inlets(self) -> int:
        """Mucosa and gut."""
        return 2

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The whole dose at both, each over its own time."""
        mucosal_h, swallowed_h = float(self.mucosal_h), float(self.swallowed_h)
        return (
            portion(dose, 0, over_h=mucosal_h),
            portion(dose, 1, over_h=swallowed_h),
        )

    def absorption(
        self, x: str, share: Rate
    ) -> tuple[dict[Link, Rate], tuple[dict[str, Rate], ...]]:
        """Mucosa into plasma; gut past the liver into the metabolites."""
        wide = lambda value: widen(value, share)
        mucosa, gut, delay = f"{x}.mucosa", f"{x}.gut", f"{x}.delay"
        flows = {
            (mucosa, f"{x}.plasma"): wide(self.ka),
            (gut, delay): wide(self.kg),
            (delay, f"{x}.c1"): 1 / wide(self.mtt_gut),
        }
        inlets = (
            {mucosa: share * wide(self.mucosal_share)},
            {gut: share * wide(self.swallowed_share)},
        )
        return flows, inlets
