"""Provenance: the same content has the same hash, and nothing foreign gets in."""

import json
import math
from pathlib import Path

import pytest

from kapsim.engine import provenance as module
from kapsim.engine.provenance import (
    canonical_json,
    content_hash,
    evidence_summary,
    peak_memory_mb,
    provenance,
    write_json,
)
from kapsim.evidence import EvidenceError, library

REQUEST = {"schema": 1, "verb": "run", "seed": 2**64 - 1, "protocol": {"arms": ["ü"]}}


def test_canonical_json_by_hand() -> None:
    assert (
        canonical_json({"b": [1, 2.5, None], "a": "ü"}) == '{"a":"ü","b":[1,2.5,null]}'
    )


def test_hash_ignores_order_and_nothing_else() -> None:
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 1.0})
    assert content_hash([1, 2]) != content_hash([2, 1])
    # SHA-256 of the two bytes {}
    published = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert content_hash({}) == published


def test_what_is_not_plain_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"x": math.nan})
    with pytest.raises(TypeError, match="not JSON serializable"):
        canonical_json({"x": Path()})


def made(ids: list[str]) -> dict[str, object]:
    return provenance(
        REQUEST,
        record_ids=ids,
        outcomes={"ketamine": {"OK": 9, "NON_FINITE": 1}},
        patients=10,
        wall_s=2.0,
        workers=1,
    )


def test_provenance_says_what_made_a_result() -> None:
    got = made([])
    assert json.loads(canonical_json(got)) == got
    assert got["request_sha256"] == content_hash(REQUEST)
    assert got["seed"] == REQUEST["seed"]
    assert got["outcomes"] == {"ketamine": {"OK": 9, "NON_FINITE": 1}}
    resources = got["resources"]
    assert isinstance(resources, dict)
    assert resources["patients_per_s"] == 5.0
    assert resources["peak_memory_mb"] > 10


def test_evidence_is_counted_once_per_record() -> None:
    ids = list(library().parameters)[:7]
    got = evidence_summary([*ids, *ids])
    assert got["records"] == sorted(ids)
    assert got["library"] == library().digest
    for field in ("by_kind", "by_strength", "by_reading"):
        assert sum(got[field].values()) == len(ids)
    with pytest.raises(EvidenceError, match="no parameter record 'no_such'"):
        evidence_summary(["no_such"])


def test_workers_count_towards_the_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        ru_maxrss = 2**20  # 1 GiB in KiB

    monkeypatch.setattr(module.resource, "getrusage", lambda who: Usage)
    monkeypatch.setattr(module.sys, "platform", "linux")
    assert peak_memory_mb(1) == 1024
    assert peak_memory_mb(3) == 4 * 1024


def test_written_json_is_readable(tmp_path: Path) -> None:
    write_json(tmp_path / "request.json", REQUEST)
    text = (tmp_path / "request.json").read_text(encoding="utf-8")
    assert json.loads(text) == REQUEST
    assert text.startswith('{\n  "schema": 1')
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "bad.json", {"x": math.inf})
    assert not (tmp_path / "bad.json").exists()
