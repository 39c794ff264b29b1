"""Loading: what is refused, and that the message says where and what to do."""

import json
import pathlib
from typing import Any

import pytest
import yaml

from kapsim.evidence import EvidenceError, library, load
from kapsim.units import KapsimError

SOURCE: dict[str, Any] = {
    "id": "somebody_2000",
    "type": "document",
    "genre": "theory",
    "author": [{"family": "Somebody", "given": "A."}],
    "issued": {"date-parts": [[2000]]},
    "title": "A theory",
}
RECORD: dict[str, Any] = {
    "id": "drug.a",
    "symbol": "a",
    "meaning": "a number",
    "value": 1.0,
    "unit": "h",
    "bounds": [0, 10],
    "kind": "published",
    "strength": "B",
    "reading": "primary",
    "sources": ["somebody_2000"],
    "locator": "Table 1",
}
DISCREPANCY: dict[str, Any] = {
    "id": "drug.dispute",
    "about": "a",
    "sources": ["somebody_2000"],
    "published": "1",
    "obtained": "2",
    "reason": "unknown",
    "choice": "1",
}


def spread(sd: float, **covariance: float) -> dict[str, Any]:
    """A published log-normal spread; `drug_b` in a name stands for `drug.b`."""
    named = {name.replace("_", "."): value for name, value in covariance.items()}
    shape = {"distribution": "lognormal", "sd": sd, "kind": "published"}
    return shape | {"covariance": named}


def shelf(
    root: pathlib.Path,
    *records: dict[str, Any],
    sources: tuple[dict[str, Any], ...] = (SOURCE,),
    discrepancies: tuple[dict[str, Any], ...] = (),
) -> pathlib.Path:
    """A library folder with these records."""
    contents = {"parameters": list(records), "discrepancies": list(discrepancies)}
    for folder, entries in contents.items():
        (root / folder).mkdir()
        (root / folder / "core.yaml").write_text(yaml.safe_dump(entries))
    (root / "sources").mkdir()
    (root / "sources" / "core.json").write_text(json.dumps(sources))
    return root


def refusal(root: pathlib.Path) -> str:
    """What loading the folder is refused with."""
    with pytest.raises(EvidenceError) as caught:
        load(root)
    return str(caught.value)


def test_a_sound_library_loads(tmp_path: pathlib.Path) -> None:
    got = load(shelf(tmp_path, RECORD, discrepancies=(DISCREPANCY,)))
    assert got.parameter("drug.a").value == 1.0
    assert got.source("somebody_2000").year == 2000
    assert set(got.discrepancies) == {"drug.dispute"}


def test_the_digest_follows_every_character(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = load(shelf(tmp_path / "a", RECORD)).digest
    other = load(shelf(tmp_path / "b", RECORD | {"value": 1.5})).digest
    assert len(first) == 64
    assert first != other


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sources": []}, "record drug.a: a published number needs a source"),
        ({"unit": "stone"}, "'stone' is not a unit that kapsim knows"),
        ({"value": 11.0}, "record drug.a: value 11 is outside its bounds [0, 10]"),
        ({"reading": "unverified"}, "say kind: assumed"),
        ({"kind": "assumed"}, "an assumed number needs a range and a reason"),
        ({"wrong": 1}, "record drug.a: wrong: Extra inputs are not permitted, got 1"),
    ],
)
def test_a_malformed_record_is_named_with_its_file(
    tmp_path: pathlib.Path, change: dict[str, Any], said: str
) -> None:
    told = refusal(shelf(tmp_path, RECORD | change))
    assert told.startswith("parameters/core.yaml, record drug.a: ")
    assert said in told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"issued": {"date-parts": [["MM"]]}}, "year: Input should be a valid integer"),
        ({"issued": {"raw": "2000"}}, "got {'raw': '2000'}"),
        ({"author": [{"name": "Somebody"}]}, "got {'name': 'Somebody'}"),
        ({"author": []}, "authors: List should have at least 1 item"),
        ({"ISSN": "0"}, "ISSN: Extra inputs are not permitted, got '0'"),
        ({"author": "Somebody"}, "authors: Input should be a valid list"),
        ({"custom": 1}, "custom: Extra inputs are not permitted, got 1"),
        ({"custom": {"mood": 1}}, "mood: Extra inputs are not permitted, got 1"),
    ],
)
def test_a_malformed_source_is_named_with_its_file(
    tmp_path: pathlib.Path, change: dict[str, Any], said: str
) -> None:
    told = refusal(shelf(tmp_path, RECORD, sources=(SOURCE | change,)))
    assert told.startswith("sources/core.json, record somebody_2000: ")
    assert said in told


def test_a_record_entered_twice(tmp_path: pathlib.Path) -> None:
    root = shelf(tmp_path, RECORD)
    (root / "parameters" / "more.yaml").write_text(yaml.safe_dump([RECORD]))
    assert refusal(root) == (
        "parameters/more.yaml, record drug.a: recorded twice, first in "
        "parameters/core.yaml. Remove one of them."
    )


def test_an_unresolved_source(tmp_path: pathlib.Path) -> None:
    lost = DISCREPANCY | {"sources": ["nobody_1999"]}
    told = refusal(
        shelf(tmp_path, RECORD | {"sources": ["anon_1900"]}, discrepancies=(lost,))
    )
    assert told == (
        "parameters/core.yaml, record drug.a: cites anon_1900, which is not recorded. "
        "Add it under sources/ or correct the key; discrepancies/core.yaml, record "
        "drug.dispute: cites nobody_1999, which is not recorded. Add it under sources/ "
        "or correct the key"
    )


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("parameters/a.yaml", "a: [1", "not readable as YAML"),
        (
            "parameters/a.yaml",
            "a: 1",
            "expected a list of records, each beginning with",
        ),
        ("parameters/a.yaml", "- 3\n", "expected a list of records"),
        (
            "parameters/a.yaml",
            "- !!python/object/apply:os.getcwd []\n",
            "not readable as YAML",
        ),
        ("sources/a.json", '[{"id": 1,}]', "not readable as JSON"),
        ("sources/a.json", "{}", "each beginning with { and closed by }"),
        ("sources/a.json", "[3]", "expected a list of records"),
    ],
)
def test_a_file_that_is_no_list_of_records(
    tmp_path: pathlib.Path, file: str, text: str, said: str
) -> None:
    root = shelf(tmp_path, RECORD)
    (root / file).write_text(text)
    told = refusal(root)
    assert told.startswith(f"{file}: ")
    assert said in told


def test_an_empty_file_holds_no_record(tmp_path: pathlib.Path) -> None:
    root = shelf(tmp_path, RECORD)
    (root / "parameters" / "empty.yaml").write_text("# nothing yet\n")
    assert set(load(root).parameters) == {"drug.a"}


def pair(first: dict[str, Any], second: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Records drug.a and drug.b with these spreads."""
    other = RECORD | {"id": "drug.b"} | ({"between": second} if second else {})
    return [RECORD | {"between": first}, other]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (
            [RECORD | {"between": spread(0.3, drug_lost=0.01)}],
            "covaries with drug.lost, which is not recorded",
        ),
        (
            pair(spread(0.3, drug_b=0.01), None),
            "covaries with drug.b, which has no spread",
        ),
        (pair(spread(0.3, drug_a=0.01), None), "covaries with itself"),
        (
            pair(spread(0.3, drug_b=0.06), spread(0.2)),
            "covariance 0.06 with drug.b is not positive definite",
        ),
        (
            pair(spread(0.3, drug_b=-0.07), spread(0.2)),
            "covariance -0.07 with drug.b is not positive definite",
        ),
        (
            pair(spread(0.3, drug_b=0.01), spread(0.2, drug_a=0.02)),
            "covariance with drug.b is 0.01 here and 0.02 there",
        ),
    ],
)
def test_a_covariance_that_cannot_be(
    tmp_path: pathlib.Path, records: list[dict[str, Any]], said: str
) -> None:
    told = refusal(shelf(tmp_path, *records))
    assert told.startswith("parameters/core.yaml, record drug.a: ")
    assert said in told


def test_pairs_that_are_sound_alone_can_be_impossible_together(
    tmp_path: pathlib.Path,
) -> None:
    # correlations 0.9, 0.9 and -0.9 among three: determinant 1 - 3 * 0.81 - 2 * 0.729
    a = RECORD | {"between": spread(1.0, drug_b=0.9, drug_c=0.9)}
    b = RECORD | {"id": "drug.b", "between": spread(1.0, drug_c=-0.9)}
    c = RECORD | {"id": "drug.c", "between": spread(1.0)}
    told = refusal(shelf(tmp_path, a, b, c))
    assert "among drug.a, drug.b, drug.c are not positive definite together" in told


def test_a_sound_covariance_may_be_stated_on_either_side_or_both(
    tmp_path: pathlib.Path,
) -> None:
    records = pair(spread(0.3, drug_b=0.05), spread(0.2, drug_a=0.05))
    assert len(load(shelf(tmp_path, *records)).parameters) == 2


def test_unknown_names_say_where_to_add_them() -> None:
    with pytest.raises(EvidenceError, match=r"no parameter record 'drug\.nothing'"):
        library().parameter("drug.nothing")
    with pytest.raises(EvidenceError, match=r"no source 'nobody_1'.*--sources"):
        library().source("nobody_1")


def test_an_evidence_error_is_the_readers_to_put_right() -> None:
    assert issubclass(EvidenceError, KapsimError)


def test_the_shipped_library_is_loaded_once() -> None:
    assert library() is library()
