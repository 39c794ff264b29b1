"""REPORT.md from what the validations left."""

import ast
import math
import pathlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from kapsim.evidence.posterior import posterior
from validation.report.record import Check, Figure, Gathered, Table

INTRODUCTION = """\
Written by `make validate`; do not edit. Each line is a number with limits: it is met,
or it is missed and says why. Limits were set beforehand, except where a note, or the
experiment of the laboratory that a line belongs to, says otherwise. A validation that
misses without a written reason fails the build. *Planted fault* is a deliberate error
in the model or the input and the number it gives: a check that cannot see one is worth
nothing.

**Of the parameters of brain, mind and therapy some are calibrated and most are
assumed.** What is checked of behaviour is that its direction is right and its size
plausible; published trials are shown beside the simulation without a verdict.
"""

Outcomes = Mapping[str, Counter[str]]
"""For each file, how many of its tests passed, failed, or were skipped."""


def number(value: float) -> str:
    """A number as people read it."""
    if math.isinf(value):
        return ""
    small = value != 0 and abs(value) < 0.01
    return (f"{value:.2g}" if small else f"{value:.4g}").replace("-", "\N{MINUS SIGN}")


def limits(check: Check) -> str:
    """The limits of a check in words."""
    low, high = number(check.low), number(check.high)
    if not low or not high:
        text = f"at most {high}" if high else f"at least {low}"
    else:
        text = low if low == high else f"{low} to {high}"
    return f"{text} {check.unit}".strip()


def cell(text: str) -> str:
    """Text that fits into a table."""
    return re.sub(r"\s+", " ", text).replace("|", r"\|").replace("*", r"\*").strip()


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Markdown table."""
    header = list(header)
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def check_row(check: Check) -> list[str]:
    """Line of one check."""
    value = f"{number(check.value)} {check.unit}".strip()
    faults = "; ".join(f"{what}: {number(got)}" for what, got in check.faults)
    return [
        cell(check.name),
        limits(check),
        value + (f" ({cell(check.note)})" if check.note else ""),
        "met" if check.met else "**missed**",
        cell(faults),
        cell(check.source),
    ]


def about(root: pathlib.Path, file: str) -> str:
    """First line of the docstring of a validation."""
    text = ast.get_docstring(ast.parse((root / file).read_text(encoding="utf-8")))
    first = (text or file).split("\n\n")[0]
    return " ".join(first.split()).removesuffix(".")


def tables(found: Iterable[Table]) -> Iterable[str]:
    """Tables without verdicts."""
    for one in found:
        rows = [[cell(text) for text in row] for row in one.rows]
        yield f"### {one.title}\n\n{one.words}\n\n{table(one.header, rows)}"


def section(root: pathlib.Path, file: str, gathered: Gathered) -> str:
    """One validation with all that it left."""
    own = lambda items: [item for item in items if item.file == file]
    checks: list[Check] = own(gathered.checks)
    figures: list[Figure] = own(gathered.figures)
    parts = [f"## {about(root, file)}", f"`{file}`"]
    if checks:
        header = ("check", "limit", "obtained", "verdict", "planted fault", "source")
        parts.append(table(header, map(check_row, checks)))
    parts += [
        f"Missed: {cell(check.name)}. {cell(check.missed)}"
        for check in checks
        if not check.met
    ]
    parts += tables(own(gathered.tables))
    parts += [f"![{one.caption}](figures/{one.name}.svg)" for one in figures]
    return "\n\n".join(part.strip() for part in parts)


def others(root: pathlib.Path, files: Iterable[str], outcomes: Outcomes) -> str:
    """Validations that assert without recording a number."""
    rows = [
        [
            cell(about(root, file)),
            f"`{file}`",
            str(outcomes[file].total()),
            "met" if not outcomes[file]["failed"] else "**failed**",
        ]
        for file in files
    ]
    header = ("validation", "file", "tests", "verdict")
    return "## Further validations\n\n" + table(header, rows)


def page(root: pathlib.Path, gathered: Gathered, outcomes: Outcomes) -> str:
    """The whole report."""
    items = (*gathered.checks, *gathered.tables, *gathered.figures)
    recorded = sorted({item.file for item in items})
    met = sum(check.met for check in gathered.checks)
    tests = sum(found.total() for found in outcomes.values())
    known = posterior()
    summary = (
        f"{len(gathered.checks)} numbers with limits: {met} met, "
        f"{len(gathered.checks) - met} missed. {tests} tests in all, "
        f"{sum(found['failed'] for found in outcomes.values())} failed. "
        f"Calibrated numbers are those of posterior {known.version if known else '-'}."
    )
    parts = ["# Validation", INTRODUCTION.strip(), summary]
    parts += [section(root, file, gathered).strip() for file in recorded]
    rest = [file for file in sorted(outcomes) if file not in recorded]
    if rest:
        parts.append(others(root, rest, outcomes).strip())
    return "\n\n".join(parts) + "\n"
