"""The table that `kapsim run` prints."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.report.results import (
    COLUMNS,
    DEPRESSION_SCALES,
    estimate,
    in_time_order,
)

_NAME_WIDTH = 16  # characters of an arm's name beside one visit
_ROW = ["arm", "visit", "measure"]
_ENDS = [end for _, *ends in COLUMNS.values() for end in ends]


def _beside(name: str, rows: int) -> list[str]:
    """The name cut into as many labels as there are rows, so that it runs down them."""
    parts = textwrap.wrap(name, _NAME_WIDTH) or [name]
    head = [*parts, *[""] * rows][: rows - 1]
    return [*head, "\n".join(parts[rows - 1 :])]


def _short(estimate: str) -> str:
    """An estimate with a dash between the ends of its interval, to save room."""
    return estimate.replace(" to ", "\N{EN DASH}")


def _change(row: Mapping[str, Any]) -> str:
    """Mean change with its interval; a dash where everybody is at the baseline."""
    change = estimate(row, "change")
    if change.low == change.high == 0:
        return "\N{EN DASH}"
    return change.text().replace(" to ", ", ")


def _estimates(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Mean score, mean change, response and remission of a visit."""
    return (
        _short(estimate(row, "mean").text()),
        _change(row),
        _short(estimate(row, "response").text(0)),
        _short(estimate(row, "remission").text(0)),
    )


def _below(warnings: Sequence[str]) -> Text:
    """What stands under the table; names in it are text, not markup."""
    said = [f"Warning: {warning}" for warning in warnings]
    return Text("\n".join([*said, "Research software. Not medical advice."]))


def _in_new_trial(chosen: pd.DataFrame, new_trial: pd.DataFrame) -> pd.DataFrame:
    """The rows with the intervals of a new trial in place of those of the sample."""
    ends = new_trial.set_index(_ROW)[_ENDS]
    return chosen.drop(columns=_ENDS).join(ends, on=_ROW)


def _first_scale(summary: pd.DataFrame) -> str:
    measured = set(summary["measure"])
    measure = next((scale for scale in DEPRESSION_SCALES if scale in measured), None)
    if measure is None:
        raise ValueError(
            f"the summary holds none of {', '.join(DEPRESSION_SCALES)}; it has "
            f"{', '.join(sorted(measured)) or 'no measure at all'}."
        )
    return measure


def _headed(
    title: str, measure: str, warnings: Sequence[str], *, failures: bool
) -> Table:
    """The table before its rows."""
    table = Table(
        title=title,
        caption=_below(warnings),
        box=box.SIMPLE_HEAD,
        padding=(0, 0 if failures else 1, 0, 0),
        show_edge=False,
    )
    table.add_column("Arm", min_width=8)
    table.add_column("Visit")
    for name in ("n", *(["failed"] if failures else [])):
        table.add_column(name, justify="right", no_wrap=True)
    for name in (measure, "change", "response %", "remission %"):
        table.add_column(name, justify="right", overflow="fold")
    return table


def terminal_table(
    summary: pd.DataFrame,
    warnings: Sequence[str] = (),
    new_trial: pd.DataFrame | None = None,
) -> Table:
    """Arms by visits with mean score, mean change, response and remission.

    The first depression scale of the summary is shown (MADRS wherever it is measured),
    with 95 % intervals: for a new trial of this size, which hold study, parameters and
    people, or where a run has none, from the number of simulated patients alone.

    Parameters
    ----------
    summary
        The table of summary.csv: one row per arm, visit and measure.
    warnings
        What must be seen with it, each in a sentence; put below the table.
    new_trial
        The table of uncertainty.csv; None for a run without draws.

    Returns
    -------
    Table
        One line per arm and visit, in 100 columns unless names of visits are long;
        arms are set apart. Where there is less room, intervals go to a second line.

    Raises
    ------
    ValueError
        If the summary holds no depression scale.
    """
    measure = _first_scale(summary)
    chosen = summary[summary["measure"] == measure]
    failures = bool((chosen["n_failed"] > 0).any())
    of = "the simulated sample"
    if new_trial is not None:
        chosen, of = _in_new_trial(chosen, new_trial), "a new trial of this size"
    title = f"{measure} by arm and visit, simulated (95 % interval of {of})"
    table = _headed(title, measure, warnings, failures=failures)
    for arm, rows in chosen.groupby("arm", sort=False, observed=True):
        visits = in_time_order(rows)
        for label, row in zip(_beside(str(arm), len(visits)), visits, strict=True):
            counts = ["n", *(["n_failed"] if failures else [])]
            table.add_row(
                Text(label),
                Text(str(row["visit"])),
                *(str(int(row[name])) for name in counts),
                *_estimates(row),
            )
        table.add_section()
    return table
