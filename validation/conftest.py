"""Validations record numbers with limits; `make validate` writes them to REPORT.md.

A validation takes the fixture `check` (see `validation.report.record.Recorder`). Those
marked `validation_slow` run with `--write-report`, or when a mark expression names that
marker (the conftest above). With `--write-report` files that finished before are not
run again, until they or the code change.
"""

import pathlib
from collections import Counter
from collections.abc import Iterable

import pytest

from kapsim.engine import platform
from validation.report.kept import Kept
from validation.report.page import page
from validation.report.record import Gathered, Recorder

platform.configure()

HERE = pathlib.Path(__file__).resolve().parent
KEPT = HERE.parent / "kapsim-runs" / "validation"
GATHERED = pytest.StashKey[Gathered]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-report",
        action="store_true",
        help="run the slow validations too, and write validation/REPORT.md",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[GATHERED] = Gathered()
    if config.getoption("--write-report"):
        config.pluginmanager.register(Writer(config), "validation-report")


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Recorder:
    """Records a number with limits, and asserts that it lies within them."""
    file = request.path.relative_to(HERE.parent).as_posix()
    return Recorder(file, request.config.stash[GATHERED])


class Writer:
    """Counts the tests of each file and writes the report when all have run."""

    def __init__(self, config: pytest.Config) -> None:
        self._gathered = config.stash[GATHERED]
        self._outcomes: dict[str, Counter[str]] = {}
        part = config.option.keyword or config.option.markexpr
        self._whole = not part and "::" not in " ".join(config.args)
        self._kept = Kept(KEPT, HERE.parent)
        self._ends: dict[str, str] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Take over what finished before; note the last test of each other file."""
        for file in dict.fromkeys(map(_file, items)):
            if found := self._kept.read(file):
                self._gathered.add(found[0])
                self._outcomes[file] = found[1]
        done = [item for item in items if _file(item) in self._outcomes]
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if _file(item) not in self._outcomes]
        self._ends = {_file(item): item.nodeid for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = report.nodeid.partition("::")[0]
        if report.when == "call" or report.failed:
            self._outcomes.setdefault(file, Counter())[report.outcome] += 1
        last = report.when == "teardown" and report.nodeid == self._ends.get(file)
        found = self._outcomes.get(file)  # none if every test of it was skipped
        if last and self._whole and found and not found["failed"]:
            self._kept.write(file, self._gathered, found)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        all_files = {f.relative_to(HERE.parent) for f in HERE.rglob("test_*.py")}
        left_out = {file.as_posix() for file in all_files} - self._outcomes.keys()
        if left_out:
            few = ", ".join(sorted(left_out)[:3])
            session.shouldfail = (
                f"report not written: {len(left_out)} files have not finished ({few}, "
                "...); finished ones are kept, and `make validate` runs the others"
            )
            return
        text = page(HERE.parent, self._gathered, self._outcomes)
        (HERE / "REPORT.md").write_text(text, encoding="utf-8")
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:  # all were kept
            session.exitstatus = pytest.ExitCode.OK
        self._draw(self._gathered.figures)

    def _draw(self, figures: Iterable) -> None:
        folder = HERE / "figures"
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.svg"):
            old.unlink()
        for figure in figures:
            (folder / f"{figure.name}.svg").write_text(figure.svg, encoding="utf-8")


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
