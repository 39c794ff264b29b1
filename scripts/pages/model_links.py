"""Links from the library of claims to the pages of the model and the laboratory."""

import functools
import sys

from kapsim.cli.describe import ROOMS
from kapsim.evidence import library
from kapsim.lab.published import published
from kapsim.report.credibility.markdown import cell
from scripts.pages.mechanisms import by_module, own_records

_FEW = 3
"""A name that more files answer to means the room."""


@functools.cache
def _files() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Module, title and record ids of each section of the pages of the rooms."""
    return tuple(
        (
            module,
            (sys.modules[module].__doc__ or "").strip().partition("\n")[0].rstrip("."),
            frozenset(
                record.id for kind in kinds for record in own_records(kind).values()
            ),
        )
        for room in ROOMS
        for module, kinds in by_module(room)
    )


def _begins(name: str, record: str) -> bool:
    return f"{record}.".startswith(f"{name}.")


def _of_one(name: str, up: str) -> dict[str, str]:
    """Where the beginning of record ids leads: text of each link, by its address."""
    room = name.split(".", 1)[0]
    found = {
        f"{up}models/{room}.md#{module}": title
        for module, title, records in _files()
        if any(_begins(name, record) for record in records)
    }
    if 1 <= len(found) <= _FEW:
        return found
    if found:
        return {f"{up}models/{room}.md": f"all of {room}"}
    first = min(record for record in library().parameters if _begins(name, record))
    return {f"{up}evidence/parameters.md#{first}": f"numbers of {name}"}


def mechanism_links(names: list[str], up: str) -> list[str]:
    """Links to the mechanisms that beginnings of record ids name, each once.

    Where no mechanism declares the numbers, the link leads to the first of them.
    """
    found: dict[str, str] = {}
    for name in names:
        found |= _of_one(name, up)
    return [f"[{cell(title)}]({address})" for address, title in found.items()]


def experiment_links(names: list[str], up: str) -> list[str]:
    """Links to experiments of the laboratory."""
    known = [published(name) for name in names]
    return [
        f"[{cell(one.title)}]({up}laboratory/{one.topic}.md#{one.name})"
        for one in known
    ]
