"""The numbers with limits that `make validate` left in validation/REPORT.md.

The report is read back, since it is what is committed. A line of it that cannot be read
is an error, so that no number is lost in silence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_HEADER = ("check", "limit", "obtained", "verdict", "planted fault", "source")
_SECTION = re.compile(r"^## (?P<title>.+)\n\n`validation/(?P<file>[^`]+)`", re.M)
_BAR = re.compile(r"(?<!\\)\|")
_MISSED = re.compile(r"^Missed: (.+)$", re.M)
_TESTS = re.compile(
    r"^\| (?P<title>.+?) \| `validation/(?P<file>[^`]+)` \| (?P<tests>\d+) "
    r"\| (?P<verdict>.+?) \|$",
    re.M,
)
_TOTAL = re.compile(r"^(\d+) numbers with limits: (\d+) met, (\d+) missed\.", re.M)
_POSTERIOR = re.compile(r"Calibrated numbers are those of posterior (\S+)\.$", re.M)


class ReportError(ValueError):
    """A report that is not written as expected."""


class Check(NamedTuple):
    """One number; texts are as in the report, in Markdown.

    Attributes
    ----------
    name
        What is checked.
    limit, obtained
        Where the number must lie, and the number.
    met
        Whether it does.
    fault
        Planted faults and what they gave.
    source
        Where the limits come from.
    """

    name: str
    limit: str
    obtained: str
    met: bool
    fault: str
    source: str


class Validation(NamedTuple):
    """One validation.

    Attributes
    ----------
    title
        What it does.
    file
        Its file below validation/.
    checks
        Its numbers with limits.
    reasons
        For each number that is missed, its name and why.
    tests
        Tests that passed or failed without a number; 0 if not told.
    failed
        Whether one of these failed.
    """

    title: str
    file: str
    checks: tuple[Check, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    tests: int = 0
    failed: bool = False

    @property
    def group(self) -> str:
        """Folder that it stands in."""
        return self.file.partition("/")[0]

    @property
    def met(self) -> int:
        """Numbers that are within their limits."""
        return sum(check.met for check in self.checks)


def recorded(text: str) -> tuple[Validation, ...]:
    """All validations of the report, in its order.

    Parameters
    ----------
    text
        Of validation/REPORT.md.

    Raises
    ------
    ReportError
        If a line cannot be read, or if the numbers do not add up to its own total.
    """
    found = (*_with_numbers(text), *_with_tests(text))
    total = _TOTAL.search(text)
    if total is None:
        raise ReportError("the report does not say how many numbers it has.")
    checks = [check for one in found for check in one.checks]
    met = sum(check.met for check in checks)
    if [len(checks), met, len(checks) - met] != [int(n) for n in total.groups()]:
        raise ReportError(
            f"{len(checks)} numbers were read, {met} of them met; "
            f"the report says: {total.group(0)}"
        )
    return found


def posterior_of(text: str) -> str:
    """Version of the posterior that the validations ran with; a dash if with none.

    Parameters
    ----------
    text
        Of validation/REPORT.md.

    Raises
    ------
    ReportError
        If it does not say.
    """
    found = _POSTERIOR.search(text)
    if found is None:
        raise ReportError("the report does not say with which posterior it was made.")
    return found.group(1)


def _with_numbers(text: str) -> Iterator[Validation]:
    starts = [*_SECTION.finditer(text)]
    ends = [one.start() for one in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=True):
        body = text[start.end() : end].partition("\n## ")[0]
        checks = tuple(_checks(body))
        reasons = tuple(_reasons(checks, _MISSED.findall(body)))
        yield Validation(start["title"], start["file"], checks, reasons)


def _reasons(checks: tuple[Check, ...], said: list[str]) -> Iterator[tuple[str, str]]:
    """Each missed number with why; the report has both in the same order."""
    missed = [check.name for check in checks if not check.met]
    if len(missed) != len(said):
        raise ReportError(
            f"{len(missed)} numbers are missed, {len(said)} have a reason."
        )
    for name, text in zip(missed, said, strict=True):
        if not f"{text} ".startswith(f"{name}. "):
            raise ReportError(f"a reason is not of the number it stands at: {text}")
        yield name, text[len(name) + 1 :].strip()


def _checks(body: str) -> Iterator[Check]:
    """Lines of the table of numbers, the first table of a section that has numbers."""
    lines = [line for line in body.splitlines() if line.startswith("|")]
    if not lines or _cells(lines[0]) != _HEADER:
        return
    table = body[body.index(lines[0]) :].partition("\n\n")[0].splitlines()
    for line in table[2:]:
        cells = _cells(line)
        if len(cells) != len(_HEADER) or cells[3] not in ("met", "**missed**"):
            raise ReportError(f"a line cannot be read: {line}")
        name, limit, obtained, verdict, fault, source = cells
        yield Check(name, limit, obtained, verdict == "met", fault, source)


def _with_tests(text: str) -> Iterator[Validation]:
    for row in _TESTS.finditer(text):
        yield Validation(
            row["title"],
            row["file"],
            tests=int(row["tests"]),
            failed=row["verdict"] != "met",
        )


def _cells(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _BAR.split(line)[1:-1])
