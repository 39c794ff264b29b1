"""The report of the validations, read back: every number, or an error."""

import re
from collections import Counter

import pytest

from kapsim.report.credibility.recorded import ReportError, posterior_of, recorded
from validation.report.page import page
from validation.report.record import Check, Gathered, Table

ROOT_FILE = '"""Curves | against a solver\n\nMore."""\n'
FILE, OTHER, TABLES = (
    f"validation/{name}.py"
    for name in ("analytic/test_a", "twin/test_b", "published/test_c")
)


def check(name, value, file=FILE, **more):
    return Check(file, name, value, 0.0, 1.0, "points", "exact", **more)


@pytest.fixture
def text(tmp_path):
    for file in (FILE, OTHER, TABLES):
        path = tmp_path / file
        path.parent.mkdir(parents=True)
        path.write_text(ROOT_FILE)
    checks = [
        check("a. b | c", 0.5, note="SE 0.1", faults=(("half", 3.0),)),
        check("off", 1.5, missed="Why. It | is."),
        check("further off", -2.0, missed="Why. It | is."),
    ]
    shown = Table(TABLES, "A trial", "Words.", ("check", "limit"), (("x", "y"),))
    gathered = Gathered(checks=checks, tables=[shown])
    outcomes = {
        FILE: Counter(passed=3),
        OTHER: Counter(passed=1, failed=1),
        TABLES: Counter(passed=1),
    }
    return page(tmp_path, gathered, outcomes)


def test_numbers_limits_verdicts_and_reasons_come_back(text):
    one = recorded(text)[0]
    assert (one.file, one.group, one.met) == ("analytic/test_a.py", "analytic", 1)
    first, second, _ = one.checks
    assert first.name == r"a. b \| c"
    assert (first.limit, first.obtained) == ("0 to 1 points", "0.5 points (SE 0.1)")
    assert (first.fault, first.source, first.met) == ("half: 3", "exact", True)
    assert not second.met
    assert one.reasons == (
        ("off", r"Why. It \| is."),
        ("further off", r"Why. It \| is."),
    )


def test_validations_without_numbers_come_back(text):
    by_file = {one.file: one for one in recorded(text)}
    assert by_file["published/test_c.py"].checks == ()
    other = by_file["twin/test_b.py"]
    assert (other.tests, other.failed) == (2, True)


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("| met | half: 3 |", "| perhaps | half: 3 |"),
        ("3 numbers with limits", "4 numbers with limits"),
        ("numbers with limits", "numbers"),
        ("Missed: off. Why. It \\| is.\n", ""),
        ("Missed: off.", "Missed: on."),
    ],
)
def test_what_cannot_be_read_is_an_error(text, part, instead):
    assert part in text
    with pytest.raises(ReportError):
        recorded(text.replace(part, instead, 1))


@pytest.mark.parametrize("version", ["3", "-", "2026-11"])
def test_the_posterior_comes_back(text, version):
    made = re.sub(r"posterior \S+\.\n", f"posterior {version}.\n", text, count=1)
    assert posterior_of(made) == version
    with pytest.raises(ReportError, match="which posterior"):
        posterior_of(made.replace("Calibrated numbers", "Numbers"))
