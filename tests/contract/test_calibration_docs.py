"""The documentation's page of the calibration says what the recorded file says."""

import json
import pathlib

import pytest

from scripts.pages import calibration
from tests.unit.report.synthetic_calibration import calibration_data, least_data


def made(root: pathlib.Path, data: dict) -> dict[str, str]:
    """Pages of a repository with a calibration."""
    path = root / calibration.RECORDED
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(data), encoding="utf-8")
    return calibration.pages(root)


def test_numbers_come_from_the_file(tmp_path: pathlib.Path) -> None:
    pages = made(tmp_path, calibration_data())
    text = pages[calibration.PAGE]
    for said in (
        "| Endpoints inside their 95 % interval | 35 of 36 (97.2 %) |",
        "| none | **missed** |",
        "fix 4 of 48 parameters well, 15 in part and 29 hardly",
        "| difference | 6 | 5 | 83.3 % | 1.31 | points of the scale |",
        "| cobalt: drug less control, MADRS day 28, ketamine | −1.2 |",
        "| 2 | 153 | 2 | 86.3 | 66 | 0.94 |",
        "kapsim calibrate --seed 7 -o validation/calibration",
        "It took 2 h 13 min.",
    ):
        assert said in text, said
    for row in calibration_data()["parameters"]:
        assert f"(parameters.md#{row['id']})" in text


def test_every_figure_shown_is_made(tmp_path: pathlib.Path) -> None:
    pages = made(tmp_path, calibration_data())
    drawn = {uri for uri in pages if uri.endswith(".svg")}
    assert len(drawn) == 4
    text = pages[calibration.PAGE]
    assert all(f"({uri.removeprefix('evidence/')})" in text for uri in drawn)


@pytest.mark.parametrize("recorded", [True, False])
def test_what_is_missing_is_left_out_or_said(
    tmp_path: pathlib.Path, recorded: bool
) -> None:
    pages = made(tmp_path, least_data()) if recorded else calibration.pages(tmp_path)
    text = pages[calibration.PAGE]
    assert "Cleary" in text
    assert ("No calibration is on record" in text) is not recorded
    assert "None" not in text
    assert all(
        f"figures/calibration-{name}.svg" not in text
        for name in ("correlations", "spectrum")
    )
