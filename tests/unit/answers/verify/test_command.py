"""The verb `check-answer`."""

import json

import pytest
import typer
from typer.testing import CliRunner

from kapsim.answers.asking import ask
from kapsim.answers.formats import as_markdown
from kapsim.answers.verify import UncheckableError, check_answer
from kapsim.cli import check_answer as verb

APP = typer.Typer()
APP.command()(verb.command)


@pytest.fixture(autouse=True)
def _no_library_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("KAPSIM_LIBRARY", str(tmp_path / "none.sqlite"))


@pytest.fixture(scope="module")
def text() -> str:
    return as_markdown(ask("What is the capital of France?"))


def run(*arguments: object):
    return CliRunner().invoke(APP, [str(one) for one in arguments])


def test_an_answer_that_agrees(text, tmp_path):
    file = tmp_path / "answer.md"
    file.write_text(text, encoding="utf-8")
    result = run(file)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "agrees with the records" in result.stderr


def test_an_answer_that_does_not(text, tmp_path):
    file = tmp_path / "answer.md"
    typed = text.replace("does not cover this question.", "covers this question well.")
    assert typed != text
    file.write_text(typed, encoding="utf-8")
    result = run(file)
    assert result.exit_code == 1
    assert result.stdout.startswith("coverage: not as counted")
    listed = run(file, "--format", "json")
    assert listed.exit_code == 1
    assert [one["part"] for one in json.loads(listed.stdout)] == ["coverage"]


def test_files_that_are_no_answer(tmp_path):
    other = tmp_path / "other.md"
    other.write_bytes(b"\xff\xfe")
    with pytest.raises(UncheckableError, match=r"other\.md: cannot be read"):
        check_answer(other)
    with pytest.raises(UncheckableError, match=r"none\.md: cannot be read"):
        check_answer(tmp_path / "none.md")
    other.write_text("# A title\n", encoding="utf-8")
    with pytest.raises(UncheckableError, match=r"other\.md: it has no question"):
        check_answer(other)
