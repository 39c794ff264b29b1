"""An import that is killed loses nothing and leaves no half document."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kapsim.answers.shelf import Kind, open_shelf
from tests.unit.answers.shelf import papers

IMPORTER = Path(__file__).with_name("importer.py")
THERE, MORE, PARAGRAPHS = 2, 6, 40


def killed(library: Path, folder: Path, *options: str) -> int:
    command = [sys.executable, str(IMPORTER), str(library), str(folder), *options]
    return subprocess.run(command, capture_output=True).returncode


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A library with two documents, and a folder of six more."""
    before, more = tmp_path / "before", tmp_path / "more"
    for number in range(THERE + MORE):
        folder = before if number < THERE else more
        papers.write(folder, number, PARAGRAPHS)
    with open_shelf(tmp_path / "library.sqlite") as shelf:
        shelf.add([before])
    return tmp_path / "library.sqlite", more


@pytest.mark.parametrize("thousands", [1, 4, 12, 23])
def test_a_killed_import_leaves_whole_documents(
    places: tuple[Path, Path], thousands: int
) -> None:
    library, more = places
    assert killed(library, more, "die", str(thousands)) == -signal.SIGKILL
    with open_shelf(library, read_only=True) as shelf:
        found = shelf.documents()
        assert THERE <= len(found) < THERE + MORE
        for document in found:
            texts = [passage.text for passage in shelf.passages(document.id)]
            number = int(document.id.split("_")[1])
            assert texts == papers.paragraphs(number, PARAGRAPHS)
            assert shelf.count(f'"in study {number} paragraph"') == PARAGRAPHS
    with open_shelf(library) as shelf:
        assert shelf.check() == []
        kinds = [outcome.kind for outcome in shelf.add([more])]
        assert kinds.count(Kind.DUPLICATE) == len(found) - THERE
        assert len(shelf.documents()) == THERE + MORE
        assert shelf.check() == []


def test_without_transactions_a_document_would_be_half(
    places: tuple[Path, Path],
) -> None:
    library, more = places
    assert killed(library, more, "die", "4", "unsafe") == -signal.SIGKILL
    with open_shelf(library) as shelf:
        faults = shelf.check()
    assert any("passages instead of 40" in fault.what for fault in faults)
    assert all(fault.damage for fault in faults)
