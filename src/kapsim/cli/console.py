"""Where the command line writes: data on stdout, talk on stderr."""

import enum
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

_WIDEST = 400  # characters


class Format(enum.StrEnum):
    """How a verb prints its data."""

    TABLE = "table"
    JSON = "json"


def write(text: str) -> None:
    """Put text on stdout as it is, at once: a reader gone away is noticed here."""
    sys.stdout.write(text)
    sys.stdout.flush()


def show_json(data: Any) -> None:
    """Put data on stdout as JSON."""
    write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def show_rows(rows: Sequence[Mapping[str, Any]], *, title: str, form: Format) -> None:
    """Put rows on stdout, as a table with a column per name or as JSON.

    Parameters
    ----------
    rows
        Rows with the same names in the same order; numbers are set to the right.
    title
        What the table shows; JSON has none.
    form
        Table or JSON.
    """
    if form is Format.JSON:
        show_json([dict(row) for row in rows])
        return
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(rows[0] if rows else ()):
        justify = "right" if isinstance(rows[0][name], int | float) else "left"
        table.add_column(
            name.replace("_", " "),
            justify=justify,
            overflow="fold",
            no_wrap=place == 0,
        )
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    Console().print(table)


def show_card(fields: Mapping[str, Any]) -> None:
    """Put named values on stdout, one a line; empty ones are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in fields.items():
        if value not in (None, "", [], {}):
            grid.add_row(name.replace("_", " "), Text(_cell(value)))
    Console().print(grid)


def print_whole(table: Table) -> None:
    """Put a table on stdout; one that no terminal shows is as wide as its words are."""
    console = Console()
    if not console.is_terminal:
        whole = console.measure(table, options=console.options.update(width=_WIDEST))
        console = Console(width=max(console.width, whole.maximum))
    console.print(table)


def progress_bar(what: str) -> Progress:
    """A bar on stderr that counts what is done; `what` names it in the plural."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def tell(text: str, style: str = "") -> None:
    """Put a message on stderr."""
    Console(stderr=True).print(Text(text, style=style), soft_wrap=True)


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_cell(part) for part in value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
