"""Ketamine swallowed, given by the rectum, or sprayed as the racemate.

A share F reaches the blood as ketamine, the rest of what is absorbed becomes
norketamine on the first pass. Extended release enters the gut at a constant rate over
its release time, with a share for each enantiomer. A spray of racemate from an ordinary
device is absorbed in the nose for one part, the rest is swallowed. Disposition as in
`venous.py`.

Assumes: what does not reach the blood as ketamine does as norketamine; shares do not
depend on dose.
Does not cover: food, auto-induction over repeated oral doses, saturation in the nose.
"""

import dataclasses

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Rate
from kapsim.drug.kinetics.route import portion, widen
from kapsim.drug.kinetics.schedule import Dose, Portion, RouteName
from kapsim.drug.routes.venous import AbstractVenous, Depot
from kapsim.engine import param


class AbstractEnteral(AbstractVenous):
    """A way in with a first pass."""

    @property
    def n_inlets(self) -> int:
        """One."""
        return 1

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose at once."""
        return (portion(dose, 0, over_h=0.0),)


class OralKetamine(AbstractEnteral):
    """Ketamine swallowed as a solution or an ordinary tablet."""

    available: Float[Array, "*#n"] = param("drug.oral.available")
    ka: Float[Array, "*#n"] = param("drug.oral.ka")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Oral."""
        return (RouteName.ORAL,)

    @property
    def caveat(self) -> str:
        """Published shares differ more than twofold."""
        return (
            "Venous disposition with a share of 20 %: published shares run from 8 to "
            "25 %, and one observed peak is three times what any of them allows."
        )

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """The gut."""
        reaches = widen(self.available, like)
        return (Depot(widen(self.ka, like), reaches, 1 - reaches),)

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> AbstractVenous:
        """Other clearances and another first pass."""
        return dataclasses.replace(
            super().interacting(clearance, swallowed, metabolite),
            available=_at_most_one(self.available * swallowed),
        )


class ExtendedReleaseKetamine(AbstractEnteral):
    """Racemic ketamine swallowed as prolonged-release tablets."""

    available_s: Float[Array, "*#n"] = param("drug.extended.available_s")
    available_r: Float[Array, "*#n"] = param("drug.extended.available_r")
    release_h: Float[Array, ""] = param("drug.extended.release_h")
    ka: Float[Array, "*#n"] = param("drug.oral.ka")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Oral extended release."""
        return (RouteName.ORAL_EXTENDED,)

    @property
    def caveat(self) -> str:
        """One formulation."""
        return (
            "Venous disposition, release at a constant rate, for the tablets of one "
            "study; other tablets release over about ten hours."
        )

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over the time of release."""
        return (portion(dose, 0, over_h=float(self.release_h)),)

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """The gut, with the share of this enantiomer."""
        reaches = widen({"s": self.available_s, "r": self.available_r}[x], like)
        return (Depot(widen(self.ka, like), reaches, 1 - reaches),)

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> AbstractVenous:
        """Other clearances and another first pass."""
        return dataclasses.replace(
            super().interacting(clearance, swallowed, metabolite),
            available_s=_at_most_one(self.available_s * swallowed),
            available_r=_at_most_one(self.available_r * swallowed),
        )


class RectalKetamine(AbstractEnteral):
    """Ketamine by the rectum."""

    available: Float[Array, "*#n"] = param("drug.rectal.available")
    ka: Float[Array, "*#n"] = param("drug.rectal.ka")

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Rectal."""
        return (RouteName.RECTAL,)

    @property
    def caveat(self) -> str:
        """Three people."""
        return (
            "Venous disposition with the share of three volunteers and an assumed "
            "absorption rate."
        )

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """The rectum."""
        reaches = widen(self.available, like)
        return (Depot(widen(self.ka, like), reaches, 1 - reaches),)


class NasalKetamine(AbstractEnteral):
    """Racemic ketamine from an ordinary nasal device."""

    nasal_share: Float[Array, "*#n"] = param("drug.nasal_racemate.nasal_share")
    ka_nose: Float[Array, "*#n"] = param("drug.nasal_racemate.ka")
    available: Float[Array, "*#n"] = param("drug.oral.available")
    ka: Float[Array, "*#n"] = param("drug.oral.ka")

    @property
    def n_inlets(self) -> int:
        """Nose and gut."""
        return 2

    @property
    def ways(self) -> tuple[RouteName, ...]:
        """Nasal."""
        return (RouteName.NASAL,)

    @property
    def caveat(self) -> str:
        """Devices differ."""
        return (
            "Venous disposition with an assumed share: published shares for ordinary "
            "devices run from 11 to 45 % and fall with the dose."
        )

    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """At once, in the nose and in the gut."""
        return (portion(dose, 0, over_h=0.0), portion(dose, 1, over_h=0.0))

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """Nose and gut."""
        nasal, oral = widen(self.nasal_share, like), widen(self.available, like)
        swallowed = jnp.ones_like(nasal) - nasal
        ka = widen(self.ka, like)
        return (
            Depot(widen(self.ka_nose, like), nasal),
            Depot(ka, swallowed * oral, swallowed * (1 - oral)),
        )

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> AbstractVenous:
        """Other clearances and another first pass of the swallowed part."""
        return dataclasses.replace(
            super().interacting(clearance, swallowed, metabolite),
            available=_at_most_one(self.available * swallowed),
        )


def _at_most_one(share: Float[Array, "*#n"]) -> Float[Array, "*#n"]:
    return jnp.minimum(share, 1)
