"""What is advised when a file cannot be written, by the reason."""

import errno
import os
from pathlib import Path

import pytest

from kapsim.engine.atomic import StoreError, make_directory, storage_failure


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space, or choose another output directory"),
        (errno.EDQUOT, "Free some space, or choose another output directory"),
        (errno.EEXIST, "name another output directory"),
        (errno.ENOTDIR, "A file is where a directory is needed"),
        (errno.EACCES, "Choose an output directory that you may write to"),
        (errno.EPERM, "Choose an output directory that you may write to"),
        (errno.EROFS, "Choose an output directory that you may write to"),
        (errno.ENAMETOOLONG, "with a shorter name"),
        (errno.EIO, "Choose another output directory, and run again"),
    ],
)
def test_the_remedy_fits_the_reason(number: int, advice: str) -> None:
    said = str(storage_failure(Path("out"), OSError(number, os.strerror(number))))
    assert said.startswith(f"cannot write out: {os.strerror(number)}. ")
    assert advice in said
    full = number in (errno.ENOSPC, errno.EDQUOT)
    assert ("Free some space" in said) is full


def test_an_error_without_a_number_is_told_too() -> None:
    assert "cannot write out: broken. Choose" in str(
        storage_failure(Path("out"), OSError("broken"))
    )


@pytest.mark.parametrize("below", ["", "run"])
def test_a_file_in_the_way_is_named(below: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / below
    with pytest.raises(StoreError, match="A file is where a directory is needed"):
        make_directory(place)
