"""Runs that cannot be: one message that says what to do, exit code 2, no traceback."""

import errno
import json
import os
import re
from pathlib import Path

import pytest

from kapsim.cli.main import main
from kapsim.engine import atomic
from kapsim.trial.runner import Run
from tests.front import tiny

pytestmark = pytest.mark.usefixtures("compiled")


def refused(arguments: list[object], capfd: pytest.CaptureFixture[str]) -> str:
    """What a refused command says, in one line."""
    assert main(list(map(str, arguments))) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert "bug in kapsim" not in err
    return " ".join(err.replace("│", " ").split())


def test_claims_need_the_rivals_they_are_made_under(
    capfd: pytest.CaptureFixture[str],
) -> None:
    said = refused(["calibrate", "--claims", "kap-2x2"], capfd)
    assert "--claims needs --rivals" in said
    said = refused(["calibrate", "--rivals", "--claims", "no-such"], capfd)
    assert "no-such" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-n", "0"], r"number of patients must lie in \[1, 10000000\]; got 0\."),
        (["-n", "-5"], r"number of patients must lie in \[1, 10000000\]; got -5\."),
        (["-n", "10000001"], r"must lie in \[1, 10000000\]; got 10000001\."),
        (["-n", "many"], r"-n.*unable to parse string as an integer"),
        (["-n", "1.5"], r"-n.*unable to parse string as an integer"),
        (["--seed", "-1"], r"seed must lie in \[0, 2\*\*64\); got -1\."),
        (["--seed", str(2**64)], r"seed must lie in \[0, 2\*\*64\); got 1844"),
        (["--seed", "luck"], r"--seed.*unable to parse string as an integer"),
        (["--precision", "float16"], r"float32 or float64; got 'float16'\."),
        (["--refine", "0"], r"refine must lie in \[1, 16\]; got 0\."),
        (["--refine", "17"], r"refine must lie in \[1, 16\]; got 17\."),
        (["--workers", "0"], r"workers must be 1 or more; got 0\."),
        (["--workers", "-2"], r"workers must be 1 or more; got -2\."),
        (["--draws", "-1"], r"draws must be 0 or more; got -1\."),
        (["--draws-from", "prior"], r"only from posterior or assumptions"),
        (["--chunk", "0"], r"chunk must be 1 or more; got 0\."),
        (["--chunk", "-1"], r"chunk must be 1 or more; got -1\."),
        (["--format", "pdf"], r"'pdf' is not one of 'table', 'json'"),
    ],
)
def test_a_number_that_cannot_be(
    options: list[str], said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    directory = tmp_path / "run"
    command = ["run", tiny.write(tmp_path), "-o", directory, *options]
    assert re.search(said, refused(command, capfd))
    assert not directory.exists()


def test_a_protocol_that_is_not_there(capfd: pytest.CaptureFixture[str]) -> None:
    said = refused(["run", "synapsee"], capfd)
    assert "synapsee" in said
    assert "synapse" in said.replace("synapsee", "")


# -- where nothing can be written ------------------------------------------------------


def test_an_output_that_is_a_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tiny.write(tmp_path)
    for place in (file, file / "run"):
        said = refused(["run", file, "-n", 3, "-o", place], capfd)
        assert f"cannot write {place}" in said
        assert "name another output directory" in said


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_an_output_that_may_not_be_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.geteuid() == 0:  # for whom every directory is open

        def denied(*_: object, **__: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Path, "mkdir", denied)
    command = ["run", tiny.write(tmp_path), "-n", 3, "-o", locked / "run"]
    said = refused(command, capfd)
    assert "Permission denied" in said
    assert "Choose an output directory that you may write to" in said


@pytest.mark.parametrize(
    "name",
    [
        "request.json",
        ".parquet",
        "visits.parquet",
        "summary.csv",
        "trajectories.parquet",
        "citations.bib",
        "provenance.json",
        "report.html",
    ],
)
def test_a_disk_that_becomes_full(
    name: str,
    undisturbed: Run,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flush = atomic._flush

    def full(path: Path) -> None:
        if path.name.endswith(f"{name}.{os.getpid()}.partial"):
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(path)

    directory = tmp_path / "run"
    command = ["run", tiny.write(tmp_path), "-n", 3, "--seed", tiny.SEED]
    command += ["-o", directory, "--draws", 0]
    with monkeypatch.context() as patched:
        patched.setattr(atomic, "_flush", full)
        said = refused(command, capfd)
    assert "No space left on device. Free some space" in said
    assert not list(directory.rglob("*.partial"))

    assert main(list(map(str, command))) == 0
    assert {path.name for path in directory.iterdir()} == tiny.FILES
    head = tiny.rows(undisturbed.directory, "spray", 3)["score"]
    assert list(tiny.rows(directory, "spray")["score"]) == list(head)


def test_more_than_memory_holds(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kapsim.trial.runner.available", lambda: 10**8)
    command = ["run", tiny.write(tmp_path), "-n", 10**6, "--workers", 2]
    said = refused([*command, "-o", tmp_path / "run"], capfd)
    assert re.search(r"this run needs about [\d,]+ MB .* 95 MB are available", said)
    assert "run on a machine with more memory" in said
    assert not (tmp_path / "run").exists()


# -- a directory that holds something else ---------------------------------------------


def test_a_directory_of_another_run(
    undisturbed: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = tiny.ratings(undisturbed.directory)
    command = ["run", tiny.write(tmp_path), "-o", undisturbed.directory]
    for options in (["-n", 3], ["-n", tiny.PATIENTS, "--seed", 1], ["--refine", 2]):
        said = refused([*command, *options], capfd)
        assert "holds another run. Choose another directory with -o" in said
    assert tiny.ratings(undisturbed.directory) == before


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "run" / "chunks" / "of cheese.parquet"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    command = ["run", tiny.write(tmp_path), "-n", 3, "-o", tmp_path / "run"]
    command += ["--draws", 0]
    assert main(list(map(str, command))) == 0
    assert [path.name for path in mine.parent.iterdir()] == [mine.name]


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (None, r"holds no request\.json: name the directory of a run"),
        ("{", r"request\.json is not JSON"),
        ("[]", r"does not hold a request"),
        ('{"schema": 99, "verb": "run"}', r"has schema 99"),
        ('{"schema": 1, "verb": "run"}', r"not hold a request .*KeyError: 'protocol'"),
        (
            '{"schema": 1, "verb": "run", "protocol": {}, "patients_per_arm": {}}',
            r"does not hold a request of this version \(ValidationError",
        ),
    ],
)
def test_a_rerun_of_what_is_no_run(
    planted: str | None,
    said: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if planted is not None:
        (tmp_path / "request.json").write_text(planted)
    assert re.search(said, refused(["rerun", tmp_path], capfd))


def test_a_request_for_other_arms_than_the_protocol_has(
    undisturbed: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = json.loads((undisturbed.directory / "request.json").read_text())
    del data["patients_per_arm"]["spray"]
    (tmp_path / "request.json").write_text(json.dumps(data))
    said = refused(["rerun", tmp_path], capfd)
    assert "patients must be given for the arms spray, placebo; got them for" in said


def test_a_rerun_that_would_repeat_nothing(
    undisturbed: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = undisturbed.directory
    said = refused(["rerun", own, "-o", own], capfd)
    assert "nothing would be repeated. Choose another directory" in said

    (tmp_path / "request.json").write_bytes((own / "request.json").read_bytes())
    said = refused(["rerun", tmp_path, "-o", tmp_path / "again"], capfd)
    assert "cannot read" in said
    assert "visits.parquet" in said
    assert not (tmp_path / "again").exists()
