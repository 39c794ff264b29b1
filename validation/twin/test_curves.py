"""Concentrations of a second entry of each published model, and those of kapsim.

The second entry (`entered.py`) is typed from the papers and solved by SciPy with a
tolerance of 1e-11; the limit is 1e-6 of each curve's peak, at 200 times and more, for
single doses and for doses that overlap while they are absorbed.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from kapsim.drug import (
    AbstractRoute,
    ArterialKetamine,
    Covariates,
    Dose,
    IntravenousKetamine,
    IntravenousMidazolam,
    Mixture,
    Molecule,
    NasalEsketamine,
    OralEsketamine,
    OralMucosalKetamine,
    RouteName,
)
from validation.courses import course, people
from validation.twin import entered

pytestmark = pytest.mark.validation_slow

LIMIT = 1e-6
S = Molecule.ESKETAMINE
TIMES = np.unique(np.concatenate([np.linspace(0, 6, 121), np.linspace(6, 48, 127)]))
WAYS = {
    "nasal": RouteName.NASAL,
    "oral": RouteName.ORAL,
    "intravenous": RouteName.INTRAVENOUS,
    "film": RouteName.SUBLINGUAL,
}
Given = tuple[str, float, float, float]
"""Way in, start [h], length [h], mg."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One person and course.

    Attributes
    ----------
    name
        As reported.
    build
        Second entry; takes a factor on one of its parameters by name.
    fault
        That parameter.
    route, who, given
        What kapsim simulates.
    devices
        Sprays of a nasal dose.
    """

    name: str
    build: Callable[..., entered.Model]
    fault: str
    route: AbstractRoute
    who: Covariates
    given: tuple[Given, ...]
    devices: int = 1
    molecule: Molecule = Molecule.ESKETAMINE

    def doses(self) -> list[Dose]:
        return [
            Dose(
                time_h=start,
                molecule=self.molecule,
                route=WAYS[way],
                mg=mg,
                duration_h=length,
                devices=self.devices if way == "nasal" else 1,
            )
            for way, start, length, mg in self.given
        ]

    def worst(self, **fault: float) -> float:
        """Greatest deviation of all signals, as a share of each one's peak."""
        time, levels = course(self.route, self.doses(), TIMES, self.who)
        keep = np.isin(time, TIMES)
        want = self.build(**fault).course(self.given, TIMES)
        found = {name: getattr(levels, name)[keep, 0] for name in want}
        return max(
            float(np.max(np.abs(found[name] - curve)) / curve.max())
            for name, curve in want.items()
        )


def spray(name, devices, person, given, **who):
    """Sprays, or an oral solution between them."""
    build = lambda **fault: entered.perez_ruixo(**person, devices=devices, **fault)
    nasal, oral = NasalEsketamine(), OralEsketamine()
    ways = {way for way, *_ in given}
    route = nasal if ways == {"nasal"} else oral
    route = Mixture((nasal, oral)) if len(ways) > 1 else route
    return Case(name, build, "kmet", route, people(**who), tuple(given), devices)


def vein(weight, given):
    name = f"Otto, S-ketamine into a vein, {weight:g} kg, {len(given)} doses"
    build = lambda **fault: entered.otto(weight, **fault)
    who = people(weight=weight)
    return Case(name, build, "cl", IntravenousKetamine(molecule=S), who, tuple(given))


def arterial(name, weight, given, route):
    build = lambda **fault: entered.simons(weight, **fault)
    name = f"Simons, {name}, {weight:g} kg"
    return Case(name, build, "to_n", route, people(weight=weight), tuple(given))


SPRAYS = [("nasal", at, 0.0, 84.0) for at in (0.0, 0.75, 24.0)]
SOLUTIONS = [("oral", 0.0, 0.0, 84.0), ("oral", 0.2, 0.0, 40.0)]
INFUSIONS = [
    ("intravenous", 0.0, 2 / 3, 35.0),
    ("intravenous", 0.5, 1.0, 20.0),  # overlaps the first
    ("intravenous", 6.0, 0.0, 10.0),  # at once
    ("intravenous", 24.0, 2 / 3, 35.0),
]
FILMS = [("film", at, 0.0, mg) for at, mg in ((0.0, 50.0), (0.3, 100.0), (6.0, 50.0))]
LATER = ("intravenous", 6.0, 1 / 3, 20.0)
OLD = {"age": 72.0, "asian": True, "japanese": True}
CASES = [
    spray("Perez-Ruixo, 28 mg nasal", 1, {}, [("nasal", 0.0, 0.0, 28.0)]),
    spray("Perez-Ruixo, three doses of 84 mg nasal", 3, {}, SPRAYS),
    spray(
        "Perez-Ruixo, 56 mg nasal, Japanese of 72 years",
        2,
        OLD,
        [("nasal", 0.0, 0.0, 56.0)],
        age=72.0,
        asian=1.0,
        japanese=1.0,
    ),
    spray("Perez-Ruixo, oral solution, two doses", 1, {}, SOLUTIONS),
    spray("Perez-Ruixo, nasal and oral together", 3, {}, SPRAYS + SOLUTIONS),
    vein(70.0, INFUSIONS[:1]),
    *(vein(weight, INFUSIONS) for weight in (45.0, 70.0, 104.0, 140.0)),
    arterial("20 mg over 20 min", 70.0, [LATER], ArterialKetamine(molecule=S)),
    arterial("infusions and a bolus", 93.0, INFUSIONS, ArterialKetamine(molecule=S)),
    arterial("film of 100 mg", 70.0, FILMS[1:2], OralMucosalKetamine(molecule=S)),
    arterial("three films", 53.0, FILMS, OralMucosalKetamine(molecule=S)),
    arterial(
        "film, then a vein",
        73.0,
        [*FILMS[:1], LATER],
        Mixture((OralMucosalKetamine(molecule=S), ArterialKetamine(molecule=S))),
    ),
    Case(
        "midazolam into a vein",
        lambda **fault: entered.midazolam(88.0, **fault),
        "k",
        IntravenousMidazolam(),
        people(weight=88.0),
        (("intravenous", 0.0, 2 / 3, 4.0), ("intravenous", 0.5, 0.0, 1.0)),
        molecule=Molecule.MIDAZOLAM,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_entries_agree(check, case):
    check(
        case.name,
        case.worst(),
        high=LIMIT,
        unit="of the peak",
        source="required",
    )
    what = f"{case.fault} of the second entry 0.01 % higher"
    check.planted(case.name, what, case.worst(**{case.fault: 1.0001}))
