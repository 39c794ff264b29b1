"""What made a result: plain JSON that says software, request, evidence and cost.

Canonical JSON (sorted keys, no spaces, no NaN) makes equal content equal bytes, so a
hash of it names a request, a chunk or a cache entry.
"""

import collections
import hashlib
import json
import resource
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import kapsim
from kapsim.engine import platform
from kapsim.engine.atomic import write_bytes
from kapsim.engine.sources import sources_digest
from kapsim.evidence import library

SCHEMA = 1


def canonical_json(content: Any) -> str:
    """JSON text that is the same for the same content.

    Raises
    ------
    TypeError
        If something in it is not plain JSON data.
    ValueError
        If a number is infinite or not a number.
    """
    return json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def content_hash(content: Any) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of plain data."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def fingerprint() -> dict[str, str]:
    """What a part of a result depends on beside its request."""
    own = {"kapsim": kapsim.__version__, "sources": sources_digest()}
    return own | {"evidence": library().digest} | platform.software()


def evidence_summary(record_ids: Iterable[str]) -> dict[str, Any]:
    """Records that a result rests on: ids, counts by grade, digest of the library.

    Raises
    ------
    EvidenceError
        If an id has no record.
    """
    ids = sorted(set(record_ids))
    records = [library().parameter(record_id) for record_id in ids]

    def counts(field: str) -> dict[str, int]:
        found = collections.Counter(getattr(record, field).value for record in records)
        return dict(sorted(found.items()))

    return {
        "library": library().digest,
        "records": ids,
        "by_kind": counts("kind"),
        "by_strength": counts("strength"),
        "by_reading": counts("reading"),
    }


def peak_memory_mb(workers: int) -> float:
    """Upper estimate of the peak resident memory of this process and its workers [MB].

    The system keeps the peak of the largest ended child only, so that one is counted
    for each worker.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 2**10
    return (own + (workers * child if workers > 1 else 0)) * unit / 2**20


def provenance(
    request: Mapping[str, Any],
    *,
    record_ids: Iterable[str],
    outcomes: Mapping[str, Mapping[str, int]],
    patients: int,
    wall_s: float,
    workers: int,
) -> dict[str, Any]:
    """Provenance of a run.

    Parameters
    ----------
    request
        The resolved request, drawn seed included, as plain JSON data.
    record_ids
        Evidence records that were used.
    outcomes
        Number of patients by result code, for each arm.
    patients
        Number of patients simulated.
    wall_s
        Time taken [s].
    workers
        Number of processes.
    """
    return {
        "schema": SCHEMA,
        "software": {
            "name": "kapsim",
            "version": kapsim.__version__,
            "sources": sources_digest(),
        },
        "request_sha256": content_hash(request),
        "seed": request["seed"],
        "environment": platform.describe(),
        "evidence": evidence_summary(record_ids),
        "resources": {
            "wall_s": round(wall_s, 3),
            "patients_per_s": round(patients / max(wall_s, 1e-9), 1),
            "peak_memory_mb": round(peak_memory_mb(workers), 1),
            "workers": workers,
        },
        "outcomes": {arm: dict(codes) for arm, codes in outcomes.items()},
    }


def write_json(path: Path, content: Any) -> None:
    """Write plain data as readable JSON, atomically; raises `StoreError`."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())
