"""The error of a library that cannot be used, and what SQLite's errors mean."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kapsim.units import KapsimError

_REMEDIES = {
    sqlite3.SQLITE_BUSY: "Another program is writing to it. Try again in a moment",
    sqlite3.SQLITE_FULL: "Free some space and add again: what was there is kept",
    sqlite3.SQLITE_NOTADB: "The file is no library of kapsim. Choose another one",
    sqlite3.SQLITE_CORRUPT: "The file is damaged. Move it away and add your documents "
    "again, or take a copy of it that is whole",
    sqlite3.SQLITE_READONLY: "You may not write to it. Choose another file",
    sqlite3.SQLITE_CANTOPEN: "Choose a file in a directory that you may read and "
    "write to",
}
_OTHERWISE = "See what `kapsim library check` says of it"
_PRIMARY = 0xFF  # the byte of an extended code that says the kind of error


class ShelfError(KapsimError):
    """The reader's library cannot be read, or cannot be changed as asked."""


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say which file it was and what to do when SQLite fails; raises `ShelfError`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        remedy = _REMEDIES.get(code, _OTHERWISE)
        raise ShelfError(f"library {path}: {error}. {remedy}.") from error
