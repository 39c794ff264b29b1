"""Counts against counting by hand."""

import json

import pytest

from kapsim.evidence import (
    EvidenceError,
    Kind,
    Library,
    Parameter,
    Source,
    Strength,
    assumed,
    counts,
    counts_by_room,
    library,
    sources_of,
    taken_from,
)


def record(name: str, kind: str, strength: str, sources: list[str]) -> Parameter:
    """A planted record."""
    return Parameter(
        id=name,
        symbol="x",
        meaning="planted",
        value=1.0,
        unit="1",
        bounds=(0, 2),
        kind=Kind(kind),
        strength=Strength(strength),
        reading="primary" if kind == "published" else "unverified",  # pyright: ignore[reportArgumentType]
        sources=sources,
        locator="Table 1",
        range=(0.5, 1.5),
        reason="planted",
    )


RECORDS = (
    record("drug.a", "published", "B", ["a_2000", "b_2001"]),
    record("drug.b", "assumed", "E", []),
    record("mind.c", "assumed", "D", ["b_2001"]),
)
SOURCES = {
    key: Source(key=key, kind="theory", authors=["A"], year=2000, title=key)  # pyright: ignore[reportArgumentType]
    for key in ("a_2000", "b_2001", "c_2002")
}
SHELF = Library(SOURCES, {item.id: item for item in RECORDS}, {}, "")


def test_counts() -> None:
    assert counts(RECORDS).as_data() == {
        "records": 3,
        "kind": {"published": 1, "derived": 0, "calibrated": 0, "assumed": 2},
        "strength": {"A": 0, "B": 1, "C": 0, "D": 1, "E": 1},
        "reading": {"primary": 1, "secondary": 0, "unverified": 2},
        "spread": {"published": 0, "derived": 0, "calibrated": 0, "assumed": 0},
    }


def test_counts_by_room() -> None:
    rooms = counts_by_room(SHELF)
    assert {room: found.records for room, found in rooms.items()} == {
        "drug": 2,
        "mind": 1,
    }


def test_assumed() -> None:
    assert [item.id for item in assumed(SHELF)] == ["drug.b", "mind.c"]


def test_sources_of_records_are_named_once() -> None:
    found = sources_of(SHELF, ["mind.c", "drug.a", "drug.b"])
    assert [source.key for source in found] == ["a_2000", "b_2001"]
    with pytest.raises(EvidenceError, match=r"no parameter record 'drug\.z'"):
        sources_of(SHELF, ["drug.z"])


def test_what_is_taken_from_a_source() -> None:
    assert [item.id for item in taken_from(SHELF, "b_2001")] == ["drug.a", "mind.c"]
    assert taken_from(SHELF, "c_2002") == []
    with pytest.raises(EvidenceError, match="no source 'z'"):
        taken_from(SHELF, "z")


def test_the_shipped_counts_add_up() -> None:
    rooms = counts_by_room(library())
    whole = counts(library().parameters.values())
    assert sum(found.records for found in rooms.values()) == whole.records
    for scale in (whole.kind, whole.strength, whole.reading):
        assert sum(scale.values()) == whole.records
    json.dumps(whole.as_data())
