"""Where the literature disagrees with itself or with its own equations."""

import pathlib

from kapsim.evidence import Discrepancy, library
from kapsim.report.credibility.markdown import cell, page
from scripts.pages.records import citations

INTRODUCTION = """\
A published table and the equations published with it do not always agree, and two
papers may report different numbers for one thing. Each such case that kapsim met is a
record: what was published, what was obtained, and what was chosen.
"""


def section(record: Discrepancy) -> str:
    """One discrepancy."""
    ratio = record.ratio
    if isinstance(ratio, list):
        shown = ", ".join(f"{number:g}" for number in ratio)
    else:
        shown = "" if ratio is None else f"{ratio:g}"
    lines = [
        f"## {cell(record.about)} {{ #{record.id} }}",
        f"- Sources: {citations(record.sources, '../')}",
        f"- Published: {cell(record.published)}",
        f"- Obtained: {cell(record.obtained)}" + (f" (ratio {shown})" if shown else ""),
        f"- Why: {cell(record.reason)}",
        f"- Choice: {cell(record.choice)}",
    ]
    return lines[0] + "\n\n" + "\n".join(lines[1:])


def pages(root: pathlib.Path) -> dict[str, str]:
    """All discrepancy records."""
    del root
    found = library().discrepancies
    parts = [section(found[name]) for name in sorted(found)]
    return {"evidence/discrepancies.md": page("Discrepancies", INTRODUCTION, *parts)}
