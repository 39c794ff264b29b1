"""The verb `doctor`: all is well here, and a fault is found where one is planted."""

import json
import pathlib
import platform
import tempfile
from typing import NoReturn

import pytest

import kapsim.evidence
from kapsim.cli.main import main
from kapsim.units import KapsimError


def checks(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    """Checks by name."""
    rows = json.loads(capsys.readouterr().out)
    return {row["check"]: row for row in rows}


def test_this_installation_is_sound(
    capsys: pytest.CaptureFixture[str],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--format", "json"]) == 0
    found = checks(capsys)
    assert {row["result"] for row in found.values()} == {"ok"}
    assert list(found) == [
        "kapsim",
        "python",
        "packages",
        "backend",
        "memory",
        "output",
        "evidence",
    ]
    assert "jax " in found["packages"]["found"]
    assert "core(s), double precision on" in found["backend"]["found"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_about_the_user_or_host_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert platform.node() not in out
    assert str(pathlib.Path.home()) not in out
    assert str(pathlib.Path.cwd()) not in out


def test_a_broken_library_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def library() -> NoReturn:
        raise KapsimError("a record is broken")

    monkeypatch.setattr(kapsim.evidence, "library", library)
    assert main(["doctor", "--format", "json"]) == 1
    found = checks(capsys)
    assert found["evidence"] == {
        "check": "evidence",
        "result": "FAILED",
        "found": "KapsimError: a record is broken",
    }
    assert found["python"]["result"] == "ok"


def test_a_folder_that_cannot_be_written_to_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: str) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert main(["doctor", "--format", "json"]) == 1
    assert checks(capsys)["output"]["result"] == "FAILED"
