"""A protocol that is over in a moment, and ways to run it and to read its results."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol_file.outline import read_outline
from kapsim.trial.request import RunRequest, per_arm

PATIENTS = 2300
"""More than one block of the kernel, and not a multiple of anything."""
SEED = 11

FILES = {
    "request.json",
    "provenance.json",
    "visits.parquet",
    "summary.csv",
    "trajectories.parquet",
    "burden.csv",
    "citations.bib",
    "report.html",
}
"""What a run leaves, and nothing else."""

SPRAY = (
    "{name: spray, treatments: [{drug: esketamine, enantiomer: S, form: base, "
    "amount: 84 mg, route: nasal, days: [1]}]}"
)
PLACEBO = "{name: placebo, treatments: [{drug: placebo, route: nasal, days: [1]}]}"
WEAK = SPRAY.replace("spray", "weak").replace("84 mg", "56 mg")
TALK = (
    "{name: talk, treatments: [{drug: placebo, route: nasal, days: [1]}], "
    "sessions: [{modality: support, minutes: 50, days: [2, 4], clock: + 3 h}]}"
)
VISITS = (
    "{at: day 1, baseline: true, scales: [MADRS]}",
    "{at: day 8, scales: [MADRS]}",
)
LATER = "{at: day 10, scales: [MADRS]}"


def text(arms: tuple[str, ...], visits: tuple[str, ...] = VISITS) -> str:
    """The protocol with these arms and visits, as a file holds it."""
    listed = "\n".join(f"  - {arm}" for arm in arms)
    rated = "\n".join(f"  - {visit}" for visit in visits)
    return f"""\
kapsim: 1
name: tiny
title: A tiny protocol
summary: Over in a moment.
sources: [daly_2018]
population:
  baseline: {{scale: MADRS, mean: 34, sd: 5}}
  failures: {{mean: 2}}
  age: {{mean: 44 yr, sd: 10 yr}}
  weight: {{mean: 80 kg, sd: 16 kg}}
  female: 60 %
arms:
{listed}
visits:
{rated}
endpoints:
  - {{measure: MADRS, kind: change, at: day 8}}
"""


def protocol(
    arms: tuple[str, ...] = (SPRAY, PLACEBO), visits: tuple[str, ...] = VISITS
) -> Protocol:
    """The protocol with these arms and visits."""
    return Protocol.model_validate(read_outline(text(arms, visits), "tiny.yaml").data)


def request(
    arms: tuple[str, ...] = (SPRAY, PLACEBO),
    *,
    patients: int = PATIENTS,
    seed: int = SEED,
    draws: int = 0,
) -> RunRequest:
    """A request to run it."""
    asked = protocol(arms)
    return RunRequest(
        protocol=asked, patients=per_arm(asked, patients), seed=seed, draws=draws
    )


def write(place: Path, arms: tuple[str, ...] = (SPRAY, PLACEBO)) -> Path:
    """The protocol as a file."""
    path = place / "tiny.yaml"
    path.write_text(text(arms), encoding="utf-8")
    return path


def command(*arguments: Any) -> list[str]:
    """The program in a process of its own."""
    program = (
        "import sys; from kapsim.cli.main import main\n"
        "if __name__ == '__main__': sys.exit(main())"
    )
    return [sys.executable, "-c", program, *map(str, arguments)]


def rows(directory: Path, arm: str, patients: int | None = None) -> pd.DataFrame:
    """Ratings of an arm, of its first patients if a number is given."""
    table = pq.read_table(directory / "visits.parquet").to_pandas()
    coded = table.select_dtypes("category").columns
    table = table.astype(dict.fromkeys(coded, str))
    mine = table[table["arm"] == arm]
    if patients is not None:
        mine = mine[mine["patient"] < patients]
    return mine.reset_index(drop=True)


def ratings(directory: Path) -> bytes:
    """Bytes of visits.parquet."""
    return (directory / "visits.parquet").read_bytes()
