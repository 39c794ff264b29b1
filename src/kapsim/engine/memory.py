"""Will it fit? An estimate before anything starts, and a refusal that says what to do.

Running out of memory kills a worker, at best, after hours. The estimate is deliberately
on the high side. Its constants were measured on the resident size of a process
(Python 3.11, JAX 0.10, x86-64) and are settings, not science.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import psutil

from kapsim.engine.scan import WIDTH
from kapsim.engine.store import ROWS_PER_GROUP
from kapsim.units import KapsimError

MEBIBYTE = 2**20
PROCESS_MB = 300
"""Python with JAX, Arrow, pandas and kapsim loaded."""
COMPILE_MB = 500
"""Peak while XLA compiles the patient."""
COPIES = 3
"""A block's arrays as XLA's inputs, outputs and scratch."""
HEADROOM = 0.9
"""Share of the available memory that a run may plan to use."""


class InsufficientMemoryError(KapsimError, MemoryError):
    """The run would not fit into memory."""


@dataclasses.dataclass(frozen=True)
class Workload:
    """What a run holds at a time.

    Attributes
    ----------
    floats_per_patient
        Parameters, state and inputs of one patient in the kernel.
    records
        Records per patient.
    floats_per_record
        Numbers that a record holds for one patient.
    bytes_per_float
        4 or 8.
    patients_per_chunk
        Patients whose rows one worker holds at a time.
    rows_per_patient
        Rows of the result table for one patient.
    bytes_per_row
        Of the result table, in memory.
    """

    floats_per_patient: int
    records: int
    floats_per_record: int
    bytes_per_float: int
    patients_per_chunk: int
    rows_per_patient: int
    bytes_per_row: int


@dataclasses.dataclass(frozen=True)
class MemoryEstimate:
    """Bytes that a run needs at its peak, by part."""

    workers: int
    process: int
    compilation: int
    block: int
    chunk: int
    assembling: int

    @property
    def per_worker(self) -> int:
        """Bytes of one worker."""
        return self.process + self.compilation + self.block + self.chunk

    @property
    def total(self) -> int:
        """Bytes in all: the workers, or the assembling that follows them."""
        main = self.process if self.workers > 1 else 0
        working = main + self.workers * self.per_worker
        return max(working, self.process + self.compilation + self.assembling)


def estimate(workload: Workload, *, workers: int) -> MemoryEstimate:
    """Memory that a run needs: one block and one chunk per worker, then assembling."""
    floats = workload.floats_per_patient
    floats += workload.records * workload.floats_per_record
    chunk_rows = workload.patients_per_chunk * workload.rows_per_patient
    return MemoryEstimate(
        workers=workers,
        process=PROCESS_MB * MEBIBYTE,
        compilation=COMPILE_MB * MEBIBYTE,
        block=COPIES * WIDTH * floats * workload.bytes_per_float,
        chunk=2 * chunk_rows * workload.bytes_per_row,
        assembling=(2 * ROWS_PER_GROUP + chunk_rows) * workload.bytes_per_row,
    )


def require(needed: MemoryEstimate, available_bytes: int) -> None:
    """Refuse a run that would not fit.

    Raises
    ------
    InsufficientMemoryError
        With what is needed, what there is, and what to change.
    """
    allowed = HEADROOM * available_bytes
    if needed.total <= allowed:
        return
    fitting = int((allowed - needed.process) // needed.per_worker)
    advice = (
        f"use {fitting} worker(s)"
        if 1 <= fitting < needed.workers
        else "make the chunks smaller, or run on a machine with more memory"
    )
    raise InsufficientMemoryError(
        f"this run needs about {_mb(needed.total)} ({needed.workers} worker(s) of "
        f"{_mb(needed.per_worker)} each, of which {_mb(needed.block)} for a block of "
        f"{WIDTH} patients and {_mb(needed.chunk)} for a chunk of results); "
        f"{_mb(available_bytes)} are available, of which {HEADROOM:.0%} may be used. "
        f"To go on, {advice}."
    )


def _mb(count: int) -> str:
    return f"{count / MEBIBYTE:,.0f} MB"


def available() -> int:
    """Bytes that this process may still use, on its machine and control group."""
    return min([psutil.virtual_memory().available, *control_group_free()])


def control_group_free(
    membership: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")
) -> Iterator[int]:
    """Free bytes below each memory limit of this process's control groups, if any.

    Page cache that the kernel would give back counts as free.
    """
    if not membership.is_file():
        return
    for line in membership.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, limit, usage, cache = root, "memory.max", "memory.current", ""
        elif controllers == "memory":
            base, limit = root / "memory", "memory.limit_in_bytes"
            usage, cache = "memory.usage_in_bytes", "total_"
        else:
            continue
        folder = base / path.lstrip("/")
        for group in (folder, *folder.parents):
            if group.is_relative_to(base):
                yield from _free(group, limit, usage, f"{cache}inactive_file")


def _free(group: Path, limit: str, usage: str, cache: str) -> Iterator[int]:
    try:
        allowed = int((group / limit).read_text())  # "max" is no number: no limit
        used = int((group / usage).read_text())
        statistics = (group / "memory.stat").read_text().split()
    except (OSError, ValueError):
        return
    names = dict(zip(statistics[::2], statistics[1::2], strict=False))
    yield max(allowed - used + int(names.get(cache, 0)), 0)
