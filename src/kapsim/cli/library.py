"""The verb `library`: the reader's own documents, which answers may quote."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kapsim.cli.console import (
    Format,
    progress_bar,
    show_card,
    show_json,
    show_rows,
    tell,
)

if TYPE_CHECKING:
    from kapsim.answers.shelf import Document, Outcome, Shelf

_FAILED = 1
_NAMED = 5  # files that are left out, by name

app = typer.Typer(
    help="Keep your own documents, so that answers may quote them.",
    no_args_is_help=True,
)

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE|FOLDER",
        help="PDF, HTML, EPUB, DOCX, Markdown or text files, folders of them, and "
        "BibTeX (.bib), RIS (.ris) or CSL-JSON (.json) files that say what they are.",
    ),
]
Place = Annotated[
    Path | None,
    typer.Option(
        "--library",
        help="File of the library; KAPSIM_LIBRARY or your own data folder's if absent.",
    ),
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


@app.command("add")
def add(files: Files, place: Place = None, form: Form = Format.TABLE) -> None:
    """Read documents into the library; those it has already are recognised."""
    from kapsim.answers.shelf import Kind, open_shelf
    from kapsim.answers.shelf.files import find_files

    with open_shelf(place) as shelf:
        outcomes = _carry_out(shelf, files)
    if form is Format.JSON:
        show_json([outcome.model_dump(mode="json") for outcome in outcomes])
    elif outcomes:
        rows = [_outcome_row(outcome) for outcome in outcomes]
        show_rows(rows, title="What became of the files", form=form)
    counts = Counter(outcome.kind.value for outcome in outcomes)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    tell(f"Files: {told or 'none'}. Library: {shelf.path}")
    _tell_left_out(find_files(files).others)
    if counts[Kind.REFUSED] or not outcomes:
        raise typer.Exit(_FAILED)


@app.command("list")
def show(
    documents: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DOCUMENT", help="Documents to show wholly; a list of all if none."
        ),
    ] = None,
    place: Place = None,
    form: Form = Format.TABLE,
) -> None:
    """List the documents, or show what is known of some."""
    from kapsim.answers.shelf import open_shelf

    with open_shelf(place, read_only=True) as shelf:
        if documents:
            found = [shelf.document(name) for name in documents]
        else:
            found = shelf.documents()
    if form is Format.JSON:
        show_json([document.model_dump(mode="json") for document in found])
    elif documents:
        for document in found:
            show_card(_card(document))
    else:
        rows = [_document_row(document) for document in found]
        show_rows(rows, title=f"Documents of {shelf.path}", form=form)


@app.command("remove")
def remove(
    documents: Annotated[
        list[str],
        typer.Argument(metavar="DOCUMENT", help="Identifiers, as the list shows them."),
    ],
    place: Place = None,
) -> None:
    """Take documents out of the library; their files stay where they are."""
    with _existing(place) as shelf:
        for name in documents:
            shelf.document(name)
        for name in dict.fromkeys(documents):
            removed = shelf.remove(name)
            tell(f"removed {removed.id}; its file stays: {removed.path}")


@app.command("check")
def check(place: Place = None, form: Form = Format.TABLE) -> None:
    """Look for damage, and for files that are gone or have changed."""
    with _existing(place) as shelf:
        faults, documents = shelf.check(), shelf.documents()
    if form is Format.JSON:
        show_json([fault.model_dump(mode="json") for fault in faults])
    elif faults:
        rows = [
            {
                "document": fault.document,
                "kind": "damage" if fault.damage else "original",
                "what": fault.what,
            }
            for fault in faults
        ]
        show_rows(rows, title=f"Faults of {shelf.path}", form=form)
    damaged = sum(fault.damage for fault in faults)
    passages = sum(document.passages for document in documents)
    tell(
        f"{len(documents)} documents, {passages:,} passages. Damage: {damaged}; files "
        f"gone or changed: {len(faults) - damaged}. Library: {shelf.path}"
    )
    if damaged:
        raise typer.Exit(_FAILED)


def _tell_left_out(others: Sequence[Path]) -> None:
    """Say which files of a folder are of kinds that hold no text to quote."""
    if others:
        names = ", ".join(path.name for path in others[:_NAMED])
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        tell(f"Left out, as they are of other kinds: {names}{more}.")


def _existing(place: Path | None) -> "Shelf":
    """A library to be changed, which must be there already."""
    from kapsim.answers.shelf import open_shelf

    open_shelf(place, read_only=True).close()
    return open_shelf(place)


def _carry_out(shelf: "Shelf", files: list[Path]) -> "list[Outcome]":
    """Add under a progress bar that counts files."""
    with progress_bar("files") as bar:
        row = bar.add_task("reading", total=None)

        def told(outcome: "Outcome", total: int) -> None:
            name = Path(outcome.path).name
            bar.update(row, advance=1, total=total, description=name)

        return shelf.add(files, on_progress=told)


def _outcome_row(outcome: "Outcome") -> dict[str, Any]:
    document = outcome.document
    return {
        "file": Path(outcome.path).name,
        "outcome": outcome.kind.value,
        "document": document.id if document else None,
        "passages": document.passages if document else None,
        "remarks": "; ".join(filter(None, [outcome.why, *outcome.warnings])),
    }


def _document_row(document: "Document") -> dict[str, Any]:
    work = document.work
    return {
        "document": document.id,
        "authors": "; ".join(work.authors),
        "year": work.year,
        "title": work.title,
        "passages": document.passages,
        "remarks": len(document.warnings),
    }


def _card(document: "Document") -> dict[str, Any]:
    """All that is known of a document, with the references that kapsim has too."""
    work = document.work.model_dump(exclude={"authors"})
    shared = sorted({entry.source for entry in document.references if entry.source})
    return {
        "document": document.id,
        "authors": "; ".join(document.work.authors),
        **work,
        "passages": document.passages,
        "references": len(document.references),
        "of which kapsim cites": shared,
        "remarks": "; ".join(document.warnings),
        "file": document.path,
    }
