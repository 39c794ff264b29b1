"""What can be given how, with the set of parameters that stands for it."""

import pathlib

from kapsim.drug import TAKES, Dose, Molecule, route_for
from kapsim.drug.routes.arterial import ArterialKetamine
from kapsim.report.credibility.markdown import cell, page, table

INTRODUCTION = """\
No single published set of parameters fits all routes, and the place where blood was
sampled decides as much as the molecule: arterial concentrations during an infusion are
about twice the venous ones. Each route therefore has the set that was made for it, and
says what its numbers are measured in and what it does not fit. Numbers of different
sites must not be compared with each other. The same words are printed with every
result of `kapsim dose`.

An intravenous dose can be computed for arterial plasma too, with `--site arterial`.
"""


def pages(root: pathlib.Path) -> dict[str, str]:
    """The table of routes."""
    del root
    rows = []
    for molecule, ways in TAKES.items():
        if molecule is Molecule.PLACEBO:
            continue
        for way in ways:
            route = route_for([Dose(time_h=0.0, molecule=molecule, route=way, mg=1.0)])
            name = type(route).__name__
            rows.append((molecule, way, f"`{name}`", route.site, cell(route.caveat)))
    arterial = ArterialKetamine()
    rows.append(
        (
            "ketamine, esketamine, arketamine",
            "intravenous",
            "`ArterialKetamine`",
            arterial.site,
            cell(arterial.caveat),
        )
    )
    header = ("given", "how", "mechanism", "measured in", "what it does not fit")
    shown = table(header, rows)
    return {"models/routes.md": page("Ways into the body", INTRODUCTION, shown)}
