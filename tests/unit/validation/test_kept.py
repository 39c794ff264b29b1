"""Results of validations that are kept: the same again, and only for the same code."""

import math
from collections import Counter
from pathlib import Path

import pytest

from validation.report.kept import Kept
from validation.report.record import Figure, Gathered, Recorder, Table

FILE = "validation/behaviour/test_a.py"
OTHER = "validation/behaviour/test_b.py"


@pytest.fixture
def gathered() -> Gathered:
    made = Gathered()
    check = Recorder(FILE, made)
    check("x", 1.0, 0.5, source="exact", note="a note")
    check.planted("x", "a fault", 0.0)
    made.tables.append(Table(FILE, "T", "words", ("a", "b"), (("1", "2"),)))
    made.figures.append(Figure(FILE, "f", "caption", "<svg/>"))
    Recorder(OTHER, made)("y", 2.0, 1.0, source="exact")
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    for name in ("src/kapsim", "validation/behaviour", "validation/external", "tests"):
        (made / name).mkdir(parents=True)
    for name in ("conftest.py", "constraints.txt", "pyproject.toml", FILE, OTHER):
        (made / name).write_text("")
    return made


def test_what_is_kept_comes_back_and_nothing_of_others(tmp_path, root, gathered):
    Kept(tmp_path, root).write(FILE, gathered, Counter(passed=3, skipped=1))
    found = Kept(tmp_path, root).read(FILE)
    assert found is not None
    again, outcomes = found
    assert again.checks == gathered.checks[:1]
    assert math.isinf(again.checks[0].high)
    assert again.tables == gathered.tables
    assert again.figures == gathered.figures
    assert outcomes == Counter(passed=3, skipped=1)
    assert Kept(tmp_path, root).read(OTHER) is None


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        (FILE, False),
        ("src/kapsim/a.py", False),
        ("validation/courses.py", False),
        ("conftest.py", False),
        (OTHER, True),
        ("validation/REPORT.md", True),
        ("validation/external/validation.csv", True),
    ],
)
def test_results_of_other_code_are_not_seen(tmp_path, root, gathered, changed, seen):
    Kept(tmp_path, root).write(FILE, gathered, Counter(passed=1))
    (root / changed).write_text("other")
    assert (Kept(tmp_path, root).read(FILE) is not None) == seen
