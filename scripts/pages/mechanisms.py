"""One page a room: each mechanism with its equations and its parameters."""

import dataclasses
import importlib
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

from kapsim.cli.describe import ROOMS, mechanisms
from kapsim.engine import records
from kapsim.evidence import Parameter
from kapsim.report.credibility.markdown import page, table
from scripts.pages.markdown import anchor, prose
from scripts.pages.records import HEADER, of_room, row

PATIENT = (
    "virtual_patient",
    "felt",
    "window",
    "offer",
    "daily",
    "rest",
    "life",
    "loops",
    "hypotheses",
    "ablations",
)


def by_module(room: str) -> Iterator[tuple[str, list[type[Any]]]]:
    """Mechanisms of a room and what they are made from, those of one file together."""
    found: dict[str, dict[type[Any], None]] = {}
    for mechanism in (kind for own, kind in mechanisms() if own == room):
        for kind in reversed(mechanism.__mro__):
            if kind is mechanism or own_records(kind):
                found.setdefault(kind.__module__, {})[kind] = None
    yield from ((module, list(kinds)) for module, kinds in found.items())


def own_records(kind: type[Any]) -> dict[str, Parameter]:
    """Records of the parameters that a class declares itself, not those it inherits."""
    if not dataclasses.is_dataclass(kind):
        return {}
    declared = vars(kind).get("__annotations__", {})
    return {name: value for name, value in records(kind).items() if name in declared}


def section(module: str, kinds: list[type[Any]]) -> str:
    """One file: what it says of itself, then the table of each mechanism."""
    text = sys.modules[module].__doc__ or ""
    title, _, body = text.strip().partition("\n")
    parts = [anchor(module), f"## {title.rstrip('.')}", prose(body)]
    for kind in kinds:
        rows = [row(record, "../") for record in own_records(kind).values()]
        if len(kinds) > 1:
            parts.append(f"### {kind.__name__}")
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
