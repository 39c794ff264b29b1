"""Chunks: named by content, made once, resumed, and no worker left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pytest

from kapsim.engine.atomic import StoreError, atomic_path, remove_partial, write_bytes
from kapsim.engine.provenance import content_hash
from kapsim.engine.store import read_table
from kapsim.engine.tasks import Task, TaskError, run_tasks
from tests.unit.engine import chunk_work

LAUNCH = """
import pathlib, sys
from tests.unit.engine import chunk_work, test_tasks
from kapsim.engine.tasks import run_tasks
if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1])
    tasks = test_tasks.square_tasks(4, directory=str(where))
    run_tasks(tasks, chunk_work.notes_its_pid_and_sleeps, where / "chunks", workers=2)
"""


def square_tasks(count: int, **more: Any) -> list[Task]:
    payloads = [{"first": 10 * k, "count": 10, **more} for k in range(count)]
    return [Task(content_hash(p), f"arm {p['first']}", 10, p) for p in payloads]


class Ledger:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def __call__(self, label: str, patients: int) -> None:
        self.seen.append((label, patients))


def test_results_come_in_the_order_of_the_tasks(tmp_path: Path) -> None:
    ledger = Ledger()
    tasks = square_tasks(3)
    paths = run_tasks(tasks, chunk_work.squares, tmp_path / "c", on_progress=ledger)
    assert [path.stem for path in paths] == [task.key for task in tasks]
    firsts = [read_table(path).column("n")[0].as_py() for path in paths]
    assert firsts == [0, 10, 20]
    assert ledger.seen == [("arm 0", 10), ("arm 10", 10), ("arm 20", 10)]


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    tasks = square_tasks(3)
    run_tasks(tasks[:2], chunk_work.squares, tmp_path)
    ledger = Ledger()

    def only_the_last(payload: dict[str, Any]) -> pa.Table:
        assert payload["first"] == 20
        return chunk_work.squares(payload)

    paths = run_tasks(tasks, only_the_last, tmp_path, on_progress=ledger)
    assert all(path.exists() for path in paths)
    assert sum(patients for _, patients in ledger.seen) == 30


def test_equal_tasks_are_done_once(tmp_path: Path) -> None:
    ledger = Ledger()
    twice = square_tasks(1) * 2
    paths = run_tasks(twice, chunk_work.squares, tmp_path, on_progress=ledger)
    assert paths[0] == paths[1]
    assert len(ledger.seen) == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failing_chunk_is_named_and_the_rest_kept(tmp_path: Path) -> None:
    tasks = square_tasks(3, fails_at=10)
    with pytest.raises(TaskError, match=r"of arm 10 \(10 patients\).*planted"):
        run_tasks(tasks, chunk_work.sometimes_fails, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{tasks[0].key}.parquet"]


@pytest.mark.slow
def test_workers_give_the_same_bytes_and_keep_what_is_done(tmp_path: Path) -> None:
    tasks = square_tasks(5, fails_at=-1)
    alone = run_tasks(tasks, chunk_work.sometimes_fails, tmp_path / "one")
    many = run_tasks(tasks, chunk_work.sometimes_fails, tmp_path / "two", workers=2)
    assert [p.read_bytes() for p in alone] == [p.read_bytes() for p in many]

    failing = square_tasks(2, fails_at=10)
    with pytest.raises(TaskError, match=r"of arm 10 .*FloatingPointError: planted"):
        run_tasks(failing, chunk_work.sometimes_fails, tmp_path / "three", workers=2)
    left = [path.name for path in (tmp_path / "three").iterdir()]
    assert left == [f"{failing[0].key}.parquet"]


@pytest.mark.slow
def test_a_worker_that_dies_is_explained(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"a worker died .*fewer workers"):
        run_tasks(square_tasks(2), chunk_work.dies, tmp_path, workers=2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="cores are pinned on Linux only")
def test_workers_are_set_up_and_pinned(tmp_path: Path) -> None:
    tasks = square_tasks(4, seconds=2.0)
    paths = run_tasks(tasks, chunk_work.where_it_ran, tmp_path, workers=2)
    rows = [read_table(path).to_pylist()[0] for path in paths]
    assert {row["x64"] for row in rows} == {True}
    assert {row["threads"] for row in rows} == {"1"}
    cores = {row["pid"]: row["core"] for row in rows}
    assert os.getpid() not in cores
    assert len(set(cores.values())) == min(2, len(os.sched_getaffinity(0)))
    assert all(core.isdecimal() for core in cores.values())


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(condition: Any, seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_run(tmp_path: Path, sent: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        workers = [int(path.stem) for path in tmp_path.glob("*.pid")]
        assert not any(gone(pid) for pid in workers)
        if sent == signal.SIGINT:
            os.killpg(run.pid, sent)  # as a terminal does
        else:
            run.kill()
        _, talk = run.communicate(timeout=60)
        assert until(lambda: all(gone(pid) for pid in workers), 20.0)
    finally:
        run.kill()
    assert ("KeyboardInterrupt" in talk) == (sent == signal.SIGINT)
    assert run.returncode != 0
    finished = [path.name for path in (tmp_path / "chunks").iterdir()]
    assert finished == [f"{square_tasks(1, directory=str(tmp_path))[0].key}.parquet"]


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = tmp_path / f".chunk.parquet.{ended.pid}.partial"
    alive = tmp_path / f".chunk.parquet.{os.getpid()}.partial"
    for path in (dead, alive):
        path.write_bytes(b"half")
    remove_partial(tmp_path)
    assert list(tmp_path.iterdir()) == [alive]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "result"
    write_bytes(target, b"old")

    def fail_half_way() -> None:
        with atomic_path(target) as partial:
            partial.write_bytes(b"half of the n")
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        fail_half_way()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
    write_bytes(target, b"new")
    assert target.read_bytes() == b"new"


def test_a_full_disk_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(StoreError, match=r"No space left on device\. Free some space"):
        run_tasks(square_tasks(1), chunk_work.squares, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_directory_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="name another output directory"):
        run_tasks(square_tasks(1), chunk_work.squares, tmp_path / "file" / "chunks")


def test_bad_requests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be a SHA-256; got 'abc'"):
        Task("abc", "arm", 1, None)
    with pytest.raises(ValueError, match="workers must be 1 or more; got 0"):
        run_tasks([], chunk_work.squares, tmp_path, workers=0)
