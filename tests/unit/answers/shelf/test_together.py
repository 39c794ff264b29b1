"""Several programs on one library: none fails, none sees a half document."""

import subprocess
import sys
import time
from pathlib import Path

from kapsim.answers.shelf import ShelfError, open_shelf
from tests.unit.answers.shelf import papers

IMPORTER = Path(__file__).with_name("importer.py")
WRITERS, DOCUMENTS, PARAGRAPHS, PATIENCE_S = 4, 12, 10, 60


def start(library: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(IMPORTER), str(library), str(folder)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def sizes(library: Path) -> list[int]:
    """Passages of each document, as a reader sees them; none if no library yet."""
    try:
        with open_shelf(library, read_only=True) as shelf:
            return [len(shelf.passages(one.id)) for one in shelf.documents()]
    except ShelfError as error:
        if "there is no library" not in str(error):
            raise
        return []


def test_several_writers_and_a_reader(tmp_path: Path) -> None:
    library, folder = tmp_path / "new" / "library.sqlite", tmp_path / "papers"
    for number in range(DOCUMENTS):
        papers.write(folder, number, PARAGRAPHS)
    writers = [start(library, folder) for _ in range(WRITERS)]
    seen, end = [0], time.monotonic() + PATIENCE_S
    while any(writer.poll() is None for writer in writers) and time.monotonic() < end:
        found = sizes(library)
        assert set(found) <= {PARAGRAPHS}
        seen.append(len(found))
    said = [writer.communicate(timeout=PATIENCE_S) for writer in writers]
    assert {writer.returncode for writer in writers} == {0}
    assert {err for _, err in said} == {""}
    kinds = [line.split()[0] for out, _ in said for line in out.splitlines()]
    assert kinds.count("added") == DOCUMENTS
    assert kinds.count("duplicate") == DOCUMENTS * (WRITERS - 1)
    assert seen == sorted(seen)
    with open_shelf(library) as shelf:
        assert len(shelf.documents()) == DOCUMENTS
        assert shelf.check() == []


def test_one_that_is_read_stays_as_it_was(tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite"
    first, second = papers.write(tmp_path, 1), papers.write(tmp_path, 2)
    with open_shelf(library) as shelf:
        shelf.add([first])
        with open_shelf(library, read_only=True) as reader:
            before = reader.documents()
            shelf.add([second])
            shelf.remove(before[0].id)
            assert reader.documents() == before
            assert reader.count("study") == 4
        with open_shelf(library, read_only=True) as reader:
            assert [one.path for one in reader.documents()] == [str(second)]
