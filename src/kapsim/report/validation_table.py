"""The tables that `kapsim validate` prints."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.report.validation_words import (
    NONE,
    Row,
    arms,
    error,
    figure,
    interval,
    number,
    percent,
    value,
)
from kapsim.trial.external.naive import SAID
from kapsim.trial.external.validation import Validation

_RIGHT = (
    "observed",
    "n",
    "predicted",
    "95 %",
    "error",
    "log score",
    "naive",
    "its log",
)


def figures_table(found: Validation) -> Table:
    """A line per published figure, study by study."""
    table = Table(
        title="Observed against predicted, in trials of the published size",
        caption=Text(_below(found)),
        caption_justify="left",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("arm", min_width=10)
    table.add_column("figure", min_width=10)
    for name in _RIGHT:
        table.add_column(name, justify="right", no_wrap=True)
    for study, rows in found.table.groupby("study", sort=False):
        table.add_row(Text(str(study), style="bold"))
        last = ""
        for row in rows.to_dict("records"):
            name = arms(row)
            table.add_row(Text("" if name == last else name), *cells(row))
            last = name
        table.add_section()
    return table


def cells(row: Row) -> Iterator[str]:
    """Figure, and the cells of `_RIGHT`."""
    outside = row["scored"] and not row["inside"]
    yield figure(row)
    yield value(row, "observed")
    yield str(row["n"])
    yield value(row, "predicted")
    yield interval(row) + ("  *" if outside else "")
    yield error(row, "error") if row["scored"] else "not scored"
    yield number(row["log_score"], 2) if row["scored"] else ""
    plain = interval(row, "naive_")
    yield f"{value(row, 'naive')} ({plain})" if plain else NONE
    yield number(row["naive_log_score"], 2) if plain else ""


def sums_table(found: Validation) -> Table:
    """A line per study, and one over all."""
    table = Table(
        title="In sum",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("study", min_width=10)
    for name in ("scored", "inside", "log score", "on common", "kapsim", "naive"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("mean absolute error (naive, on common figures)")
    for one in found.sums:
        table.add_row(Text(one["study"]), *_sum(one))
    return table


def _sum(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['scored']} of {one['figures']}"
    yield f"{one['inside']} ({percent(one['coverage'])} %)" if one["scored"] else NONE
    yield number(one["log_score"], 2)
    yield str(one["common"])
    yield common(one, "common")
    yield common(one, "naive")
    yield "\n".join(error_words(part) for part in one["errors"])


def common(one: Mapping[str, Any], who: str) -> str:
    """Log score, and how many inside, of one predictor on the common figures."""
    if not one["common"]:
        return NONE
    return f"{number(one[f'{who}_log_score'], 2)} ({one[f'{who}_inside']} inside)"


def error_words(part: Mapping[str, Any]) -> str:
    """Mean absolute errors of one kind of figure, in words."""
    own = number(part["mean_absolute_error"], 2)
    many = "figure" if part["scored"] == 1 else "figures"
    said = f"{part['what']}: {own} {part['unit']}, {part['scored']} {many}"
    if not part["common"]:
        return said
    common, plain = (number(part[k], 2) for k in ("common_error", "naive_error"))
    return f"{said} ({plain} against our {common} on {part['common']})"


def _below(found: Validation) -> str:
    said = [
        f"* outside the 95 % interval. {found.request.holds}",
        SAID,
        "Figures of one trial share its patients: they are not independent.",
    ]
    said += [f"{name}: {' '.join(own)}" for name, own in found.notes.items() if own]
    said += [f"Failed: {one.name}: {one.error}" for one in found.failures]
    said += [f"Left out: {one.name}: {one.error}" for one in found.skipped]
    return "\n".join([*said, "Research software. Not medical advice."])
