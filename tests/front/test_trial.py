"""`kapsim trial`: what it writes, prints and refuses."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kapsim.cli.main import main
from kapsim.trial import load_protocol
from tests.front import tiny

PROTOCOL = "murrough-2013-single"
SMALL = ["--per-arm", "8,12", "--replicates", "4", "--cohort", "120"]
FILES = {
    "request.json",
    "provenance.json",
    "power.csv",
    "replicates.csv",
    "arms.csv",
    "blinding.csv",
    "adsl.csv",
    "adqs.csv",
    "flow.json",
    "trial.json",
    "trial.html",
    "citations.bib",
}


def run(directory: Path, *more: str) -> int:
    """Exit code of tiny virtual trials of a bundled protocol."""
    return main(["trial", PROTOCOL, *SMALL, "-o", str(directory), *more])


@pytest.fixture(scope="module")
def done(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of virtual trials in one process."""
    directory = tmp_path_factory.mktemp("trial") / "one"
    assert run(directory, "--workers", "1") == 0
    return directory


def read(directory: Path, name: str) -> Any:
    """A JSON file."""
    return json.loads((directory / name).read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_directory_holds_everything(done: Path) -> None:
    assert {path.name for path in done.iterdir()} == FILES
    protocol = load_protocol(PROTOCOL)
    power = pd.read_csv(done / "power.csv")
    primary = power[power["endpoint"] == power["endpoint"].iloc[0]]
    assert primary["per_arm"].tolist() == [8, 12]
    assert (primary["replicates"] == 4).all()
    assert primary["n_total"].tolist() == [
        sum(n * arm.ratio for arm in protocol.arms) for n in (8, 12)
    ]
    assert primary["truth"].nunique() == 1
    assert (power["truth"] < 0).iloc[0]
    assert read(done, "request.json")["verb"] == "trial"
    assert read(done, "trial.json")["power"][0]["per_arm"] == 8
    html = (done / "trial.html").read_text(encoding="utf-8")
    assert "Not medical advice" in html


@pytest.mark.slow
def test_the_shown_trial_adds_up(done: Path) -> None:
    flow = read(done, "flow.json")["first"]
    adsl = pd.read_csv(done / "adsl.csv", keep_default_na=False)
    assert len(adsl) == flow["randomised"] == sum(a["allocated"] for a in flow["arms"])
    for arm in flow["arms"]:
        own = adsl[adsl["ARM"] == arm["arm"]]
        assert len(own) == arm["allocated"]
        assert (own["EOSSTT"] == "COMPLETED").sum() == arm["completed"]
        assert arm["completed"] + sum(arm["left"].values()) == arm["allocated"]
    seen = pd.read_csv(done / "arms.csv").query("replicate == 0 and per_arm == 12")
    assert (seen.groupby("arm")["n"].first() == adsl.groupby("ARM").size()).all()


@pytest.mark.thorough
def test_workers_change_no_byte(done: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "--workers", "2") == 0
    for name in sorted(FILES - {"provenance.json", "trial.html"}):
        assert (tmp_path / name).read_bytes() == (done / name).read_bytes(), name


@pytest.mark.slow
def test_it_prints_a_table_or_json(
    done: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = [*SMALL[2:], "--per-arm", "8", "--workers", "1"]
    command = ["trial", PROTOCOL, *alone, "-o", str(tmp_path)]
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert "Power, %" in out
    assert "Research software. Not medical advice." in " ".join(out.split())
    assert f"Files: {tmp_path}" in err
    assert main([*command, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == read(tmp_path, "trial.json")
    whole = read(done, "trial.json")["power"]
    assert data["power"] == [row for row in whole if row["per_arm"] == 8]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--per-arm", "0"], "an arm needs 2 patients or more; got 0 per arm"),
        (["--per-arm", "40,20"], "ascending; got 40, 20"),
        (["--per-arm", "many"], "'many' is no number of patients"),
        (["--per-arm", "-4"], "'-4' is no number of patients"),
        (["--per-arm", "40", "--cohort", "50"], "raise --cohort"),
        (["--replicates", "0"], "replicates must be 1 or more; got 0"),
        (["--draws", "-1"], "draws must be 0 or more; got -1"),
        (["--workers", "0"], "workers must be 1 or more; got 0"),
    ],
)
def test_what_cannot_be_run_is_refused(
    options: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = tmp_path / "new"
    assert main(["trial", PROTOCOL, "-o", str(place), *options]) == 2
    err = " ".join(capsys.readouterr().err.split())
    assert said in err
    assert "Traceback" not in err
    assert not place.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (tiny.text((tiny.SPRAY, tiny.PLACEBO)), "tiny compares no arms: mark one"),
        (
            tiny.text((tiny.SPRAY, tiny.PLACEBO)).partition("endpoints:")[0],
            "tiny has no endpoints: say under endpoints what is analysed",
        ),
    ],
)
def test_where_nothing_is_asked_nothing_is_run(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, place = tmp_path / "tiny.yaml", tmp_path / "new"
    file.write_text(text, encoding="utf-8")
    assert main(["trial", str(file), "-o", str(place)]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not place.exists()


def test_the_directory_of_another_request_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "request.json").write_text("{}", encoding="utf-8")
    assert run(tmp_path) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "holds another request. Choose another directory with -o" in said


def test_a_pair_the_wrong_way_round_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    control = tiny.PLACEBO.replace("placebo,", "placebo, control: nasal placebo,", 1)
    group = "sessions: [{modality: support, minutes: 50, days: [2], format: group}]}"
    spray = f"{tiny.SPRAY[:-1]}, {group}"
    text = tiny.text((spray, control))
    text += "plan:\n  comparisons:\n    - [placebo, spray]\n"
    file = tmp_path / "tiny.yaml"
    file.write_text(text, encoding="utf-8")
    line = len(text.splitlines())
    assert main(["run", str(file), "--dry-run"]) == 0
    err = " ".join(capsys.readouterr().err.split())
    assert f"tiny.yaml, line {line}: plan.comparisons[0] puts 'placebo'" in err
    assert "arm 'spray', sessions in a group" in err
    assert main(["run", str(file), "--dry-run", "--format", "json"]) == 0
    warned = json.loads(capsys.readouterr().out)["warnings"]
    assert any("Write [spray, placebo]." in said for said in warned)
