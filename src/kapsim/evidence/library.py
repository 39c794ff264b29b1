"""Loading the shipped records, once, and refusing what is not grounded."""

import dataclasses
import functools
import hashlib
import importlib.resources
import json
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from kapsim.evidence.covariance import covariance_problems
from kapsim.evidence.csl import source_fields
from kapsim.evidence.errors import EvidenceError
from kapsim.evidence.parsed import parsed
from kapsim.evidence.schema import Discrepancy, Parameter, Record, Source

R = TypeVar("R", bound=Record)

_FOLDERS = ("sources", "parameters", "discrepancies")
_CSL = ".json"  # a list of sources as CSL-JSON


@dataclasses.dataclass(frozen=True)
class Library:
    """All sources, parameter records and discrepancies, by key.

    Attributes
    ----------
    digest
        SHA-256 of the texts of all records: it changes whenever one of them does.
    """

    sources: dict[str, Source]
    parameters: dict[str, Parameter]
    discrepancies: dict[str, Discrepancy]
    digest: str

    def parameter(self, record_id: str) -> Parameter:
        """Record of a number; raises `EvidenceError` if there is none."""
        if record_id not in self.parameters:
            raise EvidenceError(
                f"no parameter record {record_id!r}. A number enters kapsim only with "
                "a record: add it under src/kapsim/evidence/library/parameters/."
            )
        return self.parameters[record_id]

    def source(self, key: str) -> Source:
        """Source by key; raises `EvidenceError` if there is none."""
        if key not in self.sources:
            raise EvidenceError(
                f"no source {key!r}. `kapsim evidence --sources` lists the keys; a new "
                "one is added under src/kapsim/evidence/library/sources/, as CSL-JSON."
            )
        return self.sources[key]


@dataclasses.dataclass(frozen=True)
class Document:
    """A file of records: its name below the library's folder, and its text."""

    name: str
    text: str


def documents(root: Traversable, folder: str) -> Iterator[Document]:
    """Files of records in a folder of the library, by name."""
    place = root / folder
    if not place.is_dir():
        return
    for entry in sorted(place.iterdir(), key=lambda item: item.name):
        if entry.name.endswith((".yaml", _CSL)):
            yield Document(f"{folder}/{entry.name}", entry.read_text(encoding="utf-8"))


def _parse(document: Document) -> list[dict[str, Any]]:
    is_csl = document.name.endswith(_CSL)
    entries = _read_json(document) if is_csl else _read_yaml(document)
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        begin = "{ and closed by }" if is_csl else "'- '"
        raise EvidenceError(
            f"{document.name}: expected a list of records, each beginning with {begin}"
        )
    return [source_fields(entry) for entry in entries] if is_csl else entries


def _read_yaml(document: Document) -> Any:
    try:
        entries = parsed(document.name, document.text)
    except yaml.YAMLError as error:
        told = " ".join(str(error).split())
        raise EvidenceError(
            f"{document.name}: not readable as YAML ({told})"
        ) from error
    return [] if entries is None else entries


def _read_json(document: Document) -> Any:
    try:
        return json.loads(document.text)
    except json.JSONDecodeError as error:
        raise EvidenceError(
            f"{document.name}: not readable as JSON ({error})"
        ) from error


def index_records(
    files: list[Document], model: type[R], key: str
) -> tuple[dict[str, R], dict[str, str]]:
    """Records by name, and the document that each stands in."""
    index: dict[str, R] = {}
    place: dict[str, str] = {}
    for document in files:
        for entry in _parse(document):
            name = str(entry.get(key, "without " + key))
            try:
                index_name = getattr(record := model.model_validate(entry), key)
            except ValidationError as error:
                told = _told(error)
                raise EvidenceError(
                    f"{document.name}, record {name}: {told}"
                ) from error
            if index_name in index:
                raise EvidenceError(
                    f"{document.name}, record {name}: recorded twice, first in "
                    f"{place[name]}. Remove one of them."
                )
            index[index_name], place[index_name] = record, document.name
    return index, place


def _told(error: ValidationError) -> str:
    """All that is wrong with one record, in one line."""
    parts = []
    for problem in error.errors(include_url=False):
        where = ".".join(str(step) for step in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        given = f", got {problem['input']!r}" if where and where != "between" else ""
        parts.append(f"{where}: {message}{given}" if where else message)
    return "; ".join(parts)


def _unresolved(
    records: dict[str, Parameter] | dict[str, Discrepancy],
    sources: dict[str, Source],
    place: dict[str, str],
) -> Iterator[str]:
    for name, record in records.items():
        for key in record.sources:
            if key not in sources:
                yield (
                    f"{place[name]}, record {name}: cites {key}, which is not "
                    "recorded. Add it under sources/ or correct the key"
                )


def load(root: Traversable) -> Library:
    """Library read from a folder with sources/, parameters/ and discrepancies/.

    Raises
    ------
    EvidenceError
        If a record is malformed, entered twice, or names a source or a record that is
        not there. The message names file and record and says what to do.
    """
    files = {folder: list(documents(root, folder)) for folder in _FOLDERS}
    sources, _ = index_records(files["sources"], Source, "key")
    parameters, place = index_records(files["parameters"], Parameter, "id")
    discrepancies, other_place = index_records(
        files["discrepancies"], Discrepancy, "id"
    )
    problems = [
        *_unresolved(parameters, sources, place),
        *_unresolved(discrepancies, sources, other_place),
        *(
            f"{place[name]}, record {name}: {told}"
            for name, told in covariance_problems(parameters)
        ),
    ]
    if problems:
        raise EvidenceError("; ".join(problems))
    text = "".join(file.text for folder in _FOLDERS for file in files[folder])
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Library(sources, parameters, discrepancies, digest)


@functools.cache
def library() -> Library:
    """The library that ships with kapsim, loaded at first use."""
    return load(importlib.resources.files("kapsim.evidence") / "library")
