"""Rules that the shipped evidence obeys beyond what its schema can say."""

import ast
import math
import pathlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest

from kapsim.evidence import Kind, Library, Parameter, Source, Strength, library
from kapsim.evidence.schema import flatten

SRC = pathlib.Path(__file__).parents[2] / "src" / "kapsim"
# Records that no code reads: kept for the reader. Each says why.
REFERENCE_ONLY: dict[str, str] = {}

Rule = Callable[[Library], Iterator[str]]


def shared_dois(shelf: Library) -> Iterator[str]:
    """DOIs that stand in more than one source."""
    found = Counter(
        source.doi.lower() for source in shelf.sources.values() if source.doi
    )
    yield from (f"{doi} stands in {n} sources" for doi, n in found.items() if n > 1)


def unmarked_titles(shelf: Library) -> Iterator[str]:
    """Sources whose title is a description and whose note does not say so."""
    for source in shelf.sources.values():
        if source.title.startswith("[") and "not confirmed" not in (source.note or ""):
            yield f"{source.key}: a bracketed title needs 'Title not confirmed.'"


def doubts_without_doi(shelf: Library) -> Iterator[str]:
    """Sources that doubt a DOI which they do not give."""
    for source in shelf.sources.values():
        if not source.doi_confirmed and source.doi is None:
            yield f"{source.key}: doi_confirmed without a doi"


def misplaced_ranges(shelf: Library) -> Iterator[str]:
    """Ranges that do not contain the value, or leave the bounds."""
    for record in shelf.parameters.values():
        if record.range is None:
            continue
        low, high = record.range
        if not all(low <= number <= high for number in flatten(record.value)):
            yield f"{record.id}: value outside its range {record.range}"
        if not record.bounds[0] <= low <= high <= record.bounds[1]:
            yield f"{record.id}: range {record.range} leaves bounds {record.bounds}"


def backward_bounds(shelf: Library) -> Iterator[str]:
    """Bounds that hold no value; a single one is a number fixed by definition."""
    for record in shelf.parameters.values():
        if not record.bounds[0] <= record.bounds[1]:
            yield f"{record.id}: bounds {record.bounds} are empty"


def grades_without_evidence(shelf: Library) -> Iterator[str]:
    """Published or derived numbers that call themselves assumptions."""
    for record in shelf.parameters.values():
        grounded = record.kind in (Kind.PUBLISHED, Kind.DERIVED)
        if grounded and record.strength is Strength.E:
            yield f"{record.id}: {record.kind.value} and strength E exclude each other"


def impossible_spreads(shelf: Library) -> Iterator[str]:
    """Spreads whose distribution cannot hold the typical value."""
    supports: dict[str, Callable[[float], bool]] = {
        "normal": math.isfinite,
        "lognormal": lambda value: value > 0,
        "logitnormal": lambda value: 0 < value < 1,
    }
    for record in shelf.parameters.values():
        if record.between is None:
            continue
        if not all(map(supports[record.between.distribution], flatten(record.value))):
            yield f"{record.id}: value cannot be {record.between.distribution}"


RULES: tuple[Rule, ...] = (
    shared_dois,
    unmarked_titles,
    doubts_without_doi,
    misplaced_ranges,
    backward_bounds,
    grades_without_evidence,
    impossible_spreads,
)


def looked_up(text: str) -> Iterator[re.Pattern[str]]:
    """Patterns of the record ids that a source text names, whole or by parts."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", node.value):
                yield re.compile(re.escape(node.value))
        if isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r".+"
                for part in node.values
            ]
            if re.match(r"[a-z]+\\\.", parts[0]):
                yield re.compile("".join(parts))


def unread(record_ids: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Record ids that no source text names."""
    patterns = {pattern for text in texts for pattern in looked_up(text)}
    return [
        name
        for name in record_ids
        if not any(pattern.fullmatch(name) for pattern in patterns)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_shipped_records_obey(rule: Rule) -> None:
    assert not list(rule(library()))


def test_every_record_is_read_by_the_code() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SRC.rglob("*.py")]
    assert len(texts) > 20
    assert set(unread(library().parameters, texts)) == set(REFERENCE_ONLY)


def test_there_are_records_to_judge() -> None:
    assert len(library().parameters) > 100
    assert len(library().sources) > 100


RECORD = Parameter.model_validate(
    {
        "id": "drug.x",
        "symbol": "x",
        "meaning": "planted",
        "value": 1.0,
        "unit": "h",
        "bounds": [0, 10],
        "kind": "assumed",
        "strength": "E",
        "reading": "unverified",
        "range": [0.5, 2],
        "reason": "planted",
    }
)
SOURCE = Source.model_validate(
    {
        "key": "a_2000",
        "kind": "theory",
        "authors": ["A, B."],
        "year": 2000,
        "title": "T",
        "doi": "10.1000/a",
    }
)


def shelf_of(*records: Parameter, sources: tuple[Source, ...] = ()) -> Library:
    """A library of planted records."""
    return Library(
        {source.key: source for source in sources},
        {record.id: record for record in records},
        {},
        "",
    )


PLANTED: dict[Rule, Library] = {
    shared_dois: shelf_of(
        sources=(SOURCE, SOURCE.model_copy(update={"key": "b", "doi": "10.1000/A"}))
    ),
    unmarked_titles: shelf_of(
        sources=(SOURCE.model_copy(update={"title": "[A trial]"}),)
    ),
    doubts_without_doi: shelf_of(
        sources=(SOURCE.model_copy(update={"doi": None, "doi_confirmed": False}),)
    ),
    misplaced_ranges: shelf_of(RECORD.model_copy(update={"range": (2.0, 3.0)})),
    backward_bounds: shelf_of(RECORD.model_copy(update={"bounds": (10.0, 0.0)})),
    grades_without_evidence: shelf_of(
        RECORD.model_copy(update={"kind": Kind.PUBLISHED})
    ),
    impossible_spreads: shelf_of(
        Parameter.model_validate(
            RECORD.model_dump()
            | {
                "between": {
                    "distribution": "logitnormal",
                    "sd": 1.0,
                    "kind": "assumed",
                    "reason": "planted",
                }
            }
        )
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_finds_a_planted_breach(
    rule: Rule,
) -> None:
    assert not list(rule(shelf_of(RECORD, sources=(SOURCE,))))
    assert list(rule(PLANTED[rule]))


def test_a_range_beyond_the_bounds_is_found() -> None:
    wide = RECORD.model_copy(update={"range": (0.5, 20.0)})
    assert list(misplaced_ranges(shelf_of(wide)))


def test_a_record_that_nothing_reads_is_found() -> None:
    text = 'a = param("drug.x.used")\nb = f"trial.rules.{scale}.{part}"\nc = f"{a}.b"\n'
    names = ["drug.x.used", "drug.x.unread", "trial.rules.madrs.low", "mind.b"]
    assert unread(names, [text]) == ["drug.x.unread", "mind.b"]
