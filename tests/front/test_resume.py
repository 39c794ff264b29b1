"""A run that was stopped goes on where it stopped, and ends as if it had not been."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kapsim.cli.main import main
from kapsim.report import write_report
from kapsim.trial import runner
from kapsim.trial.runner import Run, execute
from tests.front import tiny

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
    pytest.mark.usefixtures("compiled"),
]

CHUNK = 50


def until(condition: Callable[[], object], seconds: float = 120.0) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return bool(condition())


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def chunks(directory: Path) -> dict[str, tuple[int, int]]:
    """Finished chunks: inode and time of each file."""
    found = {}
    for path in (directory / "chunks").glob("[0-9a-f]*.parquet"):
        made = path.stat()
        found[path.name] = (made.st_ino, made.st_mtime_ns)
    return found


def start(place: Path, directory: Path, *options: object) -> subprocess.Popen[str]:
    """A run in a process group of its own, as a shell starts it."""
    file = tiny.write(place)
    command = ["run", file, "-n", tiny.PATIENTS, "--chunk", CHUNK, *options]
    command += ["--draws", 0]
    return subprocess.Popen(
        tiny.command(*command, "-o", directory),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(directory: Path) -> dict[str, tuple[int, int]]:
    """Run to the end here; the chunks as they are when all are there."""
    seen = {}

    def note(stage: str) -> None:
        if stage == "writing visits.parquet":
            seen.update(chunks(directory))

    done = execute(tiny.request(), directory, chunk=CHUNK, on_stage=note)
    write_report(done.directory)
    return seen


def test_a_killed_run_is_resumed(undisturbed: Run, tmp_path: Path) -> None:
    directory = tmp_path / "run"
    run = start(tmp_path, directory, "--seed", tiny.SEED, "--workers", 2)
    try:
        assert until(lambda: len(chunks(directory)) >= 3)
        workers = psutil.Process(run.pid).children(recursive=True)
    finally:
        run.kill()
        run.communicate(timeout=60)
    assert run.returncode == -signal.SIGKILL
    assert len(workers) >= 2
    assert until(lambda: all(map(gone, workers)), 20.0)
    kept = chunks(directory)
    assert 3 <= len(kept) < 2 * tiny.PATIENTS // CHUNK
    assert not (directory / "visits.parquet").exists()
    half = directory / f".visits.parquet.{run.pid}.partial"
    half.write_bytes(b"half")  # as if it had been killed while it wrote this

    seen = finish(directory)
    assert len(seen) == 2 * tiny.PATIENTS // CHUNK
    assert {name: seen[name] for name in kept} == kept
    assert tiny.ratings(directory) == tiny.ratings(undisturbed.directory)
    assert {path.name for path in directory.iterdir()} == tiny.FILES


def test_ctrl_c_keeps_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "run"
    run = start(tmp_path, directory)  # no seed: it is drawn, and found again
    try:
        assert until(lambda: len(chunks(directory)) >= 3)
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 3
    assert "Interrupted. Run the same command again to resume." in err
    assert "Traceback" not in err
    assert out == ""
    kept = chunks(directory)
    assert len(kept) >= 3
    assert {path.name for path in directory.iterdir()} == {"request.json", "chunks"}

    monkeypatch.setattr(runner, "remove_chunks", lambda chunks: None)
    command = ["run", tmp_path / "tiny.yaml", "-n", tiny.PATIENTS, "-o", directory]
    assert main([*map(str, command), "--chunk", str(CHUNK), "--draws", "0"]) == 0
    seen = chunks(directory)
    assert len(seen) == 2 * tiny.PATIENTS // CHUNK
    assert {name: seen[name] for name in kept} == kept


def test_a_drawn_seed_is_told_when_interrupted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kapsim.trial.runner.run_tasks", interrupt)
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(tiny.write(tmp_path)), "-n", "5"]) == 3
    (directory,) = (tmp_path / "kapsim-runs").iterdir()
    seed = directory.name.removeprefix("tiny-")
    assert f"add --seed {seed} to resume this run" in capfd.readouterr().err
