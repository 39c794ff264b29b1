"""What cannot be done, and what is said of it; damage is found."""

import os
import sqlite3
from pathlib import Path

import pytest

from kapsim.answers.shelf import Shelf, ShelfError, library_path, open_shelf
from tests.unit.answers.shelf import papers


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two documents."""
    path = tmp_path / "library.sqlite"
    with open_shelf(path) as shelf:
        shelf.add([papers.write(tmp_path, number) for number in (1, 2)])
    return path


def change(library: Path, statement: str) -> None:
    with sqlite3.connect(library) as connection:
        connection.execute(statement)
    connection.close()


def test_where_the_library_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPSIM_LIBRARY", "/some/where.sqlite")
    assert library_path() == Path("/some/where.sqlite")
    assert library_path(Path("mine")) == Path("mine")
    monkeypatch.delenv("KAPSIM_LIBRARY")
    assert library_path().parts[-2:] == ("kapsim", "library.sqlite")


def test_nothing_is_made_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match=r"there is no library .*kapsim library add"):
        open_shelf(tmp_path / "absent.sqlite", read_only=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_files_that_are_no_library(tmp_path: Path, read_only: bool) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database at all " * 200, encoding="utf-8")
    with pytest.raises(ShelfError, match=r"notes\.txt: .*no library of kapsim"):
        open_shelf(text, read_only=read_only)
    other = tmp_path / "other.sqlite"
    change(other, "CREATE TABLE letters (text)")
    with pytest.raises(ShelfError, match="database of another program"):
        open_shelf(other, read_only=read_only)
    with sqlite3.connect(other) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_a_library_of_a_newer_kapsim(library: Path) -> None:
    change(library, "PRAGMA user_version = 99")
    with pytest.raises(
        ShelfError, match=r"newer kapsim .*99.* reads 1.* Update kapsim"
    ):
        open_shelf(library)


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ShelfError, match=r"cannot make the directory .*--library"):
        open_shelf(tmp_path / "file" / "library.sqlite")


def test_one_that_is_only_read_changes_nothing(library: Path) -> None:
    with open_shelf(library, read_only=True) as shelf:
        name = shelf.documents()[0].id
        for verb in (
            lambda: shelf.remove(name),
            shelf.check,
            lambda: shelf.add([library]),
        ):
            with pytest.raises(ShelfError, match="opened only to be read"):
                verb()


def test_a_library_in_a_directory_without_write_access(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as on a disc: no log can be made beside it."""
    before = sorted(library.parent.iterdir())
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK)
    with open_shelf(library, read_only=True) as shelf:
        assert len(shelf.documents()) == 2
        assert sorted(library.parent.iterdir()) == before


def test_documents_that_are_not_there(library: Path) -> None:
    with open_shelf(library) as shelf:
        verbs = (shelf.document, shelf.passages, shelf.remove)
        for verb in verbs:
            with pytest.raises(ShelfError, match=r"no document 'absent'.*library"):
                verb("absent")


@pytest.mark.parametrize("query", ["fear AND", '"fear', "", "a:b", "NEAR("])
def test_queries_against_the_rules(library: Path, query: str) -> None:
    with open_shelf(library, read_only=True) as shelf:
        for verb in (lambda: shelf.search(query, 3), lambda: shelf.count(query)):
            with pytest.raises(ShelfError, match="cannot search for"):
                verb()
        assert shelf.count('"fear"') > 0


PLANTED = {
    "UPDATE passage SET text = 'Other.' WHERE row = (SELECT min(row) FROM passage)": [
        "index does not agree",
        "not the one that was read",
    ],
    "DELETE FROM passage WHERE row = (SELECT min(row) FROM passage)": [
        "3 passages instead of 4"
    ],
    "DELETE FROM document WHERE id LIKE 'study_001%'": ["4 passages belong to no"],
    "INSERT INTO passage_index(passage_index, rowid, text) "
    "SELECT 'delete', row, text FROM passage LIMIT 1": ["index does not agree"],
}


@pytest.mark.parametrize("statement", PLANTED)
def test_damage_is_found(library: Path, statement: str) -> None:
    with open_shelf(library) as shelf:
        assert shelf.check() == []
    change(library, statement)
    with open_shelf(library) as shelf:
        faults = shelf.check()
    assert all(fault.damage for fault in faults)
    said = " ".join(fault.what for fault in faults)
    assert len(faults) == len(PLANTED[statement])
    assert all(part in said for part in PLANTED[statement])


def test_a_torn_file_is_found(library: Path) -> None:
    pages = bytearray(library.read_bytes())
    pages[8192:20480] = os.urandom(12288)
    library.write_bytes(pages)
    with pytest.raises(ShelfError, match="damaged"):
        _checked(open_shelf(library))


def _checked(shelf: Shelf) -> None:
    """Check, with what is found as an error too."""
    with shelf:
        faults = shelf.check()
    if faults:
        raise ShelfError(faults[0].what)
