"""Observed against predicted: data, files, figure and page."""

import math
from pathlib import Path
from typing import Any

from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.engine.provenance import content_hash, write_json
from kapsim.evidence import library
from kapsim.report.assets import page_style, render_page
from kapsim.report.lab.figure import panel_picture, stacked
from kapsim.report.leading import leading_assumptions
from kapsim.report.validation_forest import forest_panels
from kapsim.report.validation_table import cells, common, error_words
from kapsim.report.validation_words import NONE, arms, number, percent
from kapsim.trial.external.naive import SAID
from kapsim.trial.external.validation import Validation
from kapsim.trial.parameters.draws_from import said_short

_CAPTION = "Published figures on the predictive intervals of trials of their size"


def validation_data(found: Validation) -> dict[str, Any]:
    """Everything, as plain JSON data; what is not known or not reached is null."""
    request = found.request.as_data()
    return {
        "request": request,
        "interval": found.request.holds,
        "naive": SAID,
        "sums": found.sums,
        "figures": [
            {str(name): _plain(value) for name, value in row.items()}
            for row in found.table.to_dict("records")
        ],
        "titles": found.titles,
        "notes": {name: list(said) for name, said in found.notes.items()},
        "failures": [one._asdict() for one in found.failures],
        "left_out": [one._asdict() for one in found.skipped],
        "provenance": {
            "request_sha256": content_hash(request),
            "evidence": library().digest,
            "environment": platform.software(),
        },
    }


def _plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def write_validation(directory: Path, found: Validation) -> Path:
    """Write validation.csv, .json, .svg and .html; raises `StoreError`.

    Returns
    -------
    Path
        The page.
    """
    make_directory(directory)
    text = found.table.to_csv(index=False, float_format="%.8g", lineterminator="\n")
    write_bytes(directory / "validation.csv", text.encode())
    write_json(directory / "validation.json", validation_data(found))
    picture = stacked(_CAPTION, forest_panels(found.table))
    write_bytes(directory / "validation.svg", picture.encode())
    page = directory / "validation.html"
    write_bytes(page, render_validation(found).encode())
    return page


def _one(found: Validation) -> str | None:
    """Name of the protocol, if there is only one."""
    return next(iter(found.titles)) if len(found.titles) == 1 else None


def render_validation(found: Validation) -> str:
    """The page as one HTML document."""
    studies = [
        {
            "name": name,
            "title": found.titles[str(name)],
            "notes": found.notes.get(str(name), ()),
            "role": (rows["role"].iloc[0] or "none").replace("_", " "),
            "panels": [panel_picture(one) for one in forest_panels(rows)],
            "rows": [
                {
                    "arm": arms(row),
                    "cells": list(cells(row)),
                    "outside": row["scored"] and not row["inside"],
                    "naive_from": row["naive_from"],
                    "grade": row["grade"],
                    "note": row["note"],
                }
                for row in rows.to_dict("records")
            ],
        }
        for name, rows in found.table.groupby("study", sort=False)
    ]
    context = {
        "software": found.request.as_data()["kapsim"],
        "request": found.request,
        "drawn": said_short(found.request.draws_from, found.request.draws_from.version),
        "studies": studies,
        "sums": [_sum(one) for one in found.sums],
        "failures": found.failures,
        "skipped": found.skipped,
        "naive": SAID,
        "leading": leading_assumptions(_one(found)),
        "style": page_style(),
    }
    return render_page("validation.html", context)


def _sum(one: dict[str, Any]) -> dict[str, Any]:
    """A sum as text."""
    inside = f"{one['inside']} ({percent(one['coverage'])} %)"
    return {
        "study": one["study"],
        "scored": f"{one['scored']} of {one['figures']}",
        "inside": inside if one["scored"] else NONE,
        "log_score": number(one["log_score"], 2),
        "common": one["common"],
        "common_log_score": common(one, "common"),
        "naive_log_score": common(one, "naive"),
        "errors": [error_words(part) for part in one["errors"]],
    }
