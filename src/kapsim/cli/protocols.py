"""The verb `protocols`: the bundled protocols."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kapsim.cli.console import Format, show_json, show_rows


def command(
    form: Annotated[
        Format, typer.Option("--format", help="Print a table or JSON.")
    ] = Format.TABLE,
) -> None:
    """List the bundled protocols: what they compare, arms, doses and visits."""
    from kapsim.trial.catalogue import catalogue

    entries = catalogue()
    if form is Format.JSON:
        show_json(entries)
    else:
        rows = [row for entry in entries for row in _rows(entry)]
        show_rows(rows, title="Bundled protocols", form=form)


def _rows(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    """One row per arm; what holds for all arms stands on the first."""
    figures = entry["published_figures"]
    kind = f"{figures or 'no'} published figures" if entry["role"] else "own design"
    visits = ", ".join(visit.removeprefix("day ") for visit in entry["visits"])
    for place, arm in enumerate(entry["arms"]):
        yield {
            "name": "" if place else entry["name"],
            "what_it_compares": "" if place else f"{entry['title']} [{kind}]",
            "arm": arm["name"],
            "receives": arm["receives"],
            "rated_on_day": "" if place else visits,
        }
