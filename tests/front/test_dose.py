"""The verb `dose`: numbers on stdout, talk on stderr, files that can be read back."""

import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from kapsim.cli.main import main
from kapsim.drug.exposure.dose import dose
from kapsim.drug.exposure.summary import shares, summary
from kapsim.report.exposure import exposure_figure, moment
from kapsim.report.exposure_table import number

INFUSION = "ketamine racemate 0.5 mg/kg iv over 40 min"
SPRAY = "esketamine 84 mg nasal"
FEW = ("--people", "8")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch, compiled: None) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_the_table_has_the_numbers_of_the_summary(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["dose", INFUSION, "--weight", "70 kg", *FEW]) == 0
    out, err = capsys.readouterr()
    data = dose(INFUSION, weight="70 kg", people=8)
    row = summary(data).to_dict("records")[0]
    assert (row["of"], row["measure"]) == ("ketamine", "peak")
    shown = next(line for line in out.splitlines() if "Ketamine, S + R" in line)
    middle, low, high = (number(row[name]) for name in ("median", "low", "high"))
    assert f"{middle} ({low}\N{EN DASH}{high})" in shown
    assert shown.split()[-1] == number(row["typical"])
    for words in ("area 0 to 24 h", "terminal half-life", "NMDA occupancy", "CADSS"):
        assert words in out
    sedated = next(line for line in out.splitlines() if "MOAA/S up to 4" in line)
    assert sedated.split()[-1] == number(shares(data)[2].percent).partition(".")[0]
    assert "not a dosing adviser" in " ".join(out.split())
    assert "venous plasma" in err
    assert "PET" in err


def test_a_broken_limit_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dose", "esketamine 112 mg nasal", *FEW]) == 0
    assert "warning: day 1: 112 mg" in capsys.readouterr().err
    assert main(["dose", INFUSION, *FEW]) == 0
    assert "warning" not in capsys.readouterr().err


def test_json_is_complete_and_in_the_order_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["dose", SPRAY, INFUSION, *FEW, "--format", "json"]) == 0
    spray, infusion = json.loads(capsys.readouterr().out)
    assert [spray["regimen"], infusion["regimen"]] == [SPRAY, INFUSION]
    assert infusion["people"] == 8
    data = summary(dose(INFUSION, people=8))
    assert len(infusion["measures"]) == len(data)
    for found, row in zip(infusion["measures"], data.to_dict("records"), strict=True):
        assert found == pytest.approx(row)
    assert {share["of_people_with"] for share in spray["shares"]} == {
        share.said for share in shares(dose(SPRAY, people=8))
    }
    assert spray["site"] == "venous plasma"
    assert main(["dose", INFUSION, SPRAY, *FEW, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [infusion, spray]


def test_the_plot_shows_every_regimen(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "both.svg"
    assert main(["dose", INFUSION, SPRAY, *FEW, "--plot", str(path)]) == 0
    assert str(path) in capsys.readouterr().err
    root = ElementTree.parse(path).getroot()
    texts = [node.text or "" for node in root.iter(f"{SVG}text")]
    assert {INFUSION, SPRAY} <= set(texts)
    for words in (
        "Ketamine in plasma, S + R (ng/mL)",
        "NMDA receptor occupancy, computed (%)",
        "Dissociation, expected CADSS total (points)",
        "Systolic pressure, rise above baseline (mmHg)",
        "hours",
    ):
        assert words in texts
    assert any("not a dosing adviser" in text for text in texts)
    assert any(text.startswith("Warning: ") for text in texts)
    curves = [
        node for node in root.iter(f"{SVG}path") if "curve" in node.get("class", "")
    ]
    assert len(curves) == 2 * 2 * 5  # regimens, columns, rows
    assert not any("Midazolam" in text for text in texts)


def test_the_peak_beside_a_curve_is_that_of_the_median() -> None:
    data = dose(INFUSION, people=8)
    median = np.median(data.ketamine.to_numpy(), axis=0)
    drawn = exposure_figure({"one": data})
    assert f"{median.max():.3g} ng/mL at 40 min" in drawn


@pytest.mark.parametrize(
    ("hours", "said"), [(2 / 3, "40 min"), (5.26, "5.3 h"), (72.5, "3.02 d")]
)
def test_times_are_said_in_their_own_unit(hours: float, said: str) -> None:
    assert moment(hours) == said


def test_saved_files_can_be_read_back(tmp_path: pathlib.Path) -> None:
    table = tmp_path / "course.csv"
    whole = tmp_path / "people.nc"
    assert main(["dose", INFUSION, SPRAY, *FEW, "--save", str(table)]) == 0
    assert main(["dose", INFUSION, *FEW, "--save", str(whole)]) == 0
    data = dose(INFUSION, people=8)
    with xr.open_dataset(whole) as kept:
        for name in data.data_vars:
            np.testing.assert_array_equal(kept[name], data[name])
            assert kept[name].attrs == data[name].attrs
        assert kept.attrs["regimen"] == INFUSION
        assert int(kept.attrs["seed"]) == 1
    course = pd.read_csv(table)
    assert set(course["regimen"]) == {INFUSION, SPRAY}
    own = course[(course["regimen"] == INFUSION) & (course["signal"] == "ketamine")]
    np.testing.assert_allclose(own["time_h"], data["time"], rtol=1e-6)
    expected = np.quantile(data.ketamine.to_numpy(), 0.95, axis=0)
    np.testing.assert_allclose(own["high"], expected, rtol=1e-6, atol=1e-12)


def test_each_regimen_gets_its_own_netcdf(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "people.nc"
    assert main(["dose", INFUSION, SPRAY, *FEW, "--save", str(path)]) == 0
    for place, text in enumerate((INFUSION, SPRAY), start=1):
        with xr.open_dataset(tmp_path / f"people-{place}.nc") as kept:
            assert kept.attrs["regimen"] == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ketemine 5 mg iv"], "Did you mean 'ketamine'?"),
        ([INFUSION, "--plot", "x.png"], "Allowed: .svg"),
        ([INFUSION, "--save", "x.parquet"], "Allowed: .nc, .csv"),
        ([INFUSION, "--weight", "heavy"], "weight [kg]"),
        ([INFUSION, "--with", "aspirin"], "clarithromycin"),
        ([INFUSION, "--people", "0"], "1 or more"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dose", *arguments]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert "bug" not in err
    assert out == ""


def test_a_second_text_is_read_before_the_first_is_simulated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kapsim.drug.exposure.dose.dose", None)
    assert main(["dose", INFUSION, "ketemine 5 mg iv"]) == 2
    assert "ketemine" in capsys.readouterr().err


def test_the_command_line_starts_without_jax() -> None:
    code = "import sys, kapsim, kapsim.cli.dose; print('jax' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"
