"""The numbers of regimens side by side, as `kapsim dose` prints them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd
import xarray as xr
from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.drug.exposure.dataset import NOTE, SPANS
from kapsim.drug.exposure.summary import shares, summary

_PERCENT = ("occupancy",)
_LABELS = {
    "ketamine": "Ketamine, S + R",
    "s_ketamine": "S-ketamine",
    "r_ketamine": "R-ketamine",
    "norketamine": "Norketamine",
    "hydroxynorketamine": "Hydroxynorketamine",
    "midazolam": "Midazolam",
    "occupancy": "NMDA occupancy",
    "dissociation": "CADSS, expected",
    "drug_high": "Drug high, 0 to 10",
    "sedation": "Sedation, 0 to 5",
    "systolic_rise": "Systolic rise",
    "diastolic_rise": "Diastolic rise",
    "heart_rate_rise": "Heart rate rise",
}


class _Line(NamedTuple):
    """A line of the table: the signal, its measure and unit."""

    of: str
    measure: str
    unit: str


def exposure_table(regimens: Mapping[str, xr.Dataset]) -> Table:
    """Measures by regimen: median, 5th to 95th percentile, and the typical person.

    Parameters
    ----------
    regimens
        Datasets of `kapsim.drug.exposure.exposure`, by name.

    Returns
    -------
    Table
        A line per measure, signals set apart; shares of people at the end.
    """
    several = len(regimens) > 1
    marks = [f"{k}: " if several else "" for k in range(1, len(regimens) + 1)]
    named = [f"{mark}{name}" for mark, name in zip(marks, regimens, strict=True)]
    table = Table(
        title=Text("\n".join(named)),
        title_justify="left",
        caption=f"Median (5th\N{EN DASH}95th percentile of people). {NOTE}",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for name in ("", "", "unit"):
        table.add_column(name, no_wrap=True)
    for mark in marks:
        table.add_column(f"{mark}people", justify="right", no_wrap=True)
        table.add_column("typical", justify="right", no_wrap=True)
    frames = [summary(data) for data in regimens.values()]
    rows = [_indexed(frame) for frame in frames]
    before = ""
    for line in _lines(frames):
        label = _LABELS[line.of] if line.of != before else ""
        before = line.of
        cells = [cell for found in rows for cell in _cells(found, line)]
        unit = "%" if line.of in _PERCENT and line.unit == "1" else line.unit
        table.add_row(label, line.measure, unit, *cells)
    table.add_section()
    met = zip(*(shares(data) for data in regimens.values()), strict=True)
    for place, row in enumerate(met):
        cells = [cell for share in row for cell in (f"{share.percent:.0f}", "")]
        table.add_row("" if place else "Share of people", row[0].short, "%", *cells)
    return table


def exposure_data(regimens: Mapping[str, xr.Dataset]) -> list[dict[str, object]]:
    """The same, complete, as plain data: one entry per regimen."""
    found = []
    for name, data in regimens.items():
        frame = summary(data)
        rows = frame.astype(object).where(frame.notna(), None)
        found.append(
            {
                "regimen": name,
                "people": int(data.sizes["person"]),
                "measures": rows.to_dict(orient="records"),
                "shares": [
                    {"of_people_with": share.said, "percent": share.percent}
                    for share in shares(data)
                ],
                **{key: _plain(value) for key, value in data.attrs.items()},
            }
        )
    return found


def _plain(value: object) -> object:
    """Several lines as a list."""
    if isinstance(value, str) and "\n" in value:
        return value.splitlines()
    return value


def _indexed(frame: pd.DataFrame) -> dict[_Line, pd.Series]:
    return {
        _Line(row["of"], row["measure"], row["unit"]): row
        for _, row in frame.iterrows()
    }


def _lines(frames: list[pd.DataFrame]) -> Iterator[_Line]:
    """Lines that a reader needs: what another line already says is left out."""
    found = dict.fromkeys(
        line for signal in _LABELS for frame in frames for line in _own(frame, signal)
    )
    signals = {line.of for line in found}
    both = {"s_ketamine", "r_ketamine"} <= signals
    for line in found:
        isomer = line.of in ("s_ketamine", "r_ketamine")
        brief = line.measure in ("peak", f"area {SPANS[-1]}")
        if line.measure == f"area {SPANS[1]}" or (isomer and not (both and brief)):
            continue
        yield line


def _own(frame: pd.DataFrame, signal: str) -> Iterator[_Line]:
    for _, row in frame[frame["of"] == signal].iterrows():
        yield _Line(row["of"], row["measure"], row["unit"])


def _cells(frame: dict[_Line, pd.Series], line: _Line) -> tuple[str, str]:
    """Median with its interval, and the typical person's."""
    row = frame.get(line)
    if row is None:
        return "\N{EN DASH}", "\N{EN DASH}"
    scale = 100.0 if line.of in _PERCENT and line.unit == "1" else 1.0
    shown = {
        name: number(float(row[name]) * scale)
        for name in ("median", "low", "high", "typical")
    }
    return f"{shown['median']} ({shown['low']}\N{EN DASH}{shown['high']})", shown[
        "typical"
    ]


def number(value: float) -> str:
    """A number with about three figures, without an exponent."""
    if value != value:
        return "\N{EN DASH}"
    size = abs(value)
    return (
        f"{value:.0f}"
        if size >= 100
        else f"{value:.1f}"
        if size >= 10
        else f"{value:.2f}"
    )
