"""An ablation table, as `kapsim ablate` prints and writes it."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.engine.provenance import write_json
from kapsim.report.axes import minus
from kapsim.trial.request import RunRequest
from kapsim.trial.variations.ablation import Ablated

_STYLES = {"as expected": "green", "against expectation": "bold red"}
_READ = (
    "Paired difference, ablated minus intact, at the visit where it is largest; "
    "negative is improvement. Seen: beyond chance, allowing for the choice of the "
    "visit (Bonferroni, 5 % per line). Saved: variance of the difference of two "
    "independent samples over that of the paired one."
)


def ablation_rows(ablated: Ablated) -> pd.DataFrame:
    """The verdicts, each with what pairing saved at its visit."""
    keys = ["ablation", "arm", "visit"]
    saved = ablated.visits[[*keys, "saved"]]
    return ablated.verdicts.merge(saved, on=keys, how="left", validate="1:1")


def ablation_table(ablated: Ablated) -> Table:
    """A line per piece and arm; an arm that stayed as it was, as expected, has none."""
    rows = ablation_rows(ablated)
    same = (rows["difference"] == 0) & (rows["verdict"] == "as expected")
    table = Table(
        title=f"{ablated.measure} with one piece taken out at a time",
        caption=Text(_below(int(same.sum()))),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("taken out", min_width=14)
    table.add_column("arm", min_width=10)
    for name in ("difference (SE)", "at", "saved"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("expected", "seen", "verdict"):
        table.add_column(name, no_wrap=name != "verdict")
    for name, found in rows[~same].groupby("ablation", sort=False):
        for place, row in enumerate(found.to_dict("records")):
            table.add_row(Text("" if place else str(name)), *_cells(row))
        table.add_section()
    return table


def _cells(row: dict[Any, Any]) -> tuple[Text, ...]:
    error = "" if math.isnan(row["se"]) else f" ({row['se']:.2f})"
    saved = f"{row['saved']:.3g}" if math.isfinite(row["saved"]) else "all"
    style = _STYLES.get(row["verdict"], "")
    return (
        Text(row["arm"]),
        Text(minus(f"{row['difference']:.2f}") + error),
        Text(row["visit"]),
        Text(saved),
        Text(row["expected"]),
        Text(row["seen"]),
        Text(row["verdict"], style=style),
    )


def _below(same: int) -> str:
    left = f" Lines without any change, as expected, left out: {same}." if same else ""
    return f"{_READ}{left}\nResearch software. Not medical advice."


def ablation_data(request: RunRequest, ablated: Ablated) -> dict[str, Any]:
    """Everything as plain JSON data; what is not a finite number is null."""
    return {
        "request": request.as_data(),
        "measure": ablated.measure,
        "verdicts": _records(ablation_rows(ablated)),
        "visits": _records(ablated.visits),
    }


def write_ablation(directory: Path, request: RunRequest, ablated: Ablated) -> None:
    """Write ablation.json, verdicts.csv and visits.csv; raises `StoreError`."""
    make_directory(directory)
    tables = {"verdicts": ablation_rows(ablated), "visits": ablated.visits}
    for name, table in tables.items():
        text = table.to_csv(index=False, float_format="%.8g", lineterminator="\n")
        write_bytes(directory / f"{name}.csv", text.encode())
    write_json(directory / "ablation.json", ablation_data(request, ablated))


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    finite = table.replace([math.inf, -math.inf], math.nan).astype(object)
    return finite.where(finite.notna(), None).to_dict("records")
