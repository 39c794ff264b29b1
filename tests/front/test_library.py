"""The verb `library`: add, list, remove, check."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kapsim.cli.main import main
from tests.unit.answers.shelf import papers


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the library will be."""
    path = tmp_path / "mine" / "library.sqlite"
    monkeypatch.setenv("KAPSIM_LIBRARY", str(path))
    monkeypatch.setenv("COLUMNS", "400")
    return path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["library", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_library_from_first_to_last(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "papers"
    path = papers.write(folder, 1)
    papers.write(folder, 2)
    code, out, err = said(capsys, "add", str(folder))
    assert code == 0
    assert "study-001.txt" in out
    assert "Files: 2 added." in err
    assert str(library) in err
    code, out, err = said(capsys, "add", str(path), "--format", "json")
    (outcome,) = json.loads(out)
    name = outcome["document"]["id"]
    assert (code, outcome["kind"]) == (0, "duplicate")
    code, out, _ = said(capsys, "list")
    assert (code, name in out) == (0, True)
    code, out, _ = said(capsys, "list", name)
    assert (code, str(path) in out) == (0, True)
    assert said(capsys, "check")[0] == 0
    code, out, err = said(capsys, "remove", name)
    assert (code, out) == (0, "")
    assert err == f"removed {name}; its file stays: {path}\n"
    code, out, _ = said(capsys, "list", "--format", "json")
    assert [one["work"]["title"] for one in json.loads(out)] == ["study-002"]


def test_refused_files_fail_but_the_others_are_added(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = papers.write(tmp_path, 1)
    code, out, err = said(capsys, "add", str(tmp_path / "absent.txt"), str(good))
    assert code == 1
    assert "absent.txt: No such file or directory." in out
    assert "Files: 1 added, 1 refused." in err


def test_what_is_left_out_of_a_folder_is_told(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "papers"
    papers.write(folder, 1)
    for number in range(7):
        (folder / f"table-{number}.xlsx").write_text("numbers")
    code, _, err = said(capsys, "add", str(folder))
    assert code == 0
    assert "table-4.xlsx and 2 more." in err


def test_verbs_that_need_a_library_make_none(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["list"], ["check"], ["remove", "absent"]):
        code, _, err = said(capsys, *words)
        assert code == 2
        assert "`kapsim library add FILE` makes one" in err
    assert not library.parent.exists()


def test_nothing_is_removed_if_one_is_unknown(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers.write(tmp_path / "papers", 1)
    said(capsys, "add", str(tmp_path / "papers"))
    (one,) = json.loads(said(capsys, "list", "--format", "json")[1])
    code, _, err = said(capsys, "remove", one["id"], "absent")
    assert code == 2
    assert "has no document 'absent'" in err
    assert len(json.loads(said(capsys, "list", "--format", "json")[1])) == 1


def test_only_damage_fails_a_check(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = papers.write(tmp_path, 1)
    said(capsys, "add", str(path))
    path.unlink()
    code, out, err = said(capsys, "check")
    assert code == 0
    assert "the text is kept" in out
    assert "Damage: 0; files gone or changed: 1" in err
    with sqlite3.connect(library) as connection:
        connection.execute("DELETE FROM passage WHERE row % 2")
    connection.close()
    code, out, err = said(capsys, "check", "--format", "json")
    assert code == 1
    assert [fault["damage"] for fault in json.loads(out)] == [True, False]


def test_the_list_answers_without_jax(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "add", str(papers.write(tmp_path, 1)))
    program = (
        "import sys; from kapsim.cli.main import main; "
        "main(['library', 'list']); sys.exit('jax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
