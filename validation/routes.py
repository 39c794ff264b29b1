"""Every route class once, with a course that overlaps while it is absorbed."""

from kapsim.drug import (
    TAKES,
    AbstractRoute,
    ArterialKetamine,
    Dose,
    Mixture,
    Molecule,
    RouteName,
    route_for,
)

Way = tuple[Molecule, RouteName]


def _course(way: Way) -> list[Dose]:
    """Three doses, of which the first two overlap."""
    molecule, name = way
    flows = name in (RouteName.INTRAVENOUS, RouteName.SUBCUTANEOUS)
    devices = 3 if name is RouteName.NASAL else 1
    return [
        Dose(
            time_h=at,
            molecule=molecule,
            route=name,
            mg=mg,
            mg_per_kg=mg_per_kg,
            duration_h=hours if flows else 0.0,
            devices=devices,
        )
        for at, mg, mg_per_kg, hours in (
            (0.0, 0.0, 0.5, 2 / 3),
            (0.3, 60.0, 0.0, 1.0),
            (6.0, 20.0, 0.0, 0.0),
        )
    ]


def _each() -> dict[str, tuple[AbstractRoute, list[Dose]]]:
    found: dict[str, tuple[AbstractRoute, list[Dose]]] = {}
    known: set[type] = set()
    for molecule in (Molecule.KETAMINE, Molecule.ESKETAMINE, Molecule.MIDAZOLAM):
        for way in TAKES[molecule]:
            doses = _course((molecule, way))
            route = route_for(doses)
            if type(route) not in known:
                known.add(type(route))
                found[f"{molecule}, {way}"] = (route, doses)
    vein = _course((Molecule.KETAMINE, RouteName.INTRAVENOUS))
    found["ketamine, intravenous, arterial"] = (ArterialKetamine(), vein)
    nasal = _course((Molecule.ESKETAMINE, RouteName.NASAL))
    found["esketamine, nasal, with ketamine, intravenous"] = (
        route_for(vein + nasal),
        vein + nasal,
    )
    return found


ROUTES = _each()
"""Route and course, by name."""

COMPARTMENTS = tuple(
    name for name, (route, _) in ROUTES.items() if not isinstance(route, Mixture)
)
"""Those that declare compartments of their own."""
