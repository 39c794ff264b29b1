"""Running experiments: one here, or many over worker processes.

A finished experiment is kept, so a run that was interrupted goes on where it stopped.
One that fails is reported by name, and the others go on.
"""

import concurrent.futures as futures
import dataclasses
import functools
import importlib.resources
import math
import os
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import yaml

import kapsim
from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, remove_partial
from kapsim.engine.mappings import forget_programs
from kapsim.engine.workers import worker_pool
from kapsim.evidence import library
from kapsim.lab.arms import combined
from kapsim.lab.catalogue import experiment
from kapsim.lab.errors import LabError
from kapsim.lab.experiment import Setting
from kapsim.lab.files import Finding, paths, read_finding, request_key, write_finding
from kapsim.lab.influence import influence
from kapsim.lab.published import published
from kapsim.lab.request import LabRequest
from kapsim.lab.verdict import judge

DEFAULT_DIRECTORY = Path("kapsim-runs/lab")
_ENVIRONMENT = ("python", "jax", "jaxlib", "backend", "x64", "os")


@dataclasses.dataclass(frozen=True)
class Done:
    """An experiment that has ended.

    Attributes
    ----------
    name
        Of the experiment.
    seconds
        Time that it took [s]; 0 if an earlier run had finished it.
    error
        What went wrong, in a line; empty if nothing did.
    """

    name: str
    seconds: float = 0.0
    error: str = ""


OnDone = Callable[[Done], None]
Work = Callable[[LabRequest], Finding]


def conduct(request: LabRequest) -> Finding:
    """Run one experiment in this process.

    Raises
    ------
    LabError
        If there is no such experiment, or its outcome lacks a published number.
    """
    known, design = experiment(request.name), published(request.name)
    # Where nothing is drawn there is one subject, however many are asked for.
    asked = known.patients if request.patients is None else request.patients
    patients = asked if known.patients > 1 else 1
    drugs = [influence(text) for text in request.drugs] or [None]
    outcomes = {
        "" if drug is None else drug.text: known.run(
            Setting(seed=request.seed, patients=patients, drug=drug)
        )
        for drug in drugs
    }
    outcome = combined(outcomes, (result.id for result in design.results))
    try:
        verdicts = judge(design, outcome)
    except KeyError as error:
        raise LabError(f"{request.name} gave no number {error}.") from error
    return Finding(
        design, request.as_data(), patients, outcome, verdicts, _made(request)
    )


def run_experiments(
    asked: Sequence[LabRequest],
    directory: Path,
    *,
    workers: int = 1,
    on_done: OnDone = lambda done: None,
    work: Work = conduct,
) -> tuple[list[Finding], list[Done]]:
    """Run what the directory does not hold finished, and give findings and failures.

    Parameters
    ----------
    asked
        Experiments, each once.
    directory
        Where the files go; made if it is not there.
    workers
        Processes, each single-threaded; 1 works in this one. Long experiments start
        first.
    on_done
        Called in this process as experiments end, well or not.
    work
        Makes a finding from a request; a function of a module, so that worker
        processes can import it.

    Returns
    -------
    tuple
        Findings in the order asked for, and the experiments that failed.

    Raises
    ------
    StoreError
        If a file cannot be written.
    LabError
        If there are no workers, or one of them died.
    KeyboardInterrupt
        As it comes; what is finished is kept.
    """
    if workers < 1:
        raise LabError(f"The number of workers must be 1 or more; got {workers}.")
    make_directory(directory)
    remove_partial(directory)
    failed: list[Done] = []

    def note(done: Done) -> None:
        if done.error:
            failed.append(done)
        on_done(done)

    waiting = _waiting(asked, directory, note)
    if min(workers, len(waiting)) > 1:
        _in_processes(waiting, work, directory, min(workers, len(waiting)), note)
    else:
        for request in waiting:
            note(_perform(request, work, directory))
    broken = {done.name for done in failed}
    found = [read_finding(directory, r.name) for r in asked if r.name not in broken]
    return found, sorted(failed, key=lambda done: done.name)


def _waiting(
    asked: Sequence[LabRequest], directory: Path, note: OnDone
) -> list[LabRequest]:
    """What is not finished, long ones first; the rest is noted as done."""
    waiting: list[LabRequest] = []
    for request in asked:
        if request_key(directory, request.name) == request.key():
            note(Done(request.name))
        else:
            waiting.append(request)
    return sorted(waiting, key=lambda one: (-expected_seconds(one.name), one.name))


def expected_seconds(name: str) -> float:
    """About how long an experiment takes on one core [s]; infinite if not known."""
    return _durations().get(name, math.inf)


@functools.cache
def _durations() -> dict[str, float]:
    file = importlib.resources.files("kapsim.lab").joinpath("durations.yaml")
    found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return {name: float(seconds) for name, seconds in found.items()}


def _in_processes(
    waiting: list[LabRequest], work: Work, directory: Path, workers: int, note: OnDone
) -> None:
    with worker_pool(workers) as pool:
        running = [
            pool.submit(_perform, request, work, directory) for request in waiting
        ]
        try:
            for future in futures.as_completed(running):
                note(future.result())
        except BrokenProcessPool as error:
            raise LabError(
                "A worker process died, most likely for lack of memory. Run again with "
                "fewer workers: finished experiments are kept."
            ) from error


def _perform(request: LabRequest, work: Work, directory: Path) -> Done:
    """Run an experiment and write its files; what goes wrong in it is told, not raised.

    An experiment that failed leaves no result of an earlier request behind.
    """
    platform.configure()
    begun = time.perf_counter()
    try:
        finding = work(request)
    except Exception as error:
        paths(directory, request.name)[0].unlink(missing_ok=True)
        return Done(request.name, time.perf_counter() - begun, _told(error))
    finally:
        forget_programs()  # a process may map only so many pieces of code
    write_finding(directory, finding)
    return Done(request.name, time.perf_counter() - begun)


def _told(error: Exception) -> str:
    """An error in a line, with the last place of kapsim's own that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if f"{os.sep}kapsim{os.sep}" in frame.filename]
    last = (own or frames)[-1]
    place = f"{os.path.basename(last.filename)}, line {last.lineno}"
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said} ({place})"


def _made(request: LabRequest) -> dict[str, Any]:
    """What a result was computed with; no name of a host or a user."""
    environment = platform.describe()
    return {
        "software": {"name": "kapsim", "version": kapsim.__version__},
        "request_sha256": request.key(),
        "evidence": library().digest,
        "environment": {name: environment[name] for name in _ENVIRONMENT},
    }
