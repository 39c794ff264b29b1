"""Results of validations that are kept: the same again, and only for the same code."""

import math
from collections import Counter
from pathlib import Path

import pytest

from validation.report.kept import Kept, code_hash
from validation.report.record import Figure, Gathered, Recorder, Table

FILE = "validation/behaviour/test_a.py"


@pytest.fixture
def gathered() -> Gathered:
    made = Gathered()
    check = Recorder(FILE, made)
    check("x", 1.0, 0.5, source="exact", note="a note")
    check.planted("x", "a fault", 0.0)
    made.tables.append(Table(FILE, "T", "words", ("a", "b"), (("1", "2"),)))
    made.figures.append(Figure(FILE, "f", "caption", "<svg/>"))
    Recorder("validation/other.py", made)("y", 2.0, 1.0, source="exact")
    return made


def test_what_is_kept_comes_back_and_nothing_of_others(tmp_path, gathered):
    Kept(tmp_path, "k").write(FILE, gathered, Counter(passed=3, skipped=1))
    found = Kept(tmp_path, "k").read(FILE)
    assert found is not None
    again, outcomes = found
    assert again.checks == gathered.checks[:1]
    assert math.isinf(again.checks[0].high)
    assert again.tables == gathered.tables
    assert again.figures == gathered.figures
    assert outcomes == Counter(passed=3, skipped=1)


def test_results_of_other_code_are_not_seen(tmp_path, gathered):
    Kept(tmp_path, "k").write(FILE, gathered, Counter(passed=1))
    assert Kept(tmp_path, "other").read(FILE) is None
    assert Kept(tmp_path, "k").read("validation/other.py") is None


def test_the_hash_follows_the_code_and_not_the_report(tmp_path: Path):
    for name in ("src/kapsim", "validation/figures", "tests"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("conftest.py", "constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_text("")
    (tmp_path / "src/kapsim/a.py").write_text("1")
    first = code_hash(tmp_path)
    (tmp_path / "validation/REPORT.md").write_text("a report")
    (tmp_path / "validation/figures/f.svg").write_text("<svg/>")
    assert code_hash(tmp_path) == first
    (tmp_path / "conftest.py").write_text("2")
    assert code_hash(tmp_path) != first
    (tmp_path / "conftest.py").write_text("")
    (tmp_path / "src/kapsim/a.py").write_text("2")
    assert code_hash(tmp_path) != first
