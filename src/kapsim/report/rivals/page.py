"""The page of the rival explanations: all that it shows, put into the template."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from kapsim.engine.atomic import write_bytes
from kapsim.report.assets import asset, page_style, render_page
from kapsim.report.calibration.words import EFFECTS
from kapsim.report.lab.figure import panel_picture, stacked
from kapsim.report.rivals import words
from kapsim.report.rivals.figures import panels
from kapsim.report.run_directory import read_document

NAME = "rivals.html"
PICTURE = "rivals.svg"

Data = dict[str, Any]


def picture(data: Data) -> str:
    """The figures below each other as a stand-alone SVG."""
    return stacked("Rival explanations of the published trials", panels(data))


def render(data: Data, left_out: Data) -> str:
    """The page as one HTML document.

    Parameters
    ----------
    data, left_out
        Content of rivals.json and of left_out.json.
    """
    context = {
        "data": data,
        "told": words.told(data),
        "rows": list(words.rival_rows(data)),
        "effects": list(EFFECTS.values()),
        "apart": list(words.apart_rows(data)),
        "designs": words.DESIGNS,
        "design": words.design_rows(data),
        "reading": words.READING,
        "pictures": [panel_picture(one) for one in panels(data)],
        "sums": words.sums(left_out),
        "kinds": list(words.kind_rows(left_out)),
        "endpoints": list(words.endpoint_rows(left_out)),
        "left_out": words.LEFT_OUT,
        "naive": left_out["naive"],
        "style": page_style() + Markup(asset("calibration/calibration.css")),
    }
    return render_page("rivals/template.html", context)


def write_rivals_report(directory: Path) -> Path:
    """Write rivals.html and rivals.svg from rivals.json and left_out.json.

    Parameters
    ----------
    directory
        Of a calibration whose rivals were compared.

    Returns
    -------
    Path
        The page: one file that needs no other and no network.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed.
    StoreError
        If a file cannot be written.
    """
    data, left_out = (
        read_document(directory / name) for name in ("rivals.json", "left_out.json")
    )
    write_bytes(directory / PICTURE, picture(data).encode())
    target = directory / NAME
    write_bytes(target, render(data, left_out).encode())
    return target
