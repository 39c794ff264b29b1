"""Run every experiment, and keep what the documentation shows of it.

    python -m scripts.laboratory

writes docs/laboratory/verdicts.json (the numbers obtained), docs/laboratory/figures and
the durations by which the longest experiments start first.
"""

import pathlib
import sys

import yaml

from kapsim.engine import platform
from kapsim.engine.atomic import write_bytes
from kapsim.engine.provenance import write_json
from kapsim.lab.files import Finding
from kapsim.lab.request import ALL, requests
from kapsim.lab.runner import DEFAULT_DIRECTORY, Done, run_experiments
from kapsim.lab.verdict import line, overall
from kapsim.report.lab.page import write_figures, write_page

ROOT = pathlib.Path(__file__).parents[1]
SHOWN = ROOT / "docs" / "laboratory"
VERDICTS = SHOWN / "verdicts.json"
FIGURES = SHOWN / "figures"
DURATIONS = ROOT / "src" / "kapsim" / "lab" / "durations.yaml"
HEAD = "# Seconds of each experiment on one core of two, by `make lab`.\n"
FIGURES_MB = 1.5
_DIGITS = 10


class FiguresError(ValueError):
    """Figures that are too large to be kept."""


def recorded(finding: Finding) -> dict[str, object]:
    """What the documentation needs of a finding beside its data file."""
    numbers = {v.result.id: v.value for v in finding.verdicts if v.value == v.value}
    return {
        "verdict": overall(finding.verdicts).value,
        "verdict_line": line(finding.verdicts),
        "patients": finding.patients,
        "caption": finding.outcome.figure.caption,
        "numbers": {name: rounded(value) for name, value in numbers.items()},
    }


def rounded(value: float) -> float:
    """A number without the last digits, in which machines differ."""
    return float(f"{value:.{_DIGITS}g}")


def keep(findings: list[Finding]) -> None:
    """Write numbers and figures where the documentation finds them.

    Raises
    ------
    FiguresError
        If the figures are larger than the documentation is allowed to be.
    """
    FIGURES.mkdir(parents=True, exist_ok=True)
    for old in FIGURES.glob("*.svg"):
        old.unlink()
    written = write_figures(FIGURES, findings)
    size = sum(path.stat().st_size for path in written) / 2**20
    if size > FIGURES_MB:
        raise FiguresError(f"the figures take {size:.2f} MB; allowed: {FIGURES_MB}.")
    numbers = {one.published.name: recorded(one) for one in findings}
    write_json(VERDICTS, dict(sorted(numbers.items())))


def keep_durations(done: list[Done]) -> None:
    """Note how long each took; one that an earlier run had finished keeps its time."""
    known = yaml.safe_load(DURATIONS.read_text(encoding="utf-8")) or {}
    known |= {one.name: max(round(one.seconds), 1) for one in done if one.seconds}
    current = {one.name: known[one.name] for one in done if one.name in known}
    text = HEAD + yaml.safe_dump(current, sort_keys=True) if current else HEAD
    write_bytes(DURATIONS, text.encode())


def main() -> int:
    """Run all; give 1 if an experiment failed, and keep nothing then."""
    platform.configure()
    done: list[Done] = []

    def tell(one: Done) -> None:
        done.append(one)
        sys.stdout.write(f"{one.name}: {one.seconds:.1f} s {one.error}\n")
        sys.stdout.flush()

    directory = ROOT / DEFAULT_DIRECTORY
    workers = platform.core_count()
    found, failed = run_experiments(
        requests([ALL]), directory, workers=workers, on_done=tell
    )
    if failed:
        return 1
    write_figures(directory, found)
    sys.stdout.write(f"{write_page(directory, found)}\n")
    keep(found)
    keep_durations(done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
