"""Looking for what is wrong with a library: damage, and originals gone or changed."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kapsim.answers.shelf.likeness import text_hash
from kapsim.answers.shelf.records import Document, Fault
from kapsim.answers.shelf.rows import (
    DOCUMENT_COLUMNS,
    MOST_PASSAGES,
    document_of,
    passage_rows,
)

_REPAIR = "Remove it and add its file again"
_ANEW = "Move the library away and add your documents again, or take a whole copy"


def faults(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Faults of a library that is open for writing, those of the whole first.

    Each passage is compared with the index and, through the hash of its document's
    text, with what was read from the file.
    """
    yield from _file_faults(connection)
    yield from _index_faults(connection)
    yield from _strays(connection)
    rows = connection.execute(
        f"SELECT number, {DOCUMENT_COLUMNS} FROM document ORDER BY id"
    )
    for number, *row in rows:
        document = document_of(row)
        yield from _text_faults(connection, number, document)
        yield from _original_faults(document)


def _file_faults(connection: sqlite3.Connection) -> Iterator[Fault]:
    for (what,) in connection.execute("PRAGMA integrity_check"):
        if what != "ok":
            yield _damage(None, f"the file is damaged: {what}. {_ANEW}.")


def _index_faults(connection: sqlite3.Connection) -> Iterator[Fault]:
    try:
        connection.execute(
            "INSERT INTO passage_index(passage_index, rank) "
            "VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError as error:
        what = f"the index does not agree with the passages ({error}). {_ANEW}."
        yield _damage(None, what)


def _strays(connection: sqlite3.Connection) -> Iterator[Fault]:
    (strays,) = connection.execute(
        "SELECT count(*) FROM passage "
        "WHERE row / ? NOT IN (SELECT number FROM document)",
        (MOST_PASSAGES,),
    ).fetchone()
    if strays:
        yield _damage(None, f"{strays} passages belong to no document. {_ANEW}.")


def _text_faults(
    connection: sqlite3.Connection, number: int, document: Document
) -> Iterator[Fault]:
    passages = list(passage_rows(connection, number))
    if len(passages) != document.passages:
        what = f"{len(passages)} passages instead of {document.passages}. {_REPAIR}."
        yield _damage(document.id, what)
    elif text_hash(passages, document.references) != document.text_sha256:
        what = f"its text is not the one that was read. {_REPAIR}."
        yield _damage(document.id, what)


def _original_faults(document: Document) -> Iterator[Fault]:
    try:
        with Path(document.path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = (
            f"{document.path} cannot be read ({error.strerror}); the text is kept. "
            "Add the file from where it is now, and its path is known again."
        )
        yield Fault(document=document.id, damage=False, what=what)
        return
    if found != document.file_sha256:
        what = f"{document.path} has changed. Add it again to take its present text."
        yield Fault(document=document.id, damage=False, what=what)


def _damage(document: str | None, what: str) -> Fault:
    return Fault(document=document, damage=True, what=what)
