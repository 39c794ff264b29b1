"""The estimate adds up, control groups count, and a refusal says what to do."""

import dataclasses
from pathlib import Path

import pytest

from kapsim.engine import memory
from kapsim.engine.memory import MEBIBYTE

WORK = memory.Workload(
    floats_per_patient=100,
    records=10,
    floats_per_record=20,
    bytes_per_float=4,
    patients_per_chunk=16_384,
    rows_per_patient=50,
    bytes_per_row=100,
)


def test_estimate_by_hand() -> None:
    got = memory.estimate(WORK, workers=2)
    assert got.block == 3 * 2048 * (100 + 10 * 20) * 4
    assert got.chunk == 2 * 16_384 * 50 * 100
    assert got.per_worker == (300 + 500) * MEBIBYTE + got.block + got.chunk
    assert got.total == 300 * MEBIBYTE + 2 * got.per_worker
    assert memory.estimate(WORK, workers=1).total == got.per_worker


def test_assembling_may_be_the_peak() -> None:
    wide = dataclasses.replace(WORK, bytes_per_row=20_000, patients_per_chunk=1)
    got = memory.estimate(wide, workers=1)
    assert got.total == 800 * MEBIBYTE + got.assembling > got.per_worker


def test_what_fits_is_let_through() -> None:
    needed = memory.estimate(WORK, workers=2)
    memory.require(needed, int(needed.total / memory.HEADROOM) + 1)
    with pytest.raises(memory.InsufficientMemoryError):
        memory.require(needed, int(needed.total / memory.HEADROOM) - 1)


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(memory.InsufficientMemoryError, match=r"use 2 worker\(s\)"):
        memory.require(memory.estimate(WORK, workers=8), 2700 * MEBIBYTE)
    refusal = r"about 963 MB \(1 worker.*500 MB are available.*make the chunks smaller"
    with pytest.raises(memory.InsufficientMemoryError, match=refusal):
        memory.require(memory.estimate(WORK, workers=1), 500 * MEBIBYTE)


def test_this_machine_has_memory() -> None:
    assert memory.available() > 0


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_control_groups_of_version_2(tmp_path: Path) -> None:
    write(tmp_path / "cgroup", "0::/outer/inner\n")
    for folder, limit in (("outer", "3000"), ("outer/inner", "max")):
        group = tmp_path / "fs" / folder
        write(group / "memory.max", f"{limit}\n")
        write(group / "memory.current", "1000\n")
        write(group / "memory.stat", "anon 700\ninactive_file 250\n")
    free = memory.control_group_free(tmp_path / "cgroup", tmp_path / "fs")
    assert list(free) == [3000 - 1000 + 250]


def test_control_groups_of_version_1(tmp_path: Path) -> None:
    write(tmp_path / "cgroup", "5:cpu:/\n4:memory:/here\n")
    group = tmp_path / "fs" / "memory" / "here"
    write(group / "memory.limit_in_bytes", "900")
    write(group / "memory.usage_in_bytes", "1000")
    write(group / "memory.stat", "total_inactive_file 50\n")
    free = memory.control_group_free(tmp_path / "cgroup", tmp_path / "fs")
    assert list(free) == [0]


def test_no_control_group_no_limit(tmp_path: Path) -> None:
    assert not list(memory.control_group_free(tmp_path / "none", tmp_path))
    write(tmp_path / "cgroup", "0::/\n")
    assert not list(memory.control_group_free(tmp_path / "cgroup", tmp_path))
