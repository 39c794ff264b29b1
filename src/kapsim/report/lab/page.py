"""The page of the laboratory: all verdicts on top, then a section per experiment."""

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kapsim.engine.atomic import write_bytes
from kapsim.evidence import bibtex, library
from kapsim.lab.files import Finding
from kapsim.lab.verdict import Verdict, Word, overall
from kapsim.report.assets import asset, page_style, render_page
from kapsim.report.bibliography import Reference, data_uri, references
from kapsim.report.lab import words
from kapsim.report.lab.figure import figure_document, panel_pictures
from kapsim.report.leading import leading_assumptions

NAME = "lab.html"


@dataclasses.dataclass(frozen=True)
class Tally:
    """How many results of a topic, or of all, have each verdict."""

    name: str
    experiments: int
    met: int
    missed: int
    not_comparable: int

    @property
    def compared(self) -> int:
        """Results that could be compared."""
        return self.met + self.missed


def tally(name: str, verdicts: Sequence[Sequence[Verdict]]) -> Tally:
    """Count of the verdicts of several experiments."""
    found = [verdict.word for one in verdicts for verdict in one]
    counts = (found.count(word) for word in Word)
    return Tally(name, len(verdicts), *counts)


def topics(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by topic, in the order of topics and then of names."""
    grouped: dict[str, list[Finding]] = {topic: [] for topic in words.TOPICS}
    for finding in sorted(findings, key=lambda one: one.published.name):
        grouped[finding.published.topic].append(finding)
    return {topic: group for topic, group in grouped.items() if group}


def write_figures(directory: Path, findings: Iterable[Finding]) -> list[Path]:
    """Write NAME.svg of each experiment; raises `StoreError`."""
    written: list[Path] = []
    for finding in findings:
        path = directory / f"{finding.published.name}.svg"
        write_bytes(path, figure_document(finding.outcome.figure).encode())
        written.append(path)
    return written


def write_page(directory: Path, findings: Sequence[Finding]) -> Path:
    """Write lab.html, one file that needs no other; raises `StoreError`."""
    target = directory / NAME
    write_bytes(target, render_lab(findings).encode())
    return target


def render_lab(findings: Sequence[Finding]) -> str:
    """The page as one HTML document."""
    grouped = topics(findings)
    shelf = library()
    cited = {key for finding in findings for key in finding.published.sources}
    cited |= {v.result.source for finding in findings for v in finding.verdicts}
    numbered = references(shelf, cited)
    known = [ref.source for ref in numbered.values() if ref.source is not None]
    context = {
        "total": tally("all", [one.verdicts for one in findings]),
        "tallies": [
            tally(topic, [one.verdicts for one in group])
            for topic, group in grouped.items()
        ],
        "topics": {
            topic: [_section(one, numbered) for one in group]
            for topic, group in grouped.items()
        },
        "versions": sorted({_version(one) for one in findings}),
        "names": words.TOPICS,
        "bases": words.BASES,
        "references": numbered,
        "bibtex": data_uri(bibtex(known), "application/x-bibtex"),
        "leading": leading_assumptions(),
        "style": page_style() + Markup(asset("lab/lab.css")),
    }
    return render_page("lab/template.html", context)


def _version(finding: Finding) -> str:
    software = finding.provenance["software"]
    return f"{software['name']} {software['version']}"


def _section(finding: Finding, numbered: dict[str, Reference]) -> dict[str, Any]:
    known = finding.published
    compared = [v for v in finding.verdicts if v.word is not Word.NOT_COMPARABLE]
    return {
        "known": known,
        "word": overall(finding.verdicts).value,
        "met": sum(v.word is Word.MET for v in compared),
        "compared": len(compared),
        "missed": [v.result for v in compared if v.word is Word.MISSED],
        "rows": [_row(verdict) for verdict in finding.verdicts],
        "said": words.remarks(finding.verdicts),
        "panels": panel_pictures(finding.outcome.figure),
        "caption": finding.outcome.figure.caption,
        "others": {
            name: words.number(value)
            for name, value in finding.other_numbers.items()
            if value == value
        },
        "citations": [numbered[key] for key in known.sources],
        "patients": finding.patients,
        "seed": finding.request["seed"],
        "drugs": finding.request["drugs"],
        "command": words.command(finding.request),
    }


def _row(verdict: Verdict) -> dict[str, Any]:
    result = verdict.result
    return {
        "meaning": words.meaning(result),
        "published": words.published_value(result),
        "limits": words.limits(result),
        "obtained": words.obtained(verdict),
        "word": verdict.word.value,
        "basis": result.basis.value,
        "source": result.source,
    }
