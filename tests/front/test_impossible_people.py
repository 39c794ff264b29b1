"""Baselines that no people can have: refused at their line, with exit code 2."""

import pathlib

import pytest

from kapsim.cli.main import main
from tests.unit.trial.builders import TEXT

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.mark.parametrize("verb", ["run", "trial"])
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "baseline: {scale: MADRS, mean: 75, sd: 5}",
            "line 7, column 34: population.baseline.mean: got 75. Allowed: a number "
            "between 0 and 60, both excluded. Correct mean:",
        ),
        (
            "entry: {at_least: 20}\n  baseline: {scale: MADRS, mean: 175, sd: 5}",
            "line 8, column 34: population.baseline.mean: got 175. Allowed: a number "
            "between 0 and 60, both excluded. Correct mean:",
        ),
        (
            "baseline: {scale: MADRS, mean: 34, sd: 2}",
            "line 7, column 42: population.baseline.sd: got 2. Allowed: a spread above "
            "that of fluctuation and rating error. Baseline SD of 2 points",
        ),
        (
            "entry: {at_least: 20}\n  baseline: {scale: MADRS, mean: 34, sd: 2}",
            "line 8, column 42: population.baseline.sd: got 2. Allowed: a spread above "
            "that of fluctuation and rating error. Baseline SD of 2 points",
        ),
    ],
)
def test_people_who_cannot_be_drawn_are_refused_at_their_line(
    verb: str,
    written: str,
    expected: str,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, usual = tmp_path / "few.yaml", "baseline: {scale: MADRS, mean: 34, sd: 5}"
    assert usual in TEXT
    path.write_text(TEXT.replace(usual, written), encoding="utf-8")
    assert main([verb, str(path), "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert f"few.yaml: {expected}" in said
    assert "bug" not in said
    assert not (tmp_path / "out").exists()
