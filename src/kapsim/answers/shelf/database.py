"""The file of the reader's library: where it is, how it is opened, how it is changed.

SQLite keeps it in one file, with a log beside it while it is open (write-ahead
logging): readers never wait, writers wait for one another, and what a killed process
had not finished is as if it had never begun. The log needs a local disk, as network
drives do not lock reliably.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from kapsim.answers.shelf.errors import ShelfError, explained

LOCATION = "KAPSIM_LIBRARY"
"""Environment variable that names the file."""

_APPLICATION = 0x6B617073  # "kaps", in the header of the file
_VERSION = 1
_PATIENCE_S = 60.0
_PAUSE_S = 0.05
_CACHE_KIB = 32 * 1024

_SCHEMA = """
CREATE TABLE document (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    file_sha256 TEXT NOT NULL UNIQUE,
    text_sha256 TEXT NOT NULL UNIQUE,
    doi TEXT,
    title TEXT NOT NULL,
    passages INTEGER NOT NULL,
    work TEXT NOT NULL,
    bibliography TEXT NOT NULL,
    warnings TEXT NOT NULL
) STRICT;
CREATE INDEX document_doi ON document(doi);
CREATE INDEX document_title ON document(title);
CREATE INDEX document_path ON document(path);
CREATE TABLE passage (
    row INTEGER PRIMARY KEY,
    page INTEGER,
    section TEXT,
    paragraph INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE passage_index USING fts5(
    text, content='passage', content_rowid='row',
    tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
    INSERT INTO passage_index(rowid, text) VALUES (new.row, new.text);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN
    INSERT INTO passage_index(passage_index, rowid, text)
    VALUES ('delete', old.row, old.text);
END;
"""


def library_path(path: Path | None = None) -> Path:
    """The file of the library: the one given, KAPSIM_LIBRARY, or the user's own."""
    if path is not None:
        return path
    if given := os.environ.get(LOCATION):
        return Path(given)
    import platformdirs

    return platformdirs.user_data_path("kapsim") / "library.sqlite"


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open a library; unless it is only read, make it where there is none.

    Parameters
    ----------
    path
        File of the library.
    read_only
        Whether to change nothing. All that is read until the connection is closed is
        then of one moment, whatever others write meanwhile.

    Returns
    -------
    sqlite3.Connection
        Connection whose transactions are begun and ended by `writing`.

    Raises
    ------
    ShelfError
        If there is none to read, or the file is no library of kapsim's, of a newer
        version, damaged, or in a place that cannot be written to.
    """
    if read_only and not path.is_file():
        raise _absent(path)
    if not read_only:
        _make_directory(path.parent)
    with explained(path), contextlib.ExitStack() as stack:
        connection = sqlite3.connect(
            _address(path, read_only=read_only),
            timeout=_PATIENCE_S,
            isolation_level=None,
            uri=True,
        )
        stack.callback(connection.close)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if read_only:
            connection.execute("BEGIN")
            if not _has_tables(connection):
                raise _absent(path)
        else:
            _make_tables(connection)
        _check_kind(connection, path)
        stack.pop_all()
    return connection


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Change the library wholly or not at all; waits for other writers."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _absent(path: Path) -> ShelfError:
    return ShelfError(
        f"there is no library {path}. `kapsim library add FILE` makes one."
    )


def _address(path: Path, *, read_only: bool) -> str:
    """URI of the file; one in a directory without write access has no log to read."""
    address = path.resolve().as_uri()
    if not read_only:
        return address
    log = path.with_name(path.name + "-wal")
    fixed = not os.access(path.resolve().parent, os.W_OK) and not log.exists()
    return f"{address}?mode=ro" + ("&immutable=1" if fixed else "")


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ShelfError(
            f"cannot make the directory {directory} for the library: "
            f"{error.strerror}. Choose another file with --library."
        ) from error


def _make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file, though several may want to at once."""
    if _has_tables(connection):
        return
    _keep_a_log(connection)
    with writing(connection):
        if _has_tables(connection):
            return
        for statement in _statements(_SCHEMA):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _has_tables(connection: sqlite3.Connection) -> bool:
    """Whether it holds anything; an empty file is one that is being made."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return tables > 0


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Set write-ahead logging; SQLite itself does not wait for others here."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(_PAUSE_S)


def _statements(script: str) -> Iterator[str]:
    """Statements one by one: `executescript` would end the transaction."""
    waiting = ""
    for line in script.strip().splitlines():
        waiting += line + "\n"
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    (kind,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if kind != _APPLICATION:
        raise ShelfError(
            f"{path} is a database of another program, not a library of kapsim. "
            "Choose another file with --library."
        )
    if version > _VERSION:
        raise ShelfError(
            f"library {path} was made by a newer kapsim (its version is {version}, "
            f"this kapsim reads {_VERSION}). Update kapsim."
        )
