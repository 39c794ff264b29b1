"""One page a room: each mechanism with its equations and its parameters."""

import importlib
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

from kapsim.engine import records
from scripts.pages.markdown import page, prose, table
from scripts.pages.records import HEADER, of_room, row

ROOMS = ("drug", "brain", "mind", "therapy", "measures")
PATIENT = ("virtual_patient", "rest", "life", "variability", "hypotheses")


def by_module(room: str) -> Iterator[tuple[str, list[type[Any]]]]:
    """Mechanisms of a room, those of one file together."""
    found: dict[str, list[type[Any]]] = {}
    for mechanism, *_ in importlib.import_module(f"kapsim.{room}").mechanisms():
        found.setdefault(mechanism.__module__, []).append(mechanism)
    yield from found.items()


def section(module: str, mechanisms: list[type[Any]]) -> str:
    """One file: what it says of itself, then the table of each mechanism."""
    text = sys.modules[module].__doc__ or ""
    title, _, body = text.strip().partition("\n")
    parts = [f"## {title.rstrip('.')}", prose(body)]
    for mechanism in mechanisms:
        rows = [row(record, "../") for record in records(mechanism).values()]
        if len(mechanisms) > 1:
            parts.append(f"### {mechanism.__name__}")
        parts += [table(HEADER, rows)] if rows else ["No parameters of its own."]
    parts.append(f"Code: `{module}`.")
    return "\n\n".join(part for part in parts if part)


def patient() -> str:
    """The wiring, the people and their life, from the files that hold them."""
    about = importlib.import_module("kapsim.patient").__doc__ or ""
    parts = [prose(about)]
    for name in PATIENT:
        module = importlib.import_module(f"kapsim.patient.{name}")
        title, _, body = (module.__doc__ or "").strip().partition("\n")
        parts += [f"## {title.rstrip('.')}", prose(body), f"Code: `{module.__name__}`."]
    rows = [row(record, "../") for record in of_room("patient")]
    return page("Patient", *parts, "## Parameters", table(HEADER, rows))


def pages(root: pathlib.Path) -> dict[str, str]:
    """The mechanisms of every room, and the patient that wires them."""
    del root
    made = {"models/patient.md": patient()}
    for room in ROOMS:
        about = importlib.import_module(f"kapsim.{room}").__doc__ or ""
        sections = [section(name, found) for name, found in by_module(room)]
        made[f"models/{room}.md"] = page(room.capitalize(), prose(about), *sections)
    return made
