"""Esketamine through the nose or swallowed: plasma, peripherals, a liver in series.

Amounts in mg: D nasal depot, G gut depot, A plasma, P1 and P2 peripheral, L liver and
portal vein, N and M noresketamine:

    dD/dt = -ka D                 a spray puts the share F of its dose here, at once
    dG/dt = r(t) - kg G           what is swallowed, times Fgut, flows in here
    dA/dt = ka D - (Q1 + Q2 + QH)/V A + Q1/VP1 P1 + Q2/VP2 P2 + QH/VH L
    dL/dt = kg G + QH/V A - (QH/VH + kel + kmet) L
    dN/dt = kmet L - (CLN + QN)/VN N + QN/VPN M

    F  = nasal share for the first 28-mg device, times 0.62 for each later one
    QH = typical * (1 - slope * max(0, age - 60))

After a spray 1 - F is swallowed over 0.53 h; an oral solution is swallowed whole over
0.32 h and absorbed more slowly. (Perez-Ruixo 2021, 820 people; weight, sex and
depression had no relevant effect.) The paper gives no value for the spread of kmet;
none is assumed here.

Assumes: venous plasma; the age effect scales with the person's own liver flow; another
medicine acts on the liver's intrinsic clearance kel + kmet, which alone sets the
exposure to what is swallowed.
Does not cover: exposure to noresketamine over a day comes out higher than the paper's
own table, see the discrepancy `drug.nasal.noresketamine_auc`.
"""

import abc
import dataclasses

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Link, Rate
from kapsim.drug.kinetics.route import Covariates, portion, widen
from kapsim.drug.kinetics.schedule import Dose, Molecule, Portion, RouteName
from kapsim.drug.routes.ketamine import AbstractKetamine, Isomer, exchange
from kapsim.engine import param


class AbstractHepatic(AbstractKetamine):
    """Disposition of esketamine with a liver in series."""

    fgut: Float[Array, "*#n"] = param("drug.nasal.fgut")
    v: Float[Array, "*#n"] = param("drug.nasal.v")
    vp1: Float[Array, "*#n"] = param("drug.nasal.vp1")
    q1: Float[Array, "*#n"] = param("drug.nasal.q1")
    vp2: Float[Array, "*#n"] = param("drug.nasal.vp2")
    q2: Float[Array, "*#n"] = param("drug.nasal.q2")
    qh: Float[Array, "*#n"] = param("drug.nasal.qh")
    age_slope: Float[Array, "*#n"] = param("drug.nasal.age_slope")
    age_from: Float[Array, "*#n"] = param("drug.nasal.age_from")
    vh: Float[Array, "*#n"] = param("drug.nasal.vh")
    kel: Float[Array, "*#n"] = param("drug.nasal.kel")
    asian_kel: Float[Array, "*#n"] = param("drug.nasal.asian_kel")
    kmet: Float[Array, "*#n"] = param("drug.nasal.kmet")
    vn: Float[Array, "*#n"] = param("drug.nasal.vn")
    cln: Float[Array, "*#n"] = param("drug.nasal.cln")
    asian_cln: Float[Array, "*#n"] = param("drug.nasal.asian_cln")
    vpn: Float[Array, "*#n"] = param("drug.nasal.vpn")
    qn: Float[Array, "*#n"] = param("drug.nasal.qn")
    molecule: Molecule = eqx.field(default=Molecule.ESKETAMINE, static=True)

    @property
    def site(self) -> str:
        """Venous plasma."""
        return "venous plasma"

    @abc.abstractmethod
    def absorption(
        self, share: Rate, covariates: Covariates
    ) -> tuple[dict[Link, Rate], tuple[dict[str, Rate], ...]]:
        """Flows from depots, and the inlets."""

    def isomer(self, x: str, share: Rate, covariates: Covariates) -> Isomer:
        """Esketamine, s."""
        weight = covariates.weight_kg
        wide = lambda value: widen(value, weight)
        asian, v, vn = wide(covariates.asian), wide(self.v), wide(self.vn)
        years = jnp.maximum(wide(covariates.age_years) - wide(self.age_from), 0)
        qh = wide(self.qh) * (1 - wide(self.age_slope) * years)
        cln = wide(self.cln) * wide(self.asian_cln) ** asian
        flows, inlets = self.absorption(share, covariates)
        plasma, liver, n = "s.plasma", "s.liver", "s.n"
        one = jnp.ones_like(v)
        return Isomer(
            flows={
                **flows,
                **exchange(plasma, "s.p1", wide(self.q1), v, wide(self.vp1)),
                **exchange(plasma, "s.p2", wide(self.q2), v, wide(self.vp2)),
                **exchange(plasma, liver, qh, v, wide(self.vh)),
                (liver, n): wide(self.kmet),
                **exchange(n, "s.np", wide(self.qn), vn, wide(self.vpn)),
            },
            losses={liver: wide(self.kel) * wide(self.asian_kel) ** asian},
            inlets=inlets,
            volume=v,
            volume_n=vn,
            leaving_n=cln / vn,
            mass_n=one,
            mass_h=one * self.mass_h / self.mass_n,
        )

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "AbstractHepatic":
        """Another intrinsic clearance, to which oral exposure is inverse."""
        intrinsic = clearance / swallowed
        return dataclasses.replace(
            self,
            kel=self.kel * intrinsic,
            kmet=self.kmet * intrinsic,
            cln=self.cln * metabolite,
        )


class NasalEsketamine(AbstractHepatic):
    """Esketamine nasal spray with its swallowed part."""

    nasal_share: Float[Array, "*#n"] = param("drug.nasal.nasal_share")
    later_device: Float[Array, "*#n"] = param("drug.nasal.later_device")
    japanese_share: Float[Array, "*#n"] = param("drug.nasal.japanese_share")
    ka: Float[Array, "*#n"] = param("drug.nasal.ka")
    swallowed_h: Float[Array, ""] = param("drug.nasal.swallowed_h")
    kg: Float[Array, "*#n"] = param("drug.nasal.kg")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Nasal."""
        return (RouteName.NASAL,)

    @property
    def caveat(self) -> str:
        """Noresketamine, and the intravenous peak."""
        return (
            "Set of the spray's own developers: noresketamine over a day comes out "
            "about 45 % above their table, and the same set is a third too low for the "
            "peak of an infusion."
        )

    @property
    def n_inlets(self) -> int:
        """Nose and gut, each for the first and for later devices."""
        return 4

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """Spray and swallowed part of the first and of later devices."""
        first, swallowed_h = 1 / dose.devices, float(self.swallowed_h)
        ends = ((first, 0.0), (1 - first, 0.0), (first, swallowed_h))
        ends = (*ends, (1 - first, swallowed_h))
        return tuple(
            portion(dose, inlet, share=share, over_h=over_h)
            for inlet, (share, over_h) in enumerate(ends)
            if share > 0
        )

    def absorption(
        self, share: Rate, covariates: Covariates
    ) -> tuple[dict[Link, Rate], tuple[dict[str, Rate], ...]]:
        """Nose into plasma, gut into the liver."""
        wide = lambda value: widen(value, share)
        japanese = wide(self.japanese_share) ** wide(covariates.japanese)
        first = jnp.minimum(wide(self.nasal_share) * japanese, 1)
        later, fgut = first * wide(self.later_device), wide(self.fgut)
        nose, gut = "s.nose", "s.gut"
        flows = {(nose, "s.plasma"): wide(self.ka), (gut, "s.liver"): wide(self.kg)}
        inlets = (
            {nose: share * first},
            {nose: share * later},
            {gut: share * (1 - first) * fgut},
            {gut: share * (1 - later) * fgut},
        )
        return flows, inlets


class OralEsketamine(AbstractHepatic):
    """Esketamine swallowed as a solution."""

    oral_h: Float[Array, ""] = param("drug.oral_esketamine.oral_h")
    kg: Float[Array, "*#n"] = param("drug.oral_esketamine.kg")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Oral."""
        return (RouteName.ORAL,)

    @property
    def caveat(self) -> str:
        """Two sets disagree twofold."""
        return (
            "The set of the spray's developers lets 18 % of a swallowed dose reach the "
            "blood, another one 8 %."
        )

    @property
    def n_inlets(self) -> int:
        """One: the gut."""
        return 1

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over the time in which it reaches the gut."""
        return (portion(dose, 0, over_h=float(self.oral_h)),)

    def absorption(
        self, share: Rate, covariates: Covariates
    ) -> tuple[dict[Link, Rate], tuple[dict[str, Rate], ...]]:
        """Gut into the liver."""
        gut = "s.gut"
        flows = {(gut, "s.liver"): widen(self.kg, share)}
        return flows, ({gut: share * widen(self.fgut, share)},)
