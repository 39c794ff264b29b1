"""The reader's own library: documents in one file, searched by their words."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType

from kapsim.answers.documents import (
    Catalogue,
    DocumentError,
    Entry,
    Passage,
    read_metadata,
)
from kapsim.answers.shelf.adding import add_file
from kapsim.answers.shelf.checking import faults
from kapsim.answers.shelf.database import connect, library_path, writing
from kapsim.answers.shelf.errors import ShelfError, explained
from kapsim.answers.shelf.files import find_files
from kapsim.answers.shelf.records import Document, Fault, Found, Kind, Outcome
from kapsim.answers.shelf.rows import (
    DOCUMENT_COLUMNS,
    PASSAGE_COLUMNS,
    delete,
    document_of,
    number_of,
    passage_of,
    passage_rows,
)
from kapsim.units import KapsimError

OnProgress = Callable[[Outcome, int], None]

_SEARCH = f"""
SELECT row, score, {PASSAGE_COLUMNS} FROM (
    SELECT rowid AS hit, bm25(passage_index) AS score FROM passage_index
    WHERE passage_index MATCH ? ORDER BY score, hit LIMIT ?
) JOIN passage ON row = hit ORDER BY score, hit
"""
_COUNT = "SELECT count(*) FROM passage_index WHERE passage_index MATCH ?"


class Shelf:
    """A library that is open; made by `open_shelf`, closed by `with`.

    Several may be open on one file, in one program or in several. One that is only
    read sees the library as it was when it was opened.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add(
        self,
        files: Iterable[Path],
        works: Iterable[Entry] = (),
        on_progress: OnProgress | None = None,
    ) -> list[Outcome]:
        """Read files into the library, each wholly or not at all.

        Parameters
        ----------
        files
            Documents, folders of them, and lists of references (BibTeX, RIS,
            CSL-JSON) that say what the documents are.
        works
            Entries that count before those of the lists.
        on_progress
            Called after each file with its outcome and the number of files.

        Returns
        -------
        list of Outcome
            One for each file: the lists first, then in the order named.

        Raises
        ------
        ShelfError
            If the library cannot be written to. What was added before is kept.
        """
        found = find_files(files)
        total = len(found.lists) + len(found.documents)
        outcomes: list[Outcome] = []

        def note(outcome: Outcome) -> None:
            outcomes.append(outcome)
            if on_progress:
                on_progress(outcome, total)

        entries = list(works)
        for path in found.lists:
            outcome, more = _list_of_references(path)
            entries += more
            note(outcome)
        catalogue = Catalogue(entries)
        for path in found.documents:
            note(self._add(path, catalogue))
        return outcomes

    def documents(self) -> list[Document]:
        """All documents, by identifier."""
        with self._explained():
            rows = self._connection.execute(
                f"SELECT {DOCUMENT_COLUMNS} FROM document ORDER BY id"
            )
            return [document_of(row) for row in rows]

    def document(self, document_id: str) -> Document:
        """Document by identifier; raises `ShelfError` if there is none."""
        return self._numbered(document_id)[1]

    def passages(self, document_id: str) -> list[Passage]:
        """Passages of a document as they are read; raises `ShelfError`."""
        number, _ = self._numbered(document_id)
        with self._explained():
            return list(passage_rows(self._connection, number))

    def remove(self, document_id: str) -> Document:
        """Take a document out; its file stays. Raises `ShelfError` if not there."""
        with self._writing(), writing(self._connection):
            number, document = self._numbered(document_id)
            delete(self._connection, number)
        return document

    def check(self) -> list[Fault]:
        """Whatever is wrong: damage, and files that are gone or have changed."""
        with self._writing():
            return list(faults(self._connection))

    def search(self, query: str, limit: int) -> list[Found]:
        """Passages nearest to a query.

        Parameters
        ----------
        query
            In the language of SQLite's FTS5: words in double quotes, AND, OR, NOT.
        limit
            How many at most.

        Returns
        -------
        list of Found
            The nearest first; equals in an order that their texts alone give.

        Raises
        ------
        ShelfError
            If the query does not follow FTS5's rules.
        """
        return [
            Found(
                document_id=self._id(number_of(row)),
                passage=passage_of(passage),
                score=-score,
            )
            for row, score, *passage in self._found(_SEARCH, query, limit)
        ]

    def count(self, query: str) -> int:
        """Number of passages that a query finds; raises `ShelfError` as `search`."""
        ((found,),) = self._found(_COUNT, query)
        return found

    def _add(self, path: Path, catalogue: Catalogue) -> Outcome:
        named = os.fsencode(path).decode(errors="backslashreplace")
        if named != str(path):
            why = f"{named}: its name is not text in UTF-8. Rename it."
            return Outcome(path=named, kind=Kind.REFUSED, why=why)
        try:
            with self._writing():
                return add_file(self._connection, path, catalogue)
        except ShelfError:
            raise
        except KapsimError as error:
            why = str(error)
        except OSError as error:
            why = f"{path}: {error.strerror}."
        return Outcome(path=str(path), kind=Kind.REFUSED, why=why)

    def _id(self, number: int) -> str:
        (found,) = self._connection.execute(
            "SELECT id FROM document WHERE number = ?", (number,)
        ).fetchone()
        return found

    def _numbered(self, document_id: str) -> tuple[int, Document]:
        with self._explained():
            row = self._connection.execute(
                f"SELECT number, {DOCUMENT_COLUMNS} FROM document WHERE id = ?",
                (document_id,),
            ).fetchone()
        if row is None:
            raise ShelfError(
                f"library {self.path} has no document {document_id!r}. "
                "`kapsim library list` shows those it has."
            )
        return row[0], document_of(row[1:])

    def _found(self, statement: str, *values: str | int) -> list[tuple]:
        """Rows of a query of the index."""
        with self._explained():
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                    raise
                raise ShelfError(
                    f"cannot search for {values[0]!r}: {error}. Put words in double "
                    "quotes, between them AND, OR or NOT."
                ) from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        if self._connection.in_transaction:
            raise ShelfError(
                f"library {self.path} was opened only to be read. Open it with "
                "open_shelf(path) to change it."
            )
        with self._explained():
            yield

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self.path):
            yield


def open_shelf(path: Path | None = None, read_only: bool = False) -> Shelf:
    """Open the reader's library; unless it is only read, make it where there is none.

    Parameters
    ----------
    path
        Its file; see `library_path` for the one used otherwise.
    read_only
        Whether to change nothing.

    Returns
    -------
    Shelf
        To be closed after use, best by `with`.

    Raises
    ------
    ShelfError
        If there is none to read, or it cannot be used.
    """
    place = library_path(path)
    return Shelf(connect(place, read_only=read_only), place)


def _list_of_references(path: Path) -> tuple[Outcome, list[Entry]]:
    """Outcome of reading a list, and its entries."""
    try:
        entries, warnings = read_metadata(path)
    except DocumentError as error:
        return Outcome(path=str(path), kind=Kind.REFUSED, why=str(error)), []
    why = f"entries: {len(entries)}"
    told = Outcome(path=str(path), kind=Kind.LIST, why=why, warnings=tuple(warnings))
    return told, entries
