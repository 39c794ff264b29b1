"""The account in other words, by a stub of a language model."""

import re

import pytest

from kapsim.answers.formats import as_html, as_json, as_markdown, as_text
from kapsim.answers.formats.words import REPHRASED
from kapsim.answers.prose import Model, ModelError, rephrase
from kapsim.answers.verify import check_text
from tests.unit.answers import made_answer as made
from tests.unit.answers.prose.stub_server import chat, stub_server


def asked_text(request: dict) -> str:
    return request["messages"][-1]["content"]


def as_asked(path: str, request: dict) -> dict:
    """Each sentence with other words around its own."""
    return chat(re.sub(r"(S\d: )", r"\1Put in other words, ", asked_text(request)))


def test_other_words_are_taken_and_pass_the_check():
    with stub_server(as_asked) as (address, asked):
        answer = rephrase(made.made_answer(), Model(address, "small"))
    texts = [s.text for section in answer.account for s in section.sentences]
    assert all(text.startswith("Put in other words, ") for text in texts)
    assert not any("[" in text for text in texts)
    assert answer.dropped == made.made_answer().dropped
    assert f"{REPHRASED} small" in answer.notice
    assert [one["path"] for one in asked] == ["/v1/chat/completions"] * 2
    names, records = made.names(), made.records()
    forms = [as_text(answer, names), as_markdown(answer, names), as_json(answer)]
    forms.append(as_html(answer, names, records.figure))
    assert [check_text(form, records) for form in forms] == [[]] * 4


def test_only_the_account_is_sent():
    with stub_server(as_asked) as (address, asked):
        rephrase(made.made_answer(), Model(address, "small"))
    sent = repr([one["request"] for one in asked])
    assert "helped" not in sent
    assert made.DOCUMENT not in sent
    assert made.QUESTION not in sent


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[kamp_2020_anesthesiology]", "", "citation missing"),
        ("kamp_2020_anesthesiology", "invented_2020", "citation missing"),
        ("[kamp", "[invented_2020; kamp", "citation that was not there"),
        ("24 hours", "48 hours", "numbers changed: 24, 48"),
        ("single dose", "single “wonder” dose", "quoted words changed"),
        ("S1: ", "", "left out"),
        ("S1: ", "S9: ", "not asked for"),
    ],
)
def test_sentences_that_change_more_than_words_are_dropped_and_reported(old, new, said):
    def tampered(path: str, request: dict) -> dict:
        return chat(
            as_asked(path, request)["choices"][0]["message"]["content"].replace(
                old, new
            )
        )

    with stub_server(tampered) as (address, _):
        answer = rephrase(made.made_answer(), Model(address, "small"))
    first = answer.account[0].sentences
    assert first[0] == made.made_answer().account[0].sentences[0]
    assert first[1].text.startswith("Put in other words, ")
    assert any(said in why for why in answer.dropped)


def test_nothing_taken_leaves_the_answer_as_it_was_but_reported():
    with stub_server(lambda path, request: chat("I cannot.")) as (address, _):
        answer = rephrase(made.made_answer(), Model(address, "small"))
    assert answer.account == made.made_answer().account
    assert answer.notice == made.made_answer().notice
    assert len(answer.dropped) == len(made.made_answer().dropped) + 3


def test_an_answer_without_an_account_is_not_sent():
    empty = made.made_answer().model_copy(update={"account": ()})
    with stub_server(as_asked) as (address, asked):
        assert rephrase(empty, Model(address, "small")) is empty
    assert asked == []


@pytest.mark.parametrize(
    "given", [{}, {"choices": []}, {"choices": [{"message": {}}]}, []]
)
def test_a_model_without_a_text_is_refused(given):
    with (
        stub_server(lambda path, request: given) as (address, _),
        pytest.raises(ModelError, match="answered without a text"),
    ):
        rephrase(made.made_answer(), Model(address, "small"))
