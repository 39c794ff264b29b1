"""What finished validations left, kept until the code changes: nothing runs twice.

`make validate` takes more than an hour. A file of validations is kept when all its
tests have run and none failed, under the hash of everything that it may depend on, so
that an interrupted run goes on where it was and parts may run side by side. Tests in
other files are no part of it, nor are the reports that commands write.
"""

import dataclasses
import hashlib
import json
import pathlib
from collections import Counter
from typing import Any

from validation.report.record import Check, Figure, Gathered, Table

_WRITTEN = (
    "validation/REPORT.md",
    "validation/figures/",
    "validation/external/",
    "validation/sensitivity/",
    "validation/calibration/claims",
    "validation/calibration/left_out",
    "validation/calibration/repeated/",
    "validation/calibration/rivals",
    "src/kapsim/evidence/explanations/",
    "src/kapsim/evidence/sensitivity/",
)
_FILES = ("conftest.py", "constraints.txt", "pyproject.toml")
_FOLDERS = ("src/kapsim", "validation", "tests")


def code_hash(root: pathlib.Path) -> str:
    """Hash of all files that any validation may depend on: no tests, no reports."""
    made = hashlib.sha256()
    below = (one for name in _FOLDERS for one in (root / name).rglob("*"))
    for path in sorted([*below, *(root / name for name in _FILES)]):
        name = path.relative_to(root).as_posix()
        written = "__pycache__" in name or name.startswith(_WRITTEN)
        if path.is_file() and not written and not path.match("test_*.py"):
            made.update(name.encode() + b"\0" + path.read_bytes())
    return made.hexdigest()


class Kept:
    """Results of files of validations, in a folder.

    Parameters
    ----------
    folder
        Where they lie.
    root
        Of the repository; results of other code, or of other tests, are not seen.
    """

    def __init__(self, folder: pathlib.Path, root: pathlib.Path) -> None:
        self._folder, self._root, self._code = folder, root, code_hash(root)

    def write(self, file: str, gathered: Gathered, outcomes: Counter[str]) -> None:
        """Keep what a file left."""
        own = {
            field.name: [
                dataclasses.asdict(one)
                for one in getattr(gathered, field.name)
                if one.file == file
            ]
            for field in dataclasses.fields(gathered)
        }
        content = {"key": self._key(file), "outcomes": dict(outcomes), **own}
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._path(file).with_suffix(".partial")
        partial.write_text(json.dumps(content), encoding="utf-8")
        partial.replace(self._path(file))

    def read(self, file: str) -> tuple[Gathered, Counter[str]] | None:
        """What a file left; none if it is not kept."""
        path = self._path(file)
        if not path.exists():
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] != self._key(file):
            return None
        gathered = Gathered(
            checks=[_check(one) for one in content["checks"]],
            tables=[_table(one) for one in content["tables"]],
            figures=[Figure(**one) for one in content["figures"]],
        )
        return gathered, Counter(content["outcomes"])

    def _key(self, file: str) -> str:
        tests = (self._root / file).read_bytes()
        return hashlib.sha256(self._code.encode() + tests).hexdigest()

    def _path(self, file: str) -> pathlib.Path:
        return self._folder / f"{file.replace('/', '-')}.json"


def _check(data: dict[str, Any]) -> Check:
    faults = tuple((name, value) for name, value in data.pop("faults"))
    return Check(**data, faults=faults)


def _table(data: dict[str, Any]) -> Table:
    rows = tuple(tuple(row) for row in data.pop("rows"))
    header = tuple(data.pop("header"))
    return Table(**data, header=header, rows=rows)
