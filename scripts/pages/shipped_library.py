"""What the shipped library holds, counted, and its sources as files to take along."""

import pathlib
from collections import Counter
from collections.abc import Sequence

from kapsim.evidence import Claim, Strength, bibtex, csl_json, knowledge, library
from kapsim.report.credibility.markdown import page, table
from scripts.pages.claims import GRADES, by_step

INTRODUCTION = """\
kapsim answers [questions](../how-to/ask.md) from a library that ships with it: claims
in our own words, each with the sources for it and against it; concepts and portraits
that lead to them; and the sources. Counted when these pages were built.
"""

PARTS = """\
- [Claims](claims.md), from the molecule to therapy
- [Concepts](concepts/index.md)
- [Portraits](portraits/index.md)
- [Sources](../evidence/sources.md), to take along as
  [BibTeX](../evidence/sources.bib) or [CSL-JSON](../evidence/sources.json)
"""

READING = f"""\
A claim is contested where a source speaks against it; both sides stand with it.
Strength: {GRADES}.

[Your own documents](../how-to/library.md) can be added on your machine; answers then
quote them word for word.
"""


def row(name: str, claims: Sequence[Claim]) -> list[str]:
    """Line of one step: how many claims, contested ones and of each strength."""
    strengths = Counter(claim.strength for claim in claims)
    counts = [len(claims), sum(claim.contested for claim in claims)]
    counts += [strengths[one] for one in Strength]
    return [name, *map(str, counts)]


def overview() -> str:
    """The counts by step."""
    found = knowledge()
    rows = [
        row(f"[{step.heading}](claims.md#{step.value})", claims)
        for step, claims in by_step(found.claims.values())
    ]
    rows.append(row("All", list(found.claims.values())))
    head = ["step", "claims", "contested", *(one.value for one in Strength)]
    counts = (
        f"{len(found.claims)} claims, {len(found.concepts)} concepts, "
        f"{len(found.portraits)} portraits, {len(library().sources)} sources."
    )
    parts = (INTRODUCTION, PARTS, counts, table(head, rows), READING)
    return page("Library", *parts)


def pages(root: pathlib.Path) -> dict[str, str]:
    """The overview, and all sources as BibTeX and as CSL-JSON, by key."""
    del root
    sources = [source for _, source in sorted(library().sources.items())]
    return {
        "library/index.md": overview(),
        "evidence/sources.bib": bibtex(sources),
        "evidence/sources.json": csl_json(sources),
    }
