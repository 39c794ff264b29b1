"""The documentation's verdicts are those of the experiments as they stand."""

import json
import pathlib
from typing import Any

import pytest

from kapsim.lab.published import names, published
from kapsim.lab.verdict import line, overall
from scripts.pages import laboratory

ROOT = pathlib.Path(__file__).parents[3]
RECORDED: dict[str, Any] = json.loads((ROOT / laboratory.RECORDED).read_text("utf-8"))
FIGURES = ROOT / "docs" / "laboratory" / "figures"


def stale(recorded: dict[str, Any]) -> list[str]:
    """Experiments without a number for each result, or recorded and no more."""
    lacking = [
        name
        for name in names()
        if not laboratory.verdicts(published(name), recorded.get(name))
    ]
    return lacking + sorted(set(recorded) - set(names()))


def test_every_experiment_is_recorded_as_it_stands() -> None:
    assert not stale(RECORDED), "run `make lab` and commit what it writes"
    assert {path.stem for path in FIGURES.glob("*.svg")} == set(names())


def test_the_verdict_is_that_of_the_recorded_numbers() -> None:
    for name, record in RECORDED.items():
        judged = laboratory.verdicts(published(name), record)
        assert record["verdict"] == overall(judged).value
        assert record["verdict_line"] == line(judged)


def test_a_planted_change_is_found() -> None:
    name, before = next(iter(RECORDED)), set(stale(RECORDED))
    record = RECORDED[name] | {"numbers": {}}
    fewer = {key: value for key, value in RECORDED.items() if key != name}
    for planted in (fewer, RECORDED | {name: record}):
        assert set(stale(planted)) - before == {name}
    assert set(stale(RECORDED | {"gone": record})) - before == {"gone"}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return laboratory.pages(ROOT)


def test_every_experiment_is_shown_with_its_results(pages: dict[str, str]) -> None:
    for name in names():
        known = published(name)
        text = pages[f"laboratory/{known.topic}.md"]
        assert f"{{ #{name} }}" in text
        assert f"kapsim lab run {name}\n" in text
        assert f"({known.topic}.md#{name})" in pages["laboratory/index.md"]


def test_a_topic_without_experiments_has_a_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(laboratory, "names", lambda: ())
    made = laboratory.pages(ROOT)
    assert set(made) == {
        "laboratory/index.md",
        *(f"laboratory/{topic}.md" for topic in laboratory.TOPICS),
    }
    assert "no experiment yet" in made["laboratory/mood.md"]


def test_an_experiment_that_was_not_run_says_so(tmp_path: pathlib.Path) -> None:
    made = laboratory.pages(tmp_path)
    known = published(names()[0])
    assert "Not run yet" in made[f"laboratory/{known.topic}.md"]
    assert "not run yet" in made["laboratory/index.md"]
