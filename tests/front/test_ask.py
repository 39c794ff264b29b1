"""The verb `ask`: every format, files, refusals, and models that the user names."""

import json
from pathlib import Path
from typing import Any

import pytest

from kapsim.answers.verify.check import check_text, shipped_records
from kapsim.cli.main import main
from tests.unit.answers.prose.stub_server import chat, stub_server

QUESTION = "How many sessions are needed?"
BEGINNINGS = {"text": QUESTION, "md": f"# {QUESTION}", "html": "<!doctype", "json": "{"}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KAPSIM_LIBRARY", str(tmp_path / "none.sqlite"))
    for name in ("KAPSIM_MODEL_ADDRESS", "KAPSIM_MODEL", "KAPSIM_MODEL_KEY"):
        monkeypatch.delenv(name, raising=False)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["ask", *words])
    out, err = capsys.readouterr()
    return code, out, err


def claims(out: str) -> list[str]:
    sections = json.loads(out)["account"]
    return [one["claim"] for section in sections for one in section["sentences"]]


@pytest.mark.parametrize("form", BEGINNINGS)
def test_every_format(capsys: pytest.CaptureFixture[str], form: str) -> None:
    code, out, _ = said(capsys, QUESTION, "--format", form)
    assert code == 0
    assert out.lower().lstrip().startswith(BEGINNINGS[form].lower())
    assert check_text(out, shipped_records()) == []


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.md", "md"), ("a.HTML", "html"), ("a.json", "json"), ("a.txt", "text")],
)
def test_a_file_is_written_by_its_ending(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, form: str
) -> None:
    _, shown, _ = said(capsys, QUESTION, "--format", form)
    code, out, err = said(capsys, QUESTION, "-o", str(tmp_path / name))
    assert (code, out) == (0, "")
    assert name in err
    assert (tmp_path / name).read_text(encoding="utf-8") == shown


def test_an_unknown_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, QUESTION, "--format", "odt")
    assert (code, out) == (2, "")
    assert "odt" in err


@pytest.mark.parametrize("question", ["", " ?! "])
def test_an_empty_question_is_refused(
    capsys: pytest.CaptureFixture[str], question: str
) -> None:
    code, out, err = said(capsys, question)
    assert (code, out) == (2, "")
    assert "no words" in err


def test_a_library_that_is_not_there_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = said(capsys, QUESTION, "--library", str(tmp_path / "no.sqlite"))
    assert (code, out) == (2, "")
    assert "no library" in err


def last_first(path: str, request: dict[str, Any]) -> dict[str, Any]:
    """Planted: the claim that was found last lies nearest to the question."""
    rows = request["input"]
    data = [
        {"index": place, "embedding": [1.0, float(len(rows) - place)]}
        for place in range(len(rows))
    ]
    data[0]["embedding"] = [1.0, 0.0]
    return {"data": data}


def test_vectors_put_claims_into_another_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = "How long does the effect of ketamine last?"
    _, plain, _ = said(capsys, question, "--format", "json")
    with stub_server(last_first) as (address, asked):
        options = ("--vectors", "small", "--model-address", address)
        code, out, _ = said(capsys, question, "--format", "json", *options)
    assert code == 0
    assert asked[0]["request"]["input"][0] == question
    assert {one["path"] for one in asked} == {"/v1/embeddings"}
    assert set(claims(out)) != set(claims(plain))
    assert check_text(out, shipped_records()) == []


def test_vectors_need_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, QUESTION, "--vectors", "small")
    assert (code != 0, out) == (True, "")
    assert "address" in err


def test_a_language_model_rephrases_and_may_not_add(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with stub_server(lambda *_: chat("Ketamine cures 99 % of people.")) as server:
        address, asked = server
        options = ("--model", "large", "--model-address", address)
        code, out, _ = said(capsys, QUESTION, "--format", "json", *options)
    assert code == 0
    assert asked
    assert "99 %" not in json.dumps(json.loads(out)["account"])
    assert json.loads(out)["dropped"]
    assert claims(out)
