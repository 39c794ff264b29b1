"""Adding a file: read it, compare it with what is there, write it in one transaction.

A file is read before the transaction begins, so that nobody waits for it; what is
there is looked at again inside.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from kapsim.answers.documents import Catalogue, Extracted, Work, extract
from kapsim.answers.shelf.database import writing
from kapsim.answers.shelf.identity import document_id, document_number
from kapsim.answers.shelf.likeness import ALIKE, bare, overlap, text_hash
from kapsim.answers.shelf.records import Document, Kind, Outcome
from kapsim.answers.shelf.rows import (
    DOCUMENT_COLUMNS,
    MOST_PASSAGES,
    delete,
    describe,
    document_of,
    doi_of,
    insert,
    passage_rows,
)

_NUMBERS = 1 << 32

Found = tuple[int, Document]


def add_file(
    connection: sqlite3.Connection,
    path: Path,
    catalogue: Catalogue,
) -> Outcome:
    """Add one file, or say why not.

    Parameters
    ----------
    connection
        Library, open for writing.
    path
        File, absolute.
    catalogue
        What lists of references say of files.

    Returns
    -------
    Outcome
        What became of it. The library changed wholly or not at all.
    """
    file_hash = _file_hash(path)
    with writing(connection):
        there = _first(connection, "file_sha256", file_hash)
        if there:
            work = catalogue.describing(path, there[1].work)
            return _same_file(connection, there, path, work)
    extracted = extract(path)
    work = catalogue.describing(path, extracted.work) or extracted.work
    if len(extracted.passages) > MOST_PASSAGES:
        why = f"{path}: more than {MOST_PASSAGES:,} paragraphs. Split it."
        return Outcome(path=str(path), kind=Kind.REFUSED, why=why)
    hashes = file_hash, text_hash(extracted.passages, extracted.references)
    with writing(connection):
        return _write(connection, path, extracted, work, hashes)


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(
    connection: sqlite3.Connection,
    path: Path,
    extracted: Extracted,
    work: Work,
    hashes: tuple[str, str],
) -> Outcome:
    file_hash, text_sha256 = hashes
    if there := _first(connection, "file_sha256", file_hash):
        return _same_file(connection, there, path, work)
    older = _first(connection, "path", str(path))
    there = _first(connection, "text_sha256", text_sha256)
    if there and there != older:
        return _known(there, path, "the same text")
    if older:
        delete(connection, older[0])
    alike, other = _same_work(connection, work, extracted)
    if alike and not older:
        return _known(alike, path, "much the same text")
    warnings = extracted.warnings
    if other:
        warnings += (f"has the DOI of {other.id} but another text: kept beside it",)
    number = _free_number(connection, text_sha256)
    document = Document(
        id=document_id(work, number),
        path=str(path),
        work=work,
        passages=len(extracted.passages),
        references=extracted.references,
        warnings=warnings,
        file_sha256=file_hash,
        text_sha256=text_sha256,
    )
    insert(connection, number, document, extracted.passages)
    return Outcome(
        path=str(path),
        kind=Kind.REPLACED if older else Kind.ADDED,
        document=document,
        why=f"the file has changed; it was {older[1].id}" if older else "",
        warnings=warnings,
    )


def _known(there: Found, path: Path, how: str) -> Outcome:
    _, document = there
    why = f"{how} as {document.id}"
    return Outcome(path=str(path), kind=Kind.DUPLICATE, document=document, why=why)


def _same_file(
    connection: sqlite3.Connection, there: Found, path: Path, work: Work | None
) -> Outcome:
    """Outcome for bytes that are there; a moved file or a new entry is noted."""
    number, document = there
    moved = not Path(document.path).exists()
    told = work is not None and work != document.work
    place = str(path) if moved else document.path
    update = {"path": place, "work": work or document.work}
    if moved or told:
        describe(connection, number, place, update["work"])
    known = _known((number, document.model_copy(update=update)), path, "the same file")
    news = "; it has moved" * moved + "; its entry is new" * told
    return known.model_copy(update={"why": known.why + news})


def _same_work(
    connection: sqlite3.Connection, work: Work, extracted: Extracted
) -> tuple[Found | None, Document | None]:
    """Another reading of this work's text, or else another document of its DOI."""
    texts = [passage.text for passage in extracted.passages]
    named = _all(connection, "doi", doi_of(work))
    for number, document in [*named, *_all(connection, "title", bare(work.title))]:
        theirs = (passage.text for passage in passage_rows(connection, number))
        if overlap(texts, theirs) >= ALIKE:
            return (number, document), None
    return None, named[0][1] if named else None


def _free_number(connection: sqlite3.Connection, text_sha256: str) -> int:
    number = document_number(text_sha256)
    while _all(connection, "number", number):
        number = (number + 1) % _NUMBERS
    return number


def _first(connection: sqlite3.Connection, column: str, value: str) -> Found | None:
    found = _all(connection, column, value)
    return found[0] if found else None


def _all(
    connection: sqlite3.Connection, column: str, value: str | int | None
) -> Sequence[Found]:
    rows = connection.execute(
        f"SELECT number, {DOCUMENT_COLUMNS} FROM document WHERE {column} = ? "
        "ORDER BY number",
        (value,),
    )
    return [(number, document_of(row)) for number, *row in rows]
