"""Other medicines taken beside ketamine: published multipliers, and lost response.

Studies print ratios of areas under the curve, with the medicine over without. For
linear kinetics they become factors on a route's parameters:

    clearance factor   = 1 / ratio after a vein
    swallowed factor   = ratio after swallowing / ratio after a vein
    metabolite factor  = 1 / ratio of norketamine

since the area after a vein goes with 1/CL, that after swallowing with F/CL, and that of
norketamine with 1/CLN as long as as much of it is formed. Factors of several medicines
multiply.

Clarithromycin and ticlopidine block, rifampicin induces the enzymes of the liver and
the gut. Naltrexone and benzodiazepines leave the kinetics alone; they take away part of
the response (`kapsim.drug.effects.response`).

Assumes: the ratios of S-ketamine hold for both mirror forms; where a ratio was not
published it is 1 (see the records).
Does not cover: peaks apart from areas (the peak with clarithromycin went up by more),
how interactions build up and fade, midazolam's own interactions.
"""

import enum
from collections.abc import Callable, Iterable
from typing import NamedTuple

from kapsim.drug.effects.response import (
    BenzodiazepineCoupling,
    NaltrexoneCoupling,
    ResponseCoupling,
)
from kapsim.drug.kinetics.route import AbstractRoute
from kapsim.evidence import library


class Medicine(enum.StrEnum):
    """What is taken beside ketamine."""

    CLARITHROMYCIN = "clarithromycin"
    TICLOPIDINE = "ticlopidine"
    RIFAMPICIN = "rifampicin"
    BENZODIAZEPINE = "benzodiazepine"
    NALTREXONE = "naltrexone"


_KINETIC = (Medicine.CLARITHROMYCIN, Medicine.TICLOPIDINE, Medicine.RIFAMPICIN)

COUPLINGS: dict[Medicine, type[ResponseCoupling]] = {
    Medicine.BENZODIAZEPINE: BenzodiazepineCoupling,
    Medicine.NALTREXONE: NaltrexoneCoupling,
}
"""Mechanism of the medicines that take away response."""


class Factors(NamedTuple):
    """Factors on the parameters of a route; 1 where nothing changes.

    Attributes
    ----------
    clearance
        On the clearance of ketamine.
    swallowed
        On the share of a swallowed dose that reaches the blood.
    metabolite
        On the clearance of norketamine.
    """

    clearance: float = 1.0
    swallowed: float = 1.0
    metabolite: float = 1.0


def recorded(record_id: str) -> float:
    """Value of a record, in internal units."""
    return library().parameter(record_id).internal_value


def record_ids(medicines: Iterable[Medicine]) -> tuple[str, ...]:
    """Records of the ratios that these medicines bring, sorted."""
    return tuple(sorted(name for one in _kinetic(medicines) for name in _ratios(one)))


def factors(
    medicines: Iterable[Medicine], value: Callable[[str], float] = recorded
) -> Factors:
    """Factors of these medicines together, each counted once.

    Parameters
    ----------
    medicines
        What is taken; those without effect on kinetics change nothing.
    value
        Number of a record by its id.
    """
    clearance = swallowed = metabolite = 1.0
    for medicine in _kinetic(medicines):
        vein, gut, norketamine = map(value, _ratios(medicine))
        clearance /= vein
        swallowed *= gut / vein
        metabolite /= norketamine
    return Factors(clearance, swallowed, metabolite)


def interact(
    route: AbstractRoute,
    medicines: Iterable[Medicine],
    value: Callable[[str], float] = recorded,
) -> AbstractRoute:
    """The route with these medicines; itself where they do not change kinetics.

    Parameters
    ----------
    route
        At typical values.
    medicines
        What is taken beside.
    value
        Number of a record by its id.
    """
    found = factors(medicines, value)
    return route if found == Factors() else route.interacting(*found)


def _kinetic(medicines: Iterable[Medicine]) -> list[Medicine]:
    """Those that change kinetics, each once, in the order of `Medicine`."""
    taken = set(medicines)
    return [medicine for medicine in _KINETIC if medicine in taken]


def _ratios(medicine: Medicine) -> tuple[str, str, str]:
    """Records of the ratios of areas: after a vein, after swallowing, norketamine."""
    return (
        f"drug.interactions.{medicine.value}.intravenous_area",
        f"drug.interactions.{medicine.value}.oral_area",
        f"drug.interactions.{medicine.value}.metabolite_area",
    )
