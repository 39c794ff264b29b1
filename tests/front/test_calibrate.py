"""`kapsim calibrate` in a directory that is not empty."""

import json
from pathlib import Path

import pytest

import kapsim.inference.rivals.runs
import kapsim.report.calibration
import kapsim.report.rivals
from kapsim.cli.main import main
from kapsim.inference import runner
from kapsim.inference.request import CalibrationRequest

pytestmark = pytest.mark.usefixtures("compiled")
COMMAND = ["calibrate", "--points", "8", "-o"]


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A finished calibration that does not say what it was made with."""
    asked = CalibrationRequest(points=(8,)).as_data()
    (tmp_path / "request.json").write_text(json.dumps(asked))
    for name in ("provenance.json", "calibration.json", "problem.npz", "emulator.npz"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def never(*_: object, **__: object) -> None:
    """In place of what must not be done."""
    raise AssertionError("simulated")


def test_points_are_not_added_to_those_of_another_model(
    older: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(runner, "_problem", never)
    assert main([*COMMAND, str(older)]) == 2
    said = " ".join(capfd.readouterr().err.split())
    assert "does not say what it was made with" in said
    assert "Traceback" not in said


def test_a_finished_one_is_read_for_its_rivals(
    older: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    compared: list[Path] = []
    page = lambda directory: directory / "page.html"
    monkeypatch.setattr(runner, "calibrate", never)
    monkeypatch.setattr(
        kapsim.inference.rivals.runs, "run_rivals", lambda own, _: compared.append(own)
    )
    monkeypatch.setattr(kapsim.report.rivals, "write_rivals_report", page)
    monkeypatch.setattr(kapsim.report.calibration, "write_calibration_report", page)
    assert main([*COMMAND, str(older), "--rivals"]) == 0
    assert compared == [older]
    said = " ".join(capfd.readouterr().err.split())
    assert "read as it is, though it does not say what it was made with" in said
