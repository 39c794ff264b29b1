"""Files of a finished experiment: NAME.json with everything, NAME.csv with the figure.

The JSON file is written last: where it lies, the experiment is finished. The same
request gives the same bytes.
"""

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kapsim.engine.atomic import StoreError, write_bytes
from kapsim.engine.provenance import write_json
from kapsim.lab.experiment import Figure, Outcome, Panel, Series, Values
from kapsim.lab.published import Published
from kapsim.lab.verdict import Verdict, judge, line, overall

SCHEMA = 1
COLUMNS = ("panel", "series", "x", "y", "low", "high", "category")


@dataclasses.dataclass(frozen=True)
class Finding:
    """A finished experiment.

    Attributes
    ----------
    published
        What was asked, done and seen in the publication.
    request
        What was asked for: seed, patients (None if left open), drugs.
    patients
        Subjects in each group.
    outcome
        Numbers by name, and a figure.
    verdicts
        On every published result.
    provenance
        What it was computed with.
    """

    published: Published
    request: Mapping[str, Any]
    patients: int
    outcome: Outcome
    verdicts: tuple[Verdict, ...]
    provenance: Mapping[str, Any]

    @property
    def other_numbers(self) -> dict[str, float]:
        """Numbers that no published result is about."""
        known = {verdict.result.id for verdict in self.verdicts}
        numbers = self.outcome.numbers.items()
        return {name: value for name, value in numbers if name not in known}


def paths(directory: Path, name: str) -> tuple[Path, Path]:
    """Where the JSON and the CSV file of an experiment lie."""
    return directory / f"{name}.json", directory / f"{name}.csv"


def write_finding(directory: Path, finding: Finding) -> None:
    """Write NAME.csv and then NAME.json; raises `StoreError`."""
    whole, table = paths(directory, finding.published.name)
    write_bytes(table, _csv(finding.outcome.figure).encode())
    write_json(whole, finding_data(finding))


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as plain JSON data; what is not a finite number is null."""
    design = finding.published.model_dump(mode="json", exclude={"results"})
    return {
        "schema": SCHEMA,
        **design,
        "verdict": overall(finding.verdicts).value,
        "verdict_line": line(finding.verdicts),
        "results": [_result(verdict) for verdict in finding.verdicts],
        "request": dict(finding.request),
        "patients": finding.patients,
        "numbers": {
            name: _plain(value) for name, value in finding.outcome.numbers.items()
        },
        "figure": {
            "caption": finding.outcome.figure.caption,
            "panels": [_panel(panel) for panel in finding.outcome.figure.panels],
        },
        "provenance": dict(finding.provenance),
    }


def read_finding(directory: Path, name: str) -> Finding:
    """A finished experiment, from its JSON file.

    Raises
    ------
    StoreError
        If there is none, or it cannot be read.
    """
    path, _ = paths(directory, name)
    try:
        return _finding(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}.") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        told = str(error).partition("\n")[0]
        raise StoreError(
            f"{path} holds no experiment of this version ({type(error).__name__}: "
            f"{told}). Remove it, and run the experiment again."
        ) from error


def request_key(directory: Path, name: str) -> str | None:
    """Key of the request whose result lies there; None if none does."""
    try:
        text = paths(directory, name)[0].read_text(encoding="utf-8")
        return json.loads(text)["provenance"]["request_sha256"]
    except (OSError, KeyError, TypeError, ValueError):
        return None


_DESIGN = ("name", "title", "topic", "question", "design", "model", "sources")
_RESULT = ("id", "meaning", "unit", "basis", "source", "value", "low", "high", "note")
_REASONS = ("missed", "not_comparable")


def _finding(data: dict[str, Any]) -> Finding:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}")
    results = [
        {field: row[field] for field in (*_RESULT, *_REASONS)}
        for row in data["results"]
    ]
    design = {field: data[field] for field in (*_DESIGN, "reference_event")}
    published = Published.model_validate({**design, "results": results})
    numbers = {name: _number(value) for name, value in data["numbers"].items()}
    panels = tuple(_read_panel(panel) for panel in data["figure"]["panels"])
    outcome = Outcome(numbers, Figure(data["figure"]["caption"], panels))
    return Finding(
        published=published,
        request=data["request"],
        patients=int(data["patients"]),
        outcome=outcome,
        verdicts=judge(published, outcome),
        provenance=data["provenance"],
    )


def _result(verdict: Verdict) -> dict[str, Any]:
    judged = {"obtained": _plain(verdict.value), "verdict": verdict.word.value}
    return verdict.result.model_dump(mode="json") | judged


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "title": panel.title,
        "x_label": panel.x_label,
        "y_label": panel.y_label,
        "categories": list(panel.categories),
        "series": [
            {
                "name": one.name,
                "kind": one.kind,
                **{field: _row(getattr(one, field)) for field in _VALUES},
            }
            for one in panel.series
        ],
    }


_VALUES = ("x", "y", "low", "high")


def _read_panel(data: dict[str, Any]) -> Panel:
    series = tuple(
        Series(
            name=one["name"],
            kind=one["kind"],
            **{field: _read_row(one[field]) for field in _VALUES},
        )
        for one in data["series"]
    )
    words = (data["title"], data["x_label"], data["y_label"])
    return Panel(*words, series, tuple(data["categories"]))


def _plain(value: float) -> float | None:
    value = float(value)
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _row(values: Iterable[float] | None) -> list[float | None] | None:
    return None if values is None else [_plain(value) for value in values]


def _read_row(values: list[float | None] | None) -> Any:
    return None if values is None else [_number(value) for value in values]


def _csv(figure: Figure) -> str:
    """The figure as a table, a row per value."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(row for panel in figure.panels for row in _rows(panel))
    return text.getvalue()


def _rows(panel: Panel) -> Iterator[tuple[str, ...]]:
    for one in panel.series:
        for k, x in enumerate(one.x):
            ends = (_cell(row, k) for row in (one.x, one.y, one.low, one.high))
            yield panel.title, one.name, *ends, _category(panel, x)


def _cell(values: Values | None, place: int) -> str:
    if values is None or not math.isfinite(values[place]):
        return ""
    return f"{float(values[place]):.10g}"


def _category(panel: Panel, x: float) -> str:
    place = round(x) if math.isfinite(x) else -1
    return panel.categories[place] if 0 <= place < len(panel.categories) else ""
