"""Writing a file so that a reader sees all of it or nothing."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from kapsim.units import KapsimError

_SUFFIX = ".partial"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_IN_THE_WAY = (errno.EEXIST, errno.ENOTDIR)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class StoreError(KapsimError, OSError):
    """A result could not be written or read back."""


def storage_failure(path: Path, error: OSError) -> StoreError:
    """Error that says what to do about a file that could not be written."""
    reason = error.strerror or str(error)
    return StoreError(f"cannot write {path}: {reason}. {_remedy(error.errno)}")


def _remedy(number: int | None) -> str:
    """What helps against an error of the operating system, by its number."""
    if number in _FULL:
        return (
            "Free some space, or choose another output directory, and run again: "
            "finished chunks are kept."
        )
    if number in _IN_THE_WAY:
        return "A file is where a directory is needed: name another output directory."
    if number in _FORBIDDEN:
        return "Choose an output directory that you may write to."
    if number == errno.ENAMETOOLONG:
        return "Choose an output directory with a shorter name."
    return "Choose another output directory, and run again: finished chunks are kept."


def make_directory(directory: Path) -> None:
    """Make a directory with its parents, if it is not there.

    Raises
    ------
    StoreError
        If that is not possible.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_failure(directory, error) from error


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a place to write to, which becomes `path` only when all went well.

    The bytes are on disk before the name appears, and nothing is left behind by an
    exception. What a killed process leaves is removed by `remove_partial`.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}{_SUFFIX}")
    try:
        yield partial
        _flush(partial)
        os.replace(partial, path)
        if os.name == "posix":
            _flush(path.parent)
    except StoreError:
        raise
    except OSError as error:
        raise storage_failure(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically; raises `StoreError`."""
    with atomic_path(path) as partial:
        partial.write_bytes(content)


def remove_partial(directory: Path) -> None:
    """Remove what processes that are no more have left half-written."""
    for leftover in directory.glob(f".*{_SUFFIX}"):
        writer = leftover.name.removesuffix(_SUFFIX).rpartition(".")[2]
        if not (writer.isdecimal() and _alive(int(writer))):
            leftover.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    """Whether a process can still write; one that waits to be reaped cannot."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write named arrays to a file ``.npz``, compressed.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    with atomic_path(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, **arrays)
