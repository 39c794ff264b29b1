"""What rests on evidence and what does not, counted from the records."""

import pathlib
from collections import Counter

from kapsim.evidence import Kind, Reading, Strength, library
from kapsim.evidence.coverage import Counts, assumed, counts, counts_by_room
from kapsim.report.credibility.markdown import cell, page, table
from scripts.pages.records import amount

COVERAGE = """\
Counted from the records at the time of this build. A record may hold one number or a
table of numbers; each counts once.
"""

STATUS = """\
Numbers of the kinetics, of potency and of the rating scales are taken from publications
where there are any. The numbers that decide how large and how lasting an effect on
depression is (the plasticity window, learning, expectancy, therapy, life) are of two
kinds. **Calibrated** ones were [fitted together](calibration.md) to published trials;
what ships is a posterior, and runs draw from it. **Assumed** ones were not fitted: each
has a range and a reason, and [some matter](../how-to/sensitivity.md).

What follows from that:

- Agreement with the trials that were fitted is no test. How far the model foretells
  others is in the [credibility report](../validation/index.md), misses included.
- The wider intervals of a run hold people, parameters and how far studies lie off the
  model. They hold nothing of what every draw has in common: the equations, and what is
  assumed.
- Published trial averages cannot tell all [rival explanations](rivals.md) apart. Which
  of the hypotheses is switched on is a choice of the protocol and is printed in every
  report.
- Findings on whether drug and therapy do more together than apart are few and mixed.
"""


def kinds(room: str, found: Counts) -> list[str]:
    """Line of one room: how many records are of each kind."""
    return [room, *(str(found.kind[kind]) for kind in Kind), str(found.records)]


def by_kind() -> str:
    """Records by room and kind."""
    rows = [kinds(room, found) for room, found in counts_by_room(library()).items()]
    rows.append(kinds("all", counts(library().parameters.values())))
    return table(["room", *(kind.value for kind in Kind), "all"], rows)


def by_grade() -> str:
    """Records by strength and reading."""
    found = Counter((r.strength, r.reading) for r in library().parameters.values())
    rows = [
        [f"{strength.value}: {strength.meaning}"]
        + [str(found[strength, reading]) for reading in Reading]
        for strength in Strength
    ]
    return table(["strength", *(reading.value for reading in Reading)], rows)


def assumptions() -> str:
    """Assumed records with their ranges and reasons."""
    rows = [
        [
            f"[{cell(record.meaning)}](../evidence/parameters.md#{record.id})",
            cell(amount(record)),
            f"{record.range[0]:g} to {record.range[1]:g}" if record.range else "",
            cell(record.reason),
        ]
        for record in assumed(library())
    ]
    return table(["parameter", "value", "range", "why this value"], rows)


def pages(root: pathlib.Path) -> dict[str, str]:
    """The counts, and the list of what is assumed."""
    del root
    return {
        "evidence/coverage.md": page(
            "Evidence coverage",
            COVERAGE,
            "## By kind",
            by_kind(),
            "## By grade",
            by_grade(),
        ),
        "evidence/status.md": page(
            "What is not yet calibrated",
            STATUS,
            "## By kind",
            by_kind(),
            "## Assumed numbers",
            assumptions(),
        ),
    }
