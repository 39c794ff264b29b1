"""What a result rests on: parameter records by kind and grade, choices, assumptions."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kapsim.evidence import (
    Counts,
    Discrepancy,
    Kind,
    Library,
    Parameter,
    Reading,
    Strength,
    bibtex,
    counts,
    library,
)
from kapsim.report.bibliography import data_uri, numbered
from kapsim.report.svg import join, picture, rectangle, text
from kapsim.trial.protocol import Protocol

_WIDTH, _BAR = 372.0, 18.0
_STATED = (Kind.PUBLISHED, Kind.DERIVED)
_READING = {
    Reading.PRIMARY: "read in the paper itself",
    Reading.SECONDARY: "read in a transcription",
    Reading.UNVERIFIED: "not looked up",
}


@dataclasses.dataclass(frozen=True)
class Part:
    """One part of a stacked bar."""

    label: str
    count: int
    style: str


def used_records(library: Library, provenance: Mapping[str, Any]) -> list[Parameter]:
    """Records that the run used; all of the library where the run does not say."""
    named = (provenance.get("evidence") or {}).get("records")
    if not named:
        return sorted(library.parameters.values(), key=lambda record: record.id)
    return [
        library.parameters[name] for name in sorted(named) if name in library.parameters
    ]


def assumed(records: list[Parameter]) -> list[Parameter]:
    """Records without evidence, in the order of their ids."""
    return [record for record in records if record.kind is Kind.ASSUMED]


def value_text(value: Any) -> str:
    """A record's value in short: a number, a list, or the size of a long table."""
    if not isinstance(value, list):
        return f"{value:g}"
    if len(value) <= 6 and not any(isinstance(part, list) for part in value):
        return ", ".join(f"{part:g}" for part in value)
    return f"table of {len(value)} rows"


def by_kind(found: Counts) -> list[Part]:
    """How many numbers are published, derived, calibrated and assumed."""
    return [
        Part(kind.value, count, f"kind-{kind.value}")
        for kind, count in found.kind.items()
    ]


def by_strength(records: Sequence[Parameter]) -> list[Part]:
    """What the numbers themselves rest on.

    An assumed number is an assumption, and a fitted one a fit, however strong the
    studies that give its direction or its prior.
    """
    found = Counter(
        Strength.E if record.kind is Kind.ASSUMED else record.strength
        for record in records
        if record.kind is not Kind.CALIBRATED
    )
    parts = [
        Part(f"{grade.value}: {grade.meaning}", found[grade], f"grade-{grade.value}")
        for grade in Strength
    ]
    fitted = len(records) - found.total()
    parts.insert(-1, Part("fitted to published results", fitted, "grade-fitted"))
    return parts


def by_reading(records: Sequence[Parameter]) -> list[Part]:
    """How many numbers were read in the paper, in a transcription, or by nobody.

    Fitted and assumed ones stand in no paper.
    """
    found = Counter(record.reading for record in records if record.kind in _STATED)
    parts = [
        Part(_READING[reading], found[reading], f"read-{reading.value}")
        for reading in Reading
    ]
    nowhere = len(records) - found.total()
    return [*parts, Part("fitted or assumed: stated nowhere", nowhere, "read-none")]


def stacked_bar(title: str, parts: list[Part]) -> Markup:
    """A bar divided by count, with every count written out below it."""
    total = sum(part.count for part in parts)
    parts = [part for part in parts if part.count]
    pieces: list[str] = [text(0.0, 13.0, title, class_="head")]
    x, y = 0.0, 52.0
    for part in parts:
        width = (_WIDTH - 2) * part.count / total
        bar = {"class_": f"part {part.style}"}
        pieces.append(rectangle(x, 22.0, max(width - 1.5, 1.0), _BAR, **bar))
        pieces.append(rectangle(0.0, y, 11.0, 11.0, **bar))
        share = 100 * part.count / total
        words = f"{part.label}: {part.count} ({share:.0f} %)"
        pieces.append(text(18.0, y + 10, words, class_="value"))
        x, y = x + width, y + 19
    said = "; ".join(f"{part.label}: {part.count}" for part in parts)
    return picture(_WIDTH, y + 2, title, said, join(pieces), class_="figure")


def bars(records: list[Parameter]) -> list[Markup]:
    """Bars by kind, by what the numbers rest on, and by who has read them."""
    if not records:
        return []
    return [
        stacked_bar("How the numbers came to be", by_kind(counts(records))),
        stacked_bar("What the numbers rest on", by_strength(records)),
        stacked_bar("Who has read them in the source", by_reading(records)),
    ]


def discrepancies(library: Library, records: list[Parameter]) -> list[Discrepancy]:
    """Disagreements on record about the sources that the numbers rest on."""
    cited = {key for record in records for key in record.sources}
    return [
        item for item in library.discrepancies.values() if cited & set(item.sources)
    ]


def changes(protocol: Protocol, library: Library) -> list[dict[str, Any]]:
    """Parameters that the protocol set otherwise than their records."""
    return [
        {
            "id": name,
            "meaning": library.parameters[name].meaning,
            "unit": library.parameters[name].unit,
            "recorded": value_text(library.parameters[name].value),
            "used": value_text(value),
        }
        for name, value in protocol.parameters.items()
    ]


def assumptions(records: list[Parameter]) -> list[dict[str, Any]]:
    """Rows of the table of records without evidence."""
    return [
        {
            "id": record.id,
            "meaning": record.meaning,
            "value": value_text(record.value),
            "unit": record.unit,
            "range": " to ".join(f"{end:g}" for end in record.range or ()),
            "reason": record.reason or "",
        }
        for record in assumed(records)
    ]


def rests_on(
    protocol: Protocol, provenance: Mapping[str, Any], cited: Iterable[str] = ()
) -> dict[str, Any]:
    """What the parts of a page on its basis and its sources show.

    Parameters
    ----------
    protocol
        What was simulated.
    provenance
        Content of provenance.json, with the records used and the library's digest.
    cited
        Keys of more sources that the page names.
    """
    known = library()
    records = used_records(known, provenance)
    references = numbered(known, records, protocol, cited)
    found = [ref.source for ref in references.values() if ref.source is not None]
    return {
        "count": len(records),
        "bars": bars(records),
        "assumed": assumptions(records),
        "changes": changes(protocol, known),
        "references": references,
        "bibtex": data_uri(bibtex(found), "application/x-bibtex"),
        "discrepancies": discrepancies(known, records),
        "changed": provenance.get("evidence", {}).get("library") != known.digest,
    }
