"""The page of a calibration: all that it shows, put into the template."""

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kapsim.engine.atomic import write_bytes
from kapsim.report.assets import asset, page_style, render_page
from kapsim.report.calibration.correlations import heat_map, pairs
from kapsim.report.calibration.fit import fit_panels
from kapsim.report.calibration.goals import facts, goals
from kapsim.report.calibration.intervals import interval_panels
from kapsim.report.calibration.record import (
    IDENTIFIED,
    CalibrationRecord,
    read_calibration,
)
from kapsim.report.calibration.spectrum import spectrum_panels
from kapsim.report.calibration.tables import (
    WORST,
    agreement_facts,
    by_study,
    emulator_facts,
    kind_rows,
    parameter_rows,
    round_rows,
    target_rows,
)
from kapsim.report.calibration.words import duration
from kapsim.report.lab.figure import panel_picture, stacked
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.leading import leading_assumptions

NAME = "calibration.html"


def drawings(record: CalibrationRecord) -> dict[str, tuple[str, list[PanelDrawing]]]:
    """Caption and panels of each figure that is also a file; empty ones left out."""
    found = {
        "parameters": ("Prior and posterior", interval_panels(record)),
        "correlations": ("Correlations of the posterior", heat_map(record)),
        "spectrum": ("What the data inform", spectrum_panels(record)),
        "fit": ("Published and predicted", fit_panels(record.targets)),
    }
    return {name: one for name, one in found.items() if one[1]}


def figures(record: CalibrationRecord) -> dict[str, str]:
    """Each figure as a stand-alone SVG, by its name."""
    return {name: stacked(*one) for name, one in drawings(record).items()}


def _pictures(record: CalibrationRecord) -> dict[str, list[Markup]]:
    """Panels of each figure but that of the fit, which stand in their studies."""
    return {
        name: [panel_picture(one) for one in panels]
        for name, (_, panels) in drawings(record).items()
        if name != "fit"
    }


def _studies(record: CalibrationRecord) -> list[dict[str, Any]]:
    return [
        {
            "name": study,
            "panels": [panel_picture(one) for one in fit_panels(rows)],
            "rows": list(target_rows(record, rows)),
            "outside": sum(row.get("inside") is False for row in rows),
        }
        for study, rows in by_study(record).items()
    ]


def _context(record: CalibrationRecord) -> dict[str, Any]:
    data = record.data
    return {
        "data": data,
        "software": record.software,
        "caveat": record.caveat,
        "leading": leading_assumptions(),
        "goals": list(goals(record)),
        "facts": list(facts(record)),
        "pictures": _pictures(record),
        "parameters": list(parameter_rows(record.parameters)),
        "counts": {how: len(record.identified(how)) for how in IDENTIFIED},
        "unknown": list(parameter_rows(record.identified("not"))),
        "pairs": pairs(record),
        "studies": _studies(record),
        "kinds": list(kind_rows(record)),
        "worst": list(target_rows(record, record.worst[:WORST])),
        "rounds": list(round_rows(record)),
        "emulator": list(emulator_facts(record)),
        "agreement": agreement_facts(record),
        "duration": duration(data.get("seconds")),
        "request": json.dumps(record.request, indent=2, ensure_ascii=False),
        "provenance": json.dumps(record.provenance, indent=2, ensure_ascii=False),
        "style": page_style() + Markup(asset("calibration/calibration.css")),
    }


def render(record: CalibrationRecord) -> str:
    """The page of a calibration as one HTML document."""
    return render_page("calibration/template.html", _context(record))


def write_calibration_report(directory: Path) -> Path:
    """Write calibration.html and its figures from what lies in the directory.

    Parameters
    ----------
    directory
        Directory with request.json, provenance.json and calibration.json.

    Returns
    -------
    Path
        The page: one file that needs no other and no network. Beside it lie the
        figures as calibration-NAME.svg.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed.
    StoreError
        If a file cannot be written.
    """
    record = read_calibration(directory)
    for name, drawn in figures(record).items():
        write_bytes(directory / f"calibration-{name}.svg", drawn.encode())
    target = directory / NAME
    write_bytes(target, render(record).encode())
    return target
