"""What `ask` composes passes the check in all four formats, and faults in it do not."""

from pathlib import Path

import pytest

from kapsim.answers.answer import Answer
from kapsim.answers.asking import ask
from kapsim.answers.formats import as_html, as_json, as_markdown, as_text
from kapsim.answers.shelf import open_shelf
from kapsim.answers.verify import check_answer
from kapsim.answers.verify.check import check_text, shipped_records

FORMS = {"text": as_text, "md": as_markdown, "html": as_html, "json": as_json}
QUESTIONS = (
    "How many sessions are needed?",
    "How does ketamine-assisted therapy work for depression?",
    "Why are people with depression afraid, and does extinction help?",
    "What is involuntary defeat?",
    "What has interoception to do with it?",
    "Is ketamine safe?",
    "Who does not respond?",
    "Why does blinding fail?",
    "How long does it last?",
    "Does ketamine cure depression for ever?",
    "What did Jung mean by nigredo?",
    "How far can I trust the model?",
    "Who was Pierre Janet?",
    "What dose should I take?",
    "What is the capital of France?",
)
NOTE = """---
title: Windows & extinction after ketamine
author: [Nina Novak]
date: 2019-05-06
---

# Windows

Ketamine was given a day before extinction of fear, and the “fear” did not return in \
12 of 20 rats (60 %). That is *more* than expected [see p < 0.05].
"""


@pytest.fixture(autouse=True)
def _no_library_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("KAPSIM_LIBRARY", str(tmp_path / "none.sqlite"))


def problems(answer: Answer) -> dict[str, list[str]]:
    records = shipped_records()
    return {
        name: [str(one) for one in check_text(write(answer), records)]
        for name, write in FORMS.items()
    }


def test_an_answer_passes():
    answer = ask("How many sessions are needed?")
    assert answer.account
    assert check_text(as_markdown(answer), shipped_records()) == []


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_pass(question):
    assert problems(ask(question)) == {name: [] for name in FORMS}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A library of the reader's with one note."""
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    with open_shelf(tmp_path / "own.sqlite") as shelf:
        shelf.add([note])
    return tmp_path / "own.sqlite"


@pytest.mark.slow
def test_quotations_of_the_readers_documents(own, tmp_path):
    answer = ask("Does ketamine help fear extinction?", own)
    assert answer.quotations
    file = tmp_path / "answer"
    for write in FORMS.values():
        text = write(answer)
        with open_shelf(own, read_only=True) as shelf:
            file.write_text(text, encoding="utf-8")
            assert check_answer(file, shelf) == []
            typed = text.replace("12 of 20 rats", "12 of 20 mice")
            file.write_text(typed, encoding="utf-8")
            assert [one.part for one in check_answer(file, shelf)] == ["quotation"]
        assert {one.part for one in check_answer(file)} >= {"coverage", "quotation"}
