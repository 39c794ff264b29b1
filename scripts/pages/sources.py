"""The bibliography: every source that the library can cite."""

import pathlib
from collections import defaultdict

from kapsim.evidence import Source, library
from kapsim.evidence.coverage import taken_from
from kapsim.report.credibility.markdown import cell, page
from scripts.pages.markdown import anchor

INTRODUCTION = """\
Every source in the library, by kind. A title in square brackets is a description, where
the printed title was not seen. Identifiers marked *not confirmed* come from memory or
from somebody's transcription and have not been looked up. All of them to take along:
[BibTeX](sources.bib), [CSL-JSON](sources.json).
"""


def entry(source: Source) -> str:
    """One reference with what it is cited for."""
    where = ", ".join(
        cell(part)
        for part in (source.container, source.volume, source.pages)
        if part is not None
    )
    text = f"- {anchor(source.key)}{cell(', '.join(source.authors))} ({source.year}). "
    text += f"{cell(source.title).rstrip('.')}. " + (f"{where}. " if where else "")
    if source.doi:
        mark = "" if source.doi_confirmed else " (*not confirmed*)"
        text += f"doi:{source.doi}{mark}. "
    used = len(taken_from(library(), source.key))
    text += f"Key `{source.key}`"
    return text + (f"; {used} records." if used else ".")


def pages(root: pathlib.Path) -> dict[str, str]:
    """All sources, by kind and then by key."""
    del root
    kinds: dict[str, list[str]] = defaultdict(list)
    for key in sorted(library().sources):
        source = library().sources[key]
        kinds[source.kind].append(entry(source))
    parts = [
        f"## {kind.capitalize()}\n\n" + "\n".join(kinds[kind]) for kind in sorted(kinds)
    ]
    return {"evidence/sources.md": page("Sources", INTRODUCTION, *parts)}
