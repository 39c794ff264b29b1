"""What all routes of ketamine share: enantiomers, effect site, hydroxynorketamine.

For one enantiomer x, with A plasma, N norketamine, H and J hydroxynorketamine central
and peripheral, and E the effect site:

    dE/dt = ke0 (A - E)
    dH/dt = fm out(N) - (CLH + QH)/VH H + QH/VHP J
    dJ/dt = QH/VH H - QH/VHP J                            VHP = typical * weight/70

The racemate is half S and half R, each followed on its own. The share fm of
norketamine's elimination and the disposition of hydroxynorketamine are those of the one
set that has them (Simons 2022), used for every route.

Assumes: both enantiomers form and lose hydroxynorketamine alike; neither changes the
other's kinetics.
Does not cover: dehydronorketamine, the inhibition of S clearance by R.
"""

import abc
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Compartments, Link, Rate, Signal
from kapsim.drug.kinetics.route import AbstractCompartmentRoute, Covariates, widen
from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.engine import param
from kapsim.units import to_internal

_ENANTIOMERS: dict[Molecule, tuple[str, ...]] = {
    Molecule.KETAMINE: ("s", "r"),
    Molecule.ESKETAMINE: ("s",),
    Molecule.ARKETAMINE: ("r",),
}


class Scale(NamedTuple):
    """Factors on volumes and on clearances [n], from weight and sex."""

    volume: Rate
    clearance: Rate


class Formed(NamedTuple):
    """Flows and losses [n] 1/h on the way to a metabolite."""

    flows: dict[Link, Rate]
    losses: dict[str, Rate]


class Isomer(NamedTuple):
    """One enantiomer of a route before its metabolites are added.

    Attributes
    ----------
    flows, losses, inlets
        As in `Compartments`; names begin with the letter of the enantiomer.
    volume, volume_n
        [n] L, of plasma and of norketamine.
    leaving_n
        [n] 1/h, elimination of norketamine.
    mass_n, mass_h
        [n] mass of norketamine and of hydroxynorketamine in a mass unit of their
        compartments.
    """

    flows: dict[Link, Rate]
    losses: dict[str, Rate]
    inlets: tuple[dict[str, Rate], ...]
    volume: Rate
    volume_n: Rate
    leaving_n: Rate
    mass_n: Rate
    mass_h: Rate


class AbstractKetamine(AbstractCompartmentRoute):
    """Ketamine by one way: the racemate, esketamine or arketamine."""

    ke0: Float[Array, "*#n"] = param("drug.effect_site.ke0")
    hnk_share: Float[Array, "*#n"] = param("drug.hydroxynorketamine.share")
    hnk_v: Float[Array, "*#n"] = param("drug.hydroxynorketamine.v")
    hnk_vp: Float[Array, "*#n"] = param("drug.hydroxynorketamine.vp")
    hnk_cl: Float[Array, "*#n"] = param("drug.hydroxynorketamine.cl")
    hnk_q: Float[Array, "*#n"] = param("drug.hydroxynorketamine.q")
    mass: Float[Array, ""] = param("drug.molar_mass.ketamine")
    mass_n: Float[Array, ""] = param("drug.molar_mass.norketamine")
    mass_h: Float[Array, ""] = param("drug.molar_mass.hydroxynorketamine")
    reference_weight: Float[Array, "*#n"] = param("drug.allometry.reference_weight")
    on_volume: Float[Array, "*#n"] = param("drug.allometry.on_volume")
    on_clearance: Float[Array, "*#n"] = param("drug.allometry.on_clearance")
    molecule: Molecule = eqx.field(default=Molecule.KETAMINE, static=True)

    @property
    @abc.abstractmethod
    def ways(self) -> tuple[RouteName, ...]:
        """Routes that this set of parameters stands for."""

    @abc.abstractmethod
    def isomer(self, x: str, share: Rate, covariates: Covariates) -> Isomer:
        """One enantiomer, x = s or r, that makes up a share of what is given."""

    @property
    def accepted(self) -> str:
        """Routes and molecule."""
        return f"{' or '.join(self.ways)} {self.molecule}"

    def takes(self, dose: Dose) -> bool:
        """Whether molecule and route are those of this set."""
        return dose.molecule is self.molecule and dose.route in self.ways

    def onward(self, x: str, leaving: Rate, covariates: Covariates) -> Formed:
        """From norketamine, eliminated at `leaving` [1/h], to hydroxynorketamine."""
        share = widen(self.hnk_share, leaving)
        n, h = f"{x}.n", f"{x}.h"
        return Formed({(n, h): share * leaving}, {n: (1 - share) * leaving})

    def scale(self, weight: Rate) -> Scale:
        """Allometric factors of body weight [kg]."""
        relative = widen(weight, weight) / widen(self.reference_weight, weight)
        return Scale(
            relative ** widen(self.on_volume, weight),
            relative ** widen(self.on_clearance, weight),
        )

    def compartments(self, covariates: Covariates) -> Compartments:
        """All enantiomers side by side."""
        letters, like = _ENANTIOMERS[self.molecule], covariates.weight_kg
        share = jnp.ones_like(widen(like, like)) / len(letters)
        models = [
            self._metabolised(x, self.isomer(x, share, covariates), covariates)
            for x in letters
        ]
        return Compartments(
            flows={k: v for model in models for k, v in model.flows.items()},
            losses={k: v for model in models for k, v in model.losses.items()},
            followers={k: v for model in models for k, v in model.followers.items()},
            signals={k: v for model in models for k, v in model.signals.items()},
            inlets=tuple(
                {k: v for inlet in inlets for k, v in inlet.items()}
                for inlets in zip(*(model.inlets for model in models), strict=True)
            ),
        )

    def _metabolised(
        self, x: str, isomer: Isomer, covariates: Covariates
    ) -> Compartments:
        """One enantiomer with effect site and hydroxynorketamine."""
        weight = covariates.weight_kg
        wide = lambda value: widen(value, weight)
        scale = self.scale(weight)
        plasma, n, h, j = f"{x}.plasma", f"{x}.n", f"{x}.h", f"{x}.hp"
        formed = self.onward(x, isomer.leaving_n, covariates)
        v, vp = wide(self.hnk_v) * scale.volume, wide(self.hnk_vp) * scale.volume
        cl, q = wide(self.hnk_cl), wide(self.hnk_q)
        cl, q = cl * scale.clearance, q * scale.clearance
        unit = to_internal(1.0, "mg/L")
        in_plasma = unit / isomer.volume
        return Compartments(
            flows={**isomer.flows, **formed.flows, **exchange(h, j, q, v, vp)},
            losses={**isomer.losses, **formed.losses, h: cl / v},
            followers={(plasma, f"{x}.effect"): wide(self.ke0)},
            inlets=isomer.inlets,
            signals={
                f"{x}_ketamine": Signal(plasma, in_plasma),
                f"{x}_effect": Signal(f"{x}.effect", in_plasma),
                f"{x}_norketamine": Signal(n, unit * isomer.mass_n / isomer.volume_n),
                f"{x}_hydroxynorketamine": Signal(h, unit * isomer.mass_h / v),
            },
        )


def exchange(one: str, other: str, q: Rate, v: Rate, vp: Rate) -> dict[Link, Rate]:
    """Both flows between two compartments: clearance [L/h], their volumes [L]."""
    return {(one, other): q / v, (other, one): q / vp}
