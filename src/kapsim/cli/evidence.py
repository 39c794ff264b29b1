"""The verb `evidence`: what the model's numbers rest on."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kapsim.cli.console import Format, show_card, show_json, show_rows, write

if TYPE_CHECKING:
    from kapsim.evidence import Library, Parameter, Source


def command(
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            help="Sources to show, such as daly_2018; the coverage if none."
        ),
    ] = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="List every source.")
    ] = False,
    assumed: Annotated[
        bool, typer.Option("--assumed", help="List what is assumed, and why.")
    ] = False,
    discrepancies: Annotated[
        bool,
        typer.Option("--discrepancies", help="List where the literature disagrees."),
    ] = False,
    bibtex: Annotated[
        bool,
        typer.Option("--bibtex", help="Print the sources that numbers cite as BibTeX."),
    ] = False,
    csl: Annotated[bool, typer.Option("--csl", help="Print them as CSL-JSON.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="Print a table or JSON.")
    ] = Format.TABLE,
) -> None:
    """Show what the model's numbers rest on: coverage, sources, assumptions."""
    from kapsim.evidence import bibtex as as_bibtex, csl_json, library

    if sum((sources, assumed, discrepancies, bibtex, csl)) > 1:
        raise typer.BadParameter("choose one of the lists and citation formats.")
    shelf = library()
    if bibtex:
        write(as_bibtex(_cited(shelf, keys)))
    elif csl:
        write(csl_json(_cited(shelf, keys)))
    elif keys:
        _show_sources(shelf, keys, form)
    elif sources:
        rows = [_source_row(source) for _, source in sorted(shelf.sources.items())]
        show_rows(rows, title="Sources", form=form)
    elif assumed:
        _show_assumed(shelf, form)
    elif discrepancies:
        rows = [item.model_dump() for _, item in sorted(shelf.discrepancies.items())]
        show_rows(rows, title="Discrepancies", form=form)
    else:
        _show_coverage(shelf, form)


def _cited(shelf: "Library", keys: list[str] | None) -> "list[Source]":
    """The named sources; without names, all that a parameter record cites."""
    from kapsim.evidence import sources_of

    if keys:
        return [shelf.source(key) for key in keys]
    return sources_of(shelf, shelf.parameters)


def _show_coverage(shelf: "Library", form: Format) -> None:
    from kapsim.evidence import counts, counts_by_room

    rooms = counts_by_room(shelf) | {"all": counts(shelf.parameters.values())}
    if form is Format.JSON:
        show_json({room: found.as_data() for room, found in rooms.items()})
        return
    kinds = [
        {"room": room, "numbers": found.records}
        | {kind.value: n for kind, n in found.kind.items()}
        for room, found in rooms.items()
    ]
    grades = [
        {"room": room}
        | {grade.value: n for grade, n in found.strength.items()}
        | {reading.value: n for reading, n in found.reading.items()}
        for room, found in rooms.items()
    ]
    show_rows(kinds, title="Numbers of the model, by kind", form=form)
    show_rows(grades, title="By strength (A to E) and reading", form=form)


def _show_assumed(shelf: "Library", form: Format) -> None:
    from kapsim.evidence import assumed

    rows = [
        {
            "record": record.id,
            "value": record.value_text if form is Format.TABLE else record.value,
            "range": list(record.range or ()),
            "unit": record.unit,
            "reason": record.reason,
        }
        for record in assumed(shelf)
    ]
    show_rows(rows, title="Numbers without evidence", form=form)


def _show_sources(shelf: "Library", keys: list[str], form: Format) -> None:
    from kapsim.evidence import Parameter, reference, taken_from

    cards = []
    for key in keys:
        source, taken = shelf.source(key), taken_from(shelf, key)
        numbers = [_number_row(item) for item in taken if isinstance(item, Parameter)]
        disputes = [item.id for item in taken if not isinstance(item, Parameter)]
        if form is Format.JSON:
            own = source.model_dump(exclude_none=True)
            cards.append(own | {"numbers": numbers, "discrepancies": disputes})
            continue
        card = {
            "source": key,
            "kind": source.kind.value,
            "reference": reference(source),
        }
        show_card(card | {"note": source.note, "discrepancies": disputes})
        if numbers:
            show_rows(numbers, title=f"Numbers that cite {key}", form=form)
        else:
            write("No number is taken from it.\n")
    if form is Format.JSON:
        show_json(cards)


def _number_row(record: "Parameter") -> dict[str, Any]:
    return {
        "record": record.id,
        "meaning": record.meaning,
        "value": record.quantity_text,
        "basis": record.basis,
    }


def _source_row(source: "Source") -> dict[str, Any]:
    from kapsim.evidence import reference

    return {
        "key": source.key,
        "kind": source.kind.value,
        "reference": reference(source),
    }
