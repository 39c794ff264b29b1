"""The table that `kapsim trial` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.report.trial.operating import in_brief, quantities
from kapsim.report.trial.record import Question, questions
from kapsim.trial.power.monte_carlo import too_few

_NOTE = (
    "Power: trials that reject in favour of the first arm, or of the margin. In "
    "brackets the 95 % Monte Carlo interval of shares and the standard error of other "
    "numbers, from the number of virtual trials; the uncertainty of the model is not "
    "in it. Type I error: drug switched off, either direction. Felt but inert drug: "
    "what is felt and believed stays, what else the drug does is off. Everything is in "
    "power.csv."
)
_DISCLAIMER = "Research software. Not medical advice."


def power_table(data: Mapping[str, Any]) -> Table:
    """Operating characteristics: quantities down, sizes across.

    Parameters
    ----------
    data
        Content of trial.json.

    Returns
    -------
    Table
        A section for each endpoint and comparison, primary ones first, secondary ones
        in brief and supportive ones left out; up to three sizes fit 80 columns.
    """
    sizes = sorted({row["per_arm"] for row in data["power"]})
    trials = "virtual trial" if data["replicates"] == 1 else "virtual trials"
    table = Table(
        title=Text(f"{data['title']}: {data['replicates']:,} {trials} of each size"),
        title_justify="left",
        caption=Text("\n".join(filter(None, (*_below(data), _DISCLAIMER)))),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("per arm", min_width=22, overflow="fold")
    for size in sizes:
        table.add_column(f"{size}", justify="right", no_wrap=True)
    for question in questions(data):
        if question.endpoint["role"] == "supportive":
            continue
        _section(table, question, sizes)
    return table


def _below(data: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said below the table."""
    few = too_few(data["replicates"])
    return _NOTE, f"Warning: {few}" if few else "", data.get("why_not_blind") or ""


def _section(table: Table, question: Question, sizes: Sequence[int]) -> None:
    role = "" if question.primary else " (secondary)"
    table.add_row(Text(f"{question.title}{role}", style="bold"))
    has = [row["per_arm"] for row in question.rows]
    shown = quantities(question) if question.primary else in_brief(question)
    for quantity in shown:
        cells = dict(zip(has, quantity.cells, strict=True))
        table.add_row(
            Text(f"  {quantity.name}"), *(cells.get(size, "") for size in sizes)
        )
    table.add_section()
