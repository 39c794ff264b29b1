"""The page with every parameter record."""

import pathlib

from kapsim.evidence import library
from kapsim.evidence.coverage import counts_by_room
from kapsim.report.credibility.markdown import page, table
from scripts.pages.markdown import anchor
from scripts.pages.records import HEADER, of_room, row

INTRODUCTION = """\
Every number in the model, with where it is from. Kinds: **published** (read at the
place named), **derived** (computed from published numbers by the formula given),
**calibrated** (fitted, with the calibration named), **assumed** (no evidence: a range
and a reason). Strength: A randomised study in people, B other study in people, C study
in animals, D theory or analogy, E assumption. Reading: primary (read in the paper),
secondary (read in somebody's transcription), unverified.
"""


def pages(root: pathlib.Path) -> dict[str, str]:
    """All records, room by room."""
    del root
    parts = []
    for room in counts_by_room(library()):
        rows = []
        for record in of_room(room):
            first, *rest = row(record, "../")
            rows.append([anchor(record.id) + first, *rest])
        parts.append(f"## {room}\n\n{table(HEADER, rows)}")
    return {"evidence/parameters.md": page("Parameters", INTRODUCTION, *parts)}
