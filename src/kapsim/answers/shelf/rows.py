"""Documents and passages as rows of the database, and back.

The number of a passage's row is made from its document's text and its place in it, so
that hits of equal score come in the same order whatever was added first.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from kapsim.answers.documents import Passage, Place, Reference, Work
from kapsim.answers.documents.identifiers import dois
from kapsim.answers.shelf.likeness import bare
from kapsim.answers.shelf.records import Document

MOST_PASSAGES = 1 << 20
"""More passages than this no document may have."""

DOCUMENT_COLUMNS = (
    "id, path, work, passages, bibliography, warnings, file_sha256, text_sha256"
)
PASSAGE_COLUMNS = "page, section, paragraph, text"

_REFERENCES = TypeAdapter(tuple[Reference, ...])
_WARNINGS = TypeAdapter(tuple[str, ...])


def first_row(number: int) -> int:
    """Row of a document's first passage."""
    return number * MOST_PASSAGES


def number_of(row: int) -> int:
    """Number of the document that a passage's row belongs to."""
    return row // MOST_PASSAGES


def passage_rows(connection: sqlite3.Connection, number: int) -> Iterator[Passage]:
    """Passages of a document in the order they are read."""
    found = connection.execute(
        f"SELECT {PASSAGE_COLUMNS} FROM passage WHERE row >= ? AND row < ? "
        "ORDER BY row",
        (first_row(number), first_row(number + 1)),
    )
    return (passage_of(row) for row in found)


def passage_of(row: Sequence) -> Passage:
    """Passage from its `PASSAGE_COLUMNS`."""
    page, section, paragraph, text = row
    place = Place(page=page, section=section, paragraph=paragraph)
    return Passage(place=place, text=text)


def document_of(row: Sequence) -> Document:
    """Document from its `DOCUMENT_COLUMNS`."""
    name, path, work, passages, bibliography, warnings, file_hash, text_hash = row
    return Document(
        id=name,
        path=path,
        work=Work.model_validate_json(work),
        passages=passages,
        references=_REFERENCES.validate_json(bibliography),
        warnings=_WARNINGS.validate_json(warnings),
        file_sha256=file_hash,
        text_sha256=text_hash,
    )


def insert(
    connection: sqlite3.Connection,
    number: int,
    document: Document,
    passages: Sequence[Passage],
) -> None:
    """Write a document with its passages; the index follows by itself."""
    connection.execute(
        f"INSERT INTO document (number, doi, title, {DOCUMENT_COLUMNS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            doi_of(document.work),
            bare(document.work.title),
            document.id,
            document.path,
            document.work.model_dump_json(),
            document.passages,
            _REFERENCES.dump_json(document.references).decode(),
            _WARNINGS.dump_json(document.warnings).decode(),
            document.file_sha256,
            document.text_sha256,
        ),
    )
    first = first_row(number)
    connection.executemany(
        f"INSERT INTO passage (row, {PASSAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        (
            (first + n, p.place.page, p.place.section, p.place.paragraph, p.text)
            for n, p in enumerate(passages)
        ),
    )


def delete(connection: sqlite3.Connection, number: int) -> None:
    """Take a document and its passages out; the index follows by itself."""
    connection.execute("DELETE FROM document WHERE number = ?", (number,))
    connection.execute(
        "DELETE FROM passage WHERE row >= ? AND row < ?",
        (first_row(number), first_row(number + 1)),
    )


def describe(
    connection: sqlite3.Connection, number: int, path: str, work: Work
) -> None:
    """Write anew where a document lies and what it is; its identifier stays."""
    connection.execute(
        "UPDATE document SET path = ?, work = ?, doi = ?, title = ? WHERE number = ?",
        (path, work.model_dump_json(), doi_of(work), bare(work.title), number),
    )


def doi_of(work: Work) -> str | None:
    """DOI of a work as it is compared, without the address of a resolver."""
    return next(iter(dois(work.doi or "")), None)
