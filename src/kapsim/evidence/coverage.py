"""How much of the model rests on what: counts, assumptions, sources used."""

import dataclasses
from collections import Counter
from collections.abc import Iterable

from kapsim.evidence.library import Library
from kapsim.evidence.schema import (
    Discrepancy,
    Kind,
    Parameter,
    Reading,
    Source,
    Strength,
)


@dataclasses.dataclass(frozen=True)
class Counts:
    """Number of records, by how they came to be, how strong they are, who read them.

    Attributes
    ----------
    records
        All of them; each breakdown adds up to it.
    kind, strength, reading
        Every member of the scale, also where its count is zero.
    spread
        Between-person spreads by kind; a record has one or none.
    """

    records: int
    kind: dict[Kind, int]
    strength: dict[Strength, int]
    reading: dict[Reading, int]
    spread: dict[Kind, int]

    def as_data(self) -> dict[str, int | dict[str, int]]:
        """Plain numbers under plain names, for JSON."""
        return {
            "records": self.records,
            "kind": {kind.value: n for kind, n in self.kind.items()},
            "strength": {grade.value: n for grade, n in self.strength.items()},
            "reading": {reading.value: n for reading, n in self.reading.items()},
            "spread": {kind.value: n for kind, n in self.spread.items()},
        }


def counts(records: Iterable[Parameter]) -> Counts:
    """Counts over these records."""
    listed = list(records)
    kind = Counter(record.kind for record in listed)
    strength = Counter(record.strength for record in listed)
    reading = Counter(record.reading for record in listed)
    spread = Counter(record.between.kind for record in listed if record.between)
    return Counts(
        records=len(listed),
        kind={member: kind[member] for member in Kind},
        strength={member: strength[member] for member in Strength},
        reading={member: reading[member] for member in Reading},
        spread={member: spread[member] for member in Kind},
    )


def counts_by_room(library: Library) -> dict[str, Counts]:
    """Counts per room, the first part of a record's id, in alphabetical order."""
    rooms: dict[str, list[Parameter]] = {}
    for record in library.parameters.values():
        rooms.setdefault(record.id.partition(".")[0], []).append(record)
    return {room: counts(rooms[room]) for room in sorted(rooms)}


def assumed(library: Library) -> list[Parameter]:
    """Records without evidence, by id."""
    return sorted(
        (r for r in library.parameters.values() if r.kind is Kind.ASSUMED),
        key=lambda record: record.id,
    )


def sources_of(library: Library, record_ids: Iterable[str]) -> list[Source]:
    """Sources that these parameter records cite, each once, by key.

    Raises
    ------
    EvidenceError
        If there is no record of one of the ids.
    """
    keys = {key for name in record_ids for key in library.parameter(name).sources}
    return [library.source(key) for key in sorted(keys)]


def taken_from(library: Library, key: str) -> list[Parameter | Discrepancy]:
    """Parameter records and discrepancies that cite a source, by id.

    Raises
    ------
    EvidenceError
        If there is no source `key`.
    """
    library.source(key)
    citing = (*library.parameters.values(), *library.discrepancies.values())
    return sorted((r for r in citing if key in r.sources), key=lambda record: record.id)
