"""Store what answers show of the model: results of the laboratory and of a run.

    python -m scripts.answers [RUN]

reads docs/laboratory (made by `python -m scripts.laboratory`) and a directory written
by the command of `RUN_COMMAND`, and writes src/kapsim/answers/results: results.json and
a figure for each. Without RUN the run is made first.
"""

import csv
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from kapsim.answers.answer import Shown
from kapsim.engine.atomic import write_bytes
from kapsim.lab.published import Published, Result, names, published
from kapsim.report import figure_svg
from scripts.laboratory import FIGURES, VERDICTS

ROOT = pathlib.Path(__file__).parents[1]
RESULTS = ROOT / "src" / "kapsim" / "answers" / "results"
RUN_NAME = "kap-2x2"
RUN_COMMAND = f"kapsim run {RUN_NAME} -n 1000 --seed 1"
_ENDPOINTS = ("day 2", "day 29", "day 85")
_DIGITS = 10


def experiments() -> dict[str, dict[str, Any]]:
    """Stored results of the laboratory's experiments, by name."""
    recorded = json.loads(VERDICTS.read_text(encoding="utf-8"))
    return {name: _experiment(published(name), recorded[name]) for name in names()}


def _experiment(known: Published, found: dict[str, Any]) -> dict[str, Any]:
    numbers = [
        _number(result, found["numbers"][result.id])
        for result in known.results
        if result.id in found["numbers"]
    ]
    cited = [*known.sources, *(result.source for result in known.results)]
    shown = {
        "name": known.name,
        "kind": "experiment",
        "title": known.title,
        "caption": found["caption"],
        "verdict": found["verdict_line"].partition(";")[0],
        "numbers": numbers,
        "command": f"kapsim lab run {known.name}",
        "sources": list(dict.fromkeys(cited)),
    }
    return Shown.model_validate(shown).model_dump(mode="json")


def _number(result: Result, value: float) -> dict[str, Any]:
    compared = not result.not_comparable
    low = -math.inf if result.low is None else result.low
    high = math.inf if result.high is None else result.high
    return {
        "meaning": result.meaning,
        "value": value,
        "unit": result.unit,
        "published": result.value,
        "limits": (result.low, result.high) if compared else None,
        "met": low <= value <= high if compared else None,
    }


def run(directory: pathlib.Path) -> dict[str, Any]:
    """Stored result of the run: mean falls of the MADRS by arm at three visits."""
    with (directory / "summary.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == "MADRS"]
    numbers = [
        {
            "meaning": f"change of the mean MADRS by {row['visit']}, {row['arm']}",
            "value": float(f"{float(row['change_mean']):.{_DIGITS}g}"),
            "unit": "1",
            "published": None,
            "limits": None,
            "met": None,
        }
        for visit in _ENDPOINTS
        for row in rows
        if row["visit"] == visit
    ]
    request = json.loads((directory / "request.json").read_text(encoding="utf-8"))
    shown = {
        "name": RUN_NAME,
        "kind": "run",
        "title": request["protocol"]["title"],
        "caption": "Mean MADRS of a thousand virtual patients in each arm, with 95 % "
        "intervals.",
        "verdict": "no published trial has this design, so there is nothing to compare "
        "it with",
        "numbers": numbers,
        "command": RUN_COMMAND,
        "sources": [],
    }
    return Shown.model_validate(shown).model_dump(mode="json")


def _write(stored: dict[str, dict[str, Any]], figures: dict[str, bytes]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.glob("*.svg"):
        old.unlink()
    for name, drawing in figures.items():
        write_bytes(RESULTS / f"{name}.svg", drawing)
    text = json.dumps(stored, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_bytes(RESULTS / "results.json", text.encode())


def main(arguments: list[str]) -> None:
    """Store the results of all experiments and of the run."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(arguments[0]) if arguments else pathlib.Path(scratch)
        if not arguments:
            program = shutil.which("kapsim") or "kapsim"
            words = RUN_COMMAND.split()[1:]
            subprocess.run([program, *words, "-o", str(directory / "run")], check=True)
            directory /= "run"
        stored = experiments()
        figures = {name: (FIGURES / f"{name}.svg").read_bytes() for name in stored}
        stored[RUN_NAME] = run(directory)
        figures[RUN_NAME] = figure_svg(directory).encode()
    _write(dict(sorted(stored.items())), figures)


if __name__ == "__main__":
    main(sys.argv[1:])
