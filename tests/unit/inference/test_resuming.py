"""A calibration goes on only with what it was begun with; finished ones can be read."""

import json
from pathlib import Path

import pytest

from kapsim.evidence.posterior import posterior
from kapsim.inference import resuming, runner
from kapsim.inference.request import CalibrationRequest
from kapsim.inference.resuming import claim, finished, made_otherwise, made_with
from kapsim.trial.request import RequestError
from tests.unit.inference import linear

REQUEST = CalibrationRequest(points=(8,), processes=1)
RECORDED = Path("validation/calibration")


def change(directory: Path, **changed: object) -> None:
    """Change what a directory says it was begun with."""
    path = directory / "request.json"
    held = json.loads(path.read_text())
    held["made_with"].update(changed)
    path.write_text(json.dumps(held))


def forget(directory: Path) -> None:
    """Make a directory as kapsim wrote it before it said what it was made with."""
    (directory / "request.json").write_text(json.dumps(REQUEST.as_data()))


def refused(directory: Path) -> str:
    before = {path: path.read_bytes() for path in directory.iterdir()}
    with pytest.raises(RequestError) as caught:
        claim(REQUEST, directory)
    assert {path: path.read_bytes() for path in directory.iterdir()} == before
    return str(caught.value)


def test_the_same_request_made_with_the_same_goes_on(tmp_path: Path) -> None:
    first = claim(REQUEST, tmp_path)
    (tmp_path / "ensemble.npz").write_bytes(b"points")
    assert claim(REQUEST, tmp_path) == first
    assert json.loads((tmp_path / "request.json").read_text())["made_with"] == first


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sources", "source code of kapsim"),
        *(
            pytest.param(*case, marks=pytest.mark.thorough)
            for case in (
                ("evidence", "evidence records"),
                ("protocols", "protocols that are fitted to"),
                ("kapsim", "version of kapsim"),
                ("jaxlib", "jaxlib"),
            )
        ),
    ],
)
def test_a_calibration_begun_with_something_else_is_refused(
    tmp_path: Path, name: str, words: str
) -> None:
    claim(REQUEST, tmp_path)
    change(tmp_path, **{name: "0" * 64})
    said = refused(tmp_path)
    assert str(tmp_path) in said
    assert f"it was made with another {words} (000000000000 there, " in said
    assert "-o" in said
    assert "delete" in said


def test_a_calibration_that_does_not_say_is_refused(tmp_path: Path) -> None:
    forget(tmp_path)
    assert "it does not say what it was made with" in refused(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_request_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "request.json").write_text(text)
    assert "request.json" in refused(tmp_path)


def test_points_that_nobody_asked_for_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ensemble.npz").write_bytes(b"points")
    assert "has ensemble.npz, but no request.json" in refused(tmp_path)


def test_another_request_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    claim(CalibrationRequest(points=(9,), seed=2), tmp_path)
    said = refused(tmp_path)
    assert "points ([9] there, [8] asked), seed (2 there, 1 asked)" in said


def test_nothing_is_simulated_or_read_where_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("went on")

    monkeypatch.setattr(runner, "_problem", never)
    forget(tmp_path)
    with pytest.raises(RequestError, match="cannot go on here"):
        runner.calibrate(REQUEST, tmp_path)


def test_what_decides_the_result_is_what_is_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = made_with(REQUEST)
    monkeypatch.setattr(
        resuming, "may_be_learnt_from", lambda: [*_learnt()[:-1], _learnt()[-2]]
    )
    fewer = made_with(REQUEST)
    assert {name for name in whole if whole[name] != fewer[name]} == {"protocols"}
    quick = made_with(CalibrationRequest(quick=True))
    shipped = posterior()
    assert shipped is not None
    assert quick["posterior"] == shipped.digest
    assert "posterior" not in whole


_learnt = resuming.may_be_learnt_from


def test_results_are_there_whatever_made_them(tmp_path: Path) -> None:
    claim(REQUEST, tmp_path)
    assert not finished(REQUEST, tmp_path)
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    linear.emulator(made).save(tmp_path / "emulator.npz")
    (tmp_path / "provenance.json").write_text("{}")
    assert not finished(REQUEST, tmp_path)
    (tmp_path / "calibration.json").write_text("{}")
    assert finished(REQUEST, tmp_path)
    assert made_otherwise(REQUEST, tmp_path) == ""
    assert not finished(CalibrationRequest(points=(9,)), tmp_path)
    change(tmp_path, evidence="0" * 64)
    assert finished(REQUEST, tmp_path)
    assert "evidence records" in made_otherwise(REQUEST, tmp_path)
    forget(tmp_path)
    assert finished(REQUEST, tmp_path)
    assert "does not say" in made_otherwise(REQUEST, tmp_path)


def test_the_calibration_on_record_can_be_read() -> None:
    held = json.loads((RECORDED / "request.json").read_text())
    asked = CalibrationRequest(version=held["version"], points=tuple(held["points"]))
    assert finished(asked, RECORDED)
