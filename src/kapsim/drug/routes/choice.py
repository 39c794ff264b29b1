"""Which route's parameters stand for a drug given one way: the one table of them."""

from collections.abc import Callable, Sequence
from typing import Any

from kapsim.drug.kinetics.route import AbstractRoute
from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.drug.routes.arterial import ArterialKetamine, OralMucosalKetamine
from kapsim.drug.routes.enteral import (
    ExtendedReleaseKetamine,
    NasalKetamine,
    OralKetamine,
    RectalKetamine,
)
from kapsim.drug.routes.hepatic import NasalEsketamine, OralEsketamine
from kapsim.drug.routes.midazolam import IntravenousMidazolam
from kapsim.drug.routes.mixture import Mixture
from kapsim.drug.routes.no_drug import NoDrug
from kapsim.drug.routes.parenteral import (
    IntramuscularKetamine,
    IntravenousKetamine,
    SubcutaneousKetamine,
)

Build = Callable[..., AbstractRoute]

_INJECTED: dict[RouteName, type[AbstractRoute]] = {
    RouteName.INTRAVENOUS: IntravenousKetamine,
    RouteName.INTRAMUSCULAR: IntramuscularKetamine,
    RouteName.SUBCUTANEOUS: SubcutaneousKetamine,
}
_MUCOSAL: dict[RouteName, type[AbstractRoute]] = {
    RouteName.SUBLINGUAL: OralMucosalKetamine,
    RouteName.BUCCAL: OralMucosalKetamine,
}
_CLASSES: dict[Molecule, dict[RouteName, type[AbstractRoute]]] = {
    Molecule.KETAMINE: {
        **_INJECTED,
        RouteName.NASAL: NasalKetamine,
        **_MUCOSAL,
        RouteName.ORAL: OralKetamine,
        RouteName.ORAL_EXTENDED: ExtendedReleaseKetamine,
        RouteName.RECTAL: RectalKetamine,
    },
    Molecule.ESKETAMINE: {
        RouteName.NASAL: NasalEsketamine,
        **_INJECTED,
        **_MUCOSAL,
        RouteName.ORAL: OralEsketamine,
        RouteName.RECTAL: RectalKetamine,
    },
    Molecule.ARKETAMINE: {RouteName.INTRAVENOUS: IntravenousKetamine},
    Molecule.MIDAZOLAM: {RouteName.INTRAVENOUS: IntravenousMidazolam},
}
TAKES: dict[Molecule, tuple[RouteName, ...]] = {
    **{molecule: tuple(ways) for molecule, ways in _CLASSES.items()},
    Molecule.PLACEBO: tuple(RouteName),
}
"""What can be given how."""


def _make(kind: type[AbstractRoute], **fixed: Any) -> AbstractRoute:
    return kind(**fixed)


def route_for(
    doses: Sequence[Dose], build: Build = _make, *, arterial: bool = False
) -> AbstractRoute:
    """The route that takes all of these doses.

    Parameters
    ----------
    doses
        Any molecules by any routes that `TAKES` has; placebo needs none.
    build
        Makes a mechanism from its class and the fields that are not parameters.
    arterial
        Whether ketamine into a vein is to be read in arterial plasma.

    Raises
    ------
    ValueError
        If a drug cannot be given that way.
    """
    active = [dose for dose in doses if dose.molecule is not Molecule.PLACEBO]
    given = sorted({(dose.molecule, dose.route) for dose in active})
    wanted = dict.fromkeys((_class(m, way), m) for m, way in given)
    if arterial:
        read = lambda kind: ArterialKetamine if kind is IntravenousKetamine else kind
        wanted = dict.fromkeys((read(kind), m) for kind, m in wanted)
    routes = tuple(
        build(kind, **({} if m is Molecule.MIDAZOLAM else {"molecule": m}))
        for kind, m in wanted
    )
    if not routes:
        return build(NoDrug)
    return routes[0] if len(routes) == 1 else Mixture(routes)


def _class(molecule: Molecule, way: RouteName) -> type[AbstractRoute]:
    kinds = _CLASSES[molecule]
    if way not in kinds:
        allowed = ", ".join(kinds)
        raise ValueError(
            f"{molecule} by the {way} route has no kinetics here; {molecule} can be "
            f"given: {allowed}."
        )
    return kinds[way]
