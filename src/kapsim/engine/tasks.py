"""Chunks of work over worker processes: named by content, resumable, never half-done.

A task's result is a file named by the hash of what made it. A result that is there is
not made again, so a run that was interrupted goes on where it stopped, and a change of
the number of workers changes nothing but the time.
"""

import concurrent.futures as futures
import contextlib
import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pyarrow as pa

from kapsim.engine.atomic import (
    StoreError,
    make_directory,
    remove_partial,
    storage_failure,
)
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.store import write_table
from kapsim.engine.workers import worker_pool
from kapsim.units import KapsimError

Work = Callable[[Any], pa.Table]


class TaskError(KapsimError, RuntimeError):
    """A chunk failed; finished chunks are kept."""


@dataclasses.dataclass(frozen=True)
class Task:
    """One chunk of work.

    Attributes
    ----------
    key
        SHA-256 (hexadecimal) of everything that the result depends on; see
        `kapsim.engine.provenance.content_hash`.
    label
        Name for people: of the arm, for instance.
    patients
        Number of patients in it, for the progress report.
    payload
        What the work function gets; must be picklable if there are several workers.
    """

    key: str
    label: str
    patients: int
    payload: Any

    def __post_init__(self) -> None:
        """Refuse a key that is not a hash."""
        if not re.fullmatch(r"[0-9a-f]{64}", self.key):
            raise ValueError(f"a task's key must be a SHA-256; got {self.key!r}.")


def run_tasks(
    tasks: Sequence[Task],
    work: Work,
    directory: Path,
    *,
    workers: int = 1,
    on_progress: OnProgress = silent,
) -> list[Path]:
    """Do what is not yet done, and give the result files in the order of the tasks.

    Parameters
    ----------
    tasks
        The chunks; two tasks with the same key are done once.
    work
        Makes a task's table from its payload; a function of a module, so that worker
        processes can import it.
    directory
        Where the results go; made if it is not there.
    workers
        Processes, each single-threaded and on a core of its own; 1 works in this one.
        They share the cores of this process, so it must not be pinned itself.
    on_progress
        Called as chunks are done.

    Returns
    -------
    list of Path
        One Parquet file per task.

    Raises
    ------
    TaskError
        If a chunk fails; the others that had started are finished and kept.
    StoreError
        If a result cannot be written.
    KeyboardInterrupt
        As it comes, after stopping the workers; finished chunks are kept.
    """
    if workers < 1:
        raise ValueError(f"workers must be 1 or more; got {workers}.")
    _prepare(directory)
    paths = [directory / f"{task.key}.parquet" for task in tasks]
    waiting: dict[Path, Task] = {}
    for path, task in zip(paths, tasks, strict=True):
        if path in waiting or path.exists():
            on_progress(task.label, task.patients)
        else:
            waiting[path] = task
    if workers == 1:
        for path, task in waiting.items():
            with _explained(task):
                _perform(work, task.payload, path)
            on_progress(task.label, task.patients)
    elif waiting:
        workers = min(workers, len(waiting))
        with worker_pool(workers) as pool:
            _feed(pool, waiting, work, workers, on_progress)
    return paths


def remove_chunks(directory: Path) -> None:
    """Remove what tasks left in a directory, and nothing else that may lie there."""
    with contextlib.suppress(OSError):
        remove_partial(directory)
        for path in directory.glob("*.parquet"):
            if re.fullmatch("[0-9a-f]{64}", path.stem):
                path.unlink()
        directory.rmdir()


def _prepare(directory: Path) -> None:
    make_directory(directory)
    try:
        remove_partial(directory)
    except OSError as error:
        raise storage_failure(directory, error) from error


def _perform(work: Work, payload: Any, path: Path) -> None:
    write_table(work(payload), path)


@contextlib.contextmanager
def _explained(task: Task) -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise TaskError(
            f"a worker died while chunk {task.key[:12]} of {task.label} was waited "
            "for, most likely for lack of memory. Run again with fewer workers: "
            "finished chunks are kept."
        ) from error
    except StoreError:
        raise
    except Exception as error:
        raise TaskError(
            f"chunk {task.key[:12]} of {task.label} ({task.patients} patients) failed: "
            f"{type(error).__name__}: {error} Finished chunks are kept; run again to "
            "resume."
        ) from error


def _feed(
    pool: futures.ProcessPoolExecutor,
    waiting: dict[Path, Task],
    work: Work,
    workers: int,
    on_progress: OnProgress,
) -> None:
    """Keep each worker busy, one task ahead, so that few payloads are in flight."""
    rest = iter(waiting.items())
    running: dict[futures.Future[None], Task] = {}

    def submit(count: int) -> None:
        for _ in range(count):
            if (item := next(rest, None)) is not None:
                path, task = item
                running[pool.submit(_perform, work, task.payload, path)] = task

    submit(2 * workers)
    while running:
        done, _ = futures.wait(running, return_when=futures.FIRST_COMPLETED)
        for future in done:
            task = running.pop(future)
            with _explained(task):
                future.result()
            on_progress(task.label, task.patients)
        submit(len(done))
