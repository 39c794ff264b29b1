"""The verb `describe`: a mechanism or a number, with everything known about it."""

import difflib
import importlib
import inspect
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kapsim.cli.console import Format, show_card, show_json, show_rows, write
from kapsim.units import KapsimError

if TYPE_CHECKING:
    from kapsim.evidence import Library, Parameter

ROOMS = ("drug", "brain", "mind", "therapy", "measures")


class UnknownNameError(KapsimError, LookupError):
    """A name that is neither a mechanism nor a record."""


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A mechanism such as Surge, or a record such as brain.surge.tau_g; "
            "all mechanisms if none."
        ),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="Print a table or JSON.")
    ] = Format.TABLE,
) -> None:
    """Describe a mechanism or a number: equations, units, values, sources."""
    from kapsim.evidence import library

    shelf = library()
    if name in shelf.parameters:
        _show_record(shelf, shelf.parameters[name], form)
        return
    found = mechanisms()
    if name is None:
        rows = [_mechanism_row(room, kind) for room, kind in found]
        show_rows(rows, title="Mechanisms", form=form)
        return
    chosen = [kind for _, kind in found if kind.__name__.lower() == name.lower()]
    if not chosen:
        raise _unknown(name, [kind.__name__ for _, kind in found], shelf)
    _show_mechanism(chosen[0], form)


def mechanisms() -> list[tuple[str, type]]:
    """Every mechanism and learner class with its room, in the order of the rooms."""
    from kapsim.mind import learners

    found = [
        (room, kind)
        for room in ROOMS
        for kind, _ in importlib.import_module(f"kapsim.{room}").mechanisms()
    ]
    return [*found, *(("mind", kind) for kind, _ in learners())]


def _unknown(name: str, kinds: list[str], shelf: "Library") -> UnknownNameError:
    known = {known.lower(): known for known in (*kinds, *shelf.parameters)}
    close = difflib.get_close_matches(name.lower(), known, n=3)
    meant = f" Did you mean {', '.join(known[key] for key in close)}?" if close else ""
    return UnknownNameError(
        f"{name!r} is neither a mechanism nor a record.{meant} `kapsim describe` lists "
        "the mechanisms; describing one lists its records."
    )


def _documentation(kind: type) -> str:
    """What the mechanism's file says: equations, units, assumptions, limits."""
    return inspect.getdoc(sys.modules[kind.__module__]) or ""


def _mechanism_row(room: str, kind: type) -> dict[str, Any]:
    from kapsim.engine import records

    summary = (inspect.getdoc(kind) or "").partition("\n")[0]
    numbers = len(records(kind))
    return {
        "room": room,
        "mechanism": kind.__name__,
        "about": summary,
        "numbers": numbers,
    }


def _show_mechanism(kind: type, form: Format) -> None:
    from kapsim.engine import records

    declared = records(kind)
    if form is Format.JSON:
        numbers = {field: _record_data(record) for field, record in declared.items()}
        about = _documentation(kind)
        show_json({"mechanism": kind.__name__, "about": about, "parameters": numbers})
        return
    write(f"{kind.__name__}: {_documentation(kind)}\n\n")
    rows = [
        {
            "record": record.id,
            "meaning": record.meaning,
            "value": record.quantity_text,
            "basis": record.basis,
            "sources": record.sources,
        }
        for record in declared.values()
    ]
    if rows:
        show_rows(rows, title=f"Parameters of {kind.__name__}", form=form)


def _record_data(record: "Parameter") -> dict[str, Any]:
    """The record as JSON has it; a missing bound is null."""
    return json.loads(record.model_dump_json(exclude_none=True))


def _show_record(shelf: "Library", record: "Parameter", form: Format) -> None:
    from kapsim.evidence import reference

    if form is Format.JSON:
        show_json(_record_data(record))
        return
    spread = record.between
    card = record.model_dump(exclude={"between", "sources"}) | {
        "bounds": [f"{bound:g}" for bound in record.bounds],
        "kind": f"{record.kind.value}: {record.kind.meaning}",
        "strength": f"{record.strength.value}: {record.strength.meaning}",
        "reading": f"{record.reading.value}: {record.reading.meaning}",
        "between_persons": spread.model_dump(mode="json", exclude_none=True)
        if spread
        else None,
        "sources": "\n".join(reference(shelf.source(key)) for key in record.sources),
    }
    show_card(card)
