"""The verb `check-answer`: whether a written answer agrees with the records."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.console import Format, show_json, tell, write

if TYPE_CHECKING:
    from kapsim.answers.shelf import Shelf


def command(
    file: Annotated[
        Path, typer.Argument(help="What `kapsim ask` wrote, in any of its formats.")
    ],
    own: Annotated[
        Path | None,
        typer.Option(
            "--library", help="Your own library; the usual one if there is one."
        ),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="Print a list or JSON.")
    ] = Format.TABLE,
) -> None:
    """Check an answer: quotations, citations, numbers. Exit 1 if one is wrong."""
    import dataclasses

    from kapsim.answers.verify import check_answer

    with contextlib.ExitStack() as kept:
        problems = check_answer(file, _own_library(own, kept))
    if form is Format.JSON:
        show_json([dataclasses.asdict(one) for one in problems])
    else:
        write("".join(f"{one}\n" for one in problems))
    if problems:
        raise typer.Exit(1)
    tell(f"{file}: every quotation, citation and number agrees with the records.")


def _own_library(path: Path | None, kept: contextlib.ExitStack) -> "Shelf | None":
    """The reader's library until `kept` closes; None if none is named or made yet."""
    from kapsim.answers.shelf import library_path, open_shelf

    if path is None and not library_path().exists():
        return None
    return kept.enter_context(open_shelf(path, read_only=True))
