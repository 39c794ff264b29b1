"""The verb `lab`: verdicts on stdout, talk on stderr, the same files each time."""

import json
import pathlib
import subprocess
import sys

import pytest

from kapsim.cli.main import main
from tests.unit.lab import fakes

FILES = {"drawn.json", "drawn.csv", "drawn.svg", "lab.html"}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch, compiled: None) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def contents(directory: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize("planted", ["", "import jax;"])
def test_the_list_answers_without_jax(planted: str) -> None:
    program = (
        f"import sys; {planted} from kapsim.cli.main import main; "
        "main(['lab', 'list', '--format', 'json']); sys.exit('jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert (done.returncode, done.stderr) == (bool(planted), b"")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows["renewal"] == {
        "name": "renewal",
        "topic": "threat",
        "title": rows["renewal"]["title"],
        "drug": False,
    }


def test_the_list_says_which_take_a_drug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fakes.install(monkeypatch, "drawn", "exact", "faulty")
    assert main(["lab", "list"]) == 0
    out, err = capsys.readouterr()
    rows = [line.split() for line in out.splitlines()]
    found = {row[1]: (row[3], row[-2]) for row in rows if len(row) > 5}
    assert found["drawn"] == ("threat", "yes")
    assert found["faulty"] == ("mood", "no")
    assert err == ""


def test_a_run_prints_verdicts_and_leaves_files(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fakes.install(monkeypatch, "drawn", "exact")
    assert main(["lab", "run", "drawn", "-n", "9", "-o", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "drawn: Title of drawn" in out
    assert "2 of 3 numbers within their limits" in out
    assert f"Files: {tmp_path}, drawn.json, drawn.csv and drawn.svg" in err
    assert "Not medical advice" in err
    before = contents(tmp_path)
    assert set(before) == FILES
    data = json.loads(before["drawn.json"])
    assert (data["request"]["seed"], data["patients"]) == (1, 9)
    again = tmp_path / "again"
    assert main(["lab", "run", "drawn", "-n", "9", "-o", str(again)]) == 0
    assert contents(again) == before


def test_json_holds_all_but_the_figure(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fakes.install(monkeypatch, "drawn", "exact")
    asked = ["lab", "run", "exact", "drawn", "--workers", "1", "-o", str(tmp_path)]
    assert main([*asked, "-n", "9", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    exact, drawn = json.loads(out)
    assert (exact["name"], exact["verdict"]) == ("exact", "missed")
    assert [one["verdict"] for one in drawn["results"]] == [
        "met",
        "met",
        "missed",
        "not comparable",
    ]
    assert "figure" not in exact
    assert "exact: nothing is drawn" in err
    assert "Results met: 4, missed: 2, not comparable: 2." in err


def test_a_drug_adds_an_arm_and_changes_no_published_number(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fakes.install(monkeypatch, "drawn", "exact")
    asked = ["lab", "run", "all", "--workers", "1", "-o", str(tmp_path)]
    assert main(asked) == 0
    plain = json.loads((tmp_path / "drawn.json").read_text())
    assert main([*asked, "--drug", fakes.DRUG]) == 0
    dosed = json.loads((tmp_path / "drawn.json").read_text())
    assert dosed["results"] == plain["results"]
    names = [one["name"] for one in dosed["figure"]["panels"][0]["series"]]
    assert names == ["model", "published model", fakes.DRUG]
    assert json.loads((tmp_path / "exact.json").read_text())["request"]["drugs"] == []
    err = " ".join(capsys.readouterr().err.split())
    assert f"drawn: added {fakes.DRUG}; time 0 is first trial" in err
    assert fakes.DRUG in (tmp_path / "lab.html").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["drwn"], "Did you mean drawn?"),
        (["drawn", "-n", "0"], "must lie in [1, 1000000]; got 0"),
        (["drawn", "--seed", "-3"], "The seed must lie in"),
        (["drawn", "--workers", "0"], "workers must be 1 or more; got 0"),
        (["exact", "--drug", fakes.DRUG], "It can be added to: drawn."),
        (["drawn", "--drug", "ketamine 1 mg iv"], "must end in '@' and its time"),
        (["drawn", "--drug", "ketamine 1 mg iv@soon"], "The time after '@'"),
        (["drawn", "--drug", "tea 1 mg@-1h"], "'tea' is not a word of a regimen"),
    ],
)
def test_what_cannot_be_run_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    fakes.install(monkeypatch, "drawn", "exact")
    assert main(["lab", "run", *options, "-o", str(tmp_path / "none")]) == 2
    out, err = capsys.readouterr()
    assert said in " ".join(err.split())
    assert out == ""
    assert not list(tmp_path.glob("none/*"))


def test_one_that_fails_is_named_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fakes.install(monkeypatch, "drawn", "faulty")
    assert main(["lab", "run", "all", "--workers", "1", "-o", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "error: faulty: FloatingPointError: planted" in err
    assert "drawn: Title of drawn" in out
    assert set(contents(tmp_path)) == FILES


def test_an_interruption_can_be_resumed(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fakes.install(monkeypatch, "drawn", "exact", "faulty")
    monkeypatch.setitem(fakes.EXPERIMENTS, "faulty", fakes.INTERRUPTED)
    asked = ["lab", "run", "all", "--workers", "1", "-o", str(tmp_path)]
    assert main(asked) == 3
    assert "Run the same command again to resume" in capsys.readouterr().err
    kept = contents(tmp_path)
    assert {"drawn.json", "exact.json"} <= set(kept)
    monkeypatch.setitem(fakes.EXPERIMENTS, "drawn", fakes.INTERRUPTED)
    monkeypatch.setitem(fakes.EXPERIMENTS, "faulty", fakes.EXPERIMENTS["exact"])
    assert main(asked) == 0  # `drawn` is not run again
    after = contents(tmp_path)
    assert {name: after[name] for name in kept} == kept
    assert "faulty.json" in after
