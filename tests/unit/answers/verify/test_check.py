"""An answer is checked in all four formats, and planted faults are found."""

import dataclasses
import json

import pytest

from kapsim.answers.answer import Answer, Level
from kapsim.answers.formats import as_html, as_json, as_markdown, as_text
from kapsim.answers.formats.words import REPHRASED
from kapsim.answers.verify import UncheckableError, check_text
from kapsim.evidence import Strength, library
from tests.unit.answers import made_answer as made

FORMS = ("text", "md", "html", "json")
DAYS = f"{library().parameter('brain.window.tau_p').value:g}"


def written(answer: Answer, form: str) -> str:
    if form == "html":
        return as_html(answer, made.names(), made.records().figure)
    if form == "json":
        return as_json(answer)
    return {"text": as_text, "md": as_markdown}[form](answer, made.names())


def found(text: str) -> list[str]:
    return [str(one) for one in check_text(text, made.records())]


def with_sentence(**changes: object) -> Answer:
    """The made answer with the last sentence of its first section changed."""
    answer = made.made_answer()
    section = answer.account[0]
    sentence = section.sentences[-1].model_copy(update=changes)
    changed = section.model_copy(
        update={"sentences": (*section.sentences[:-1], sentence)}
    )
    return answer.model_copy(update={"account": (changed, *answer.account[1:])})


def changed_quotation(old: str, new: str) -> Answer:
    answer = made.made_answer()
    quotation = answer.quotations[0]
    text = quotation.text.replace(old, new)
    return answer.model_copy(
        update={"quotations": (quotation.model_copy(update={"text": text}),)}
    )


def changed_aspect(**changes: object) -> Answer:
    answer = made.made_answer()
    first, *others = answer.coverage.aspects
    aspects = (first.model_copy(update=changes), *others)
    coverage = answer.coverage.model_copy(update={"aspects": aspects})
    return answer.model_copy(update={"coverage": coverage})


def changed_number(**changes: object) -> Answer:
    answer = made.made_answer()
    shown = answer.shown[0]
    numbers = (shown.numbers[0].model_copy(update=changes), *shown.numbers[1:])
    return answer.model_copy(
        update={"shown": (shown.model_copy(update={"numbers": numbers}),)}
    )


def without(part: str) -> Answer:
    return made.made_answer().model_copy(update={part: ()})


def changed_source(**changes: object) -> Answer:
    answer = made.made_answer()
    first, *others = answer.sources
    return answer.model_copy(
        update={"sources": (first.model_copy(update=changes), *others)}
    )


FAULTS = {
    "a word of a quotation": (
        changed_quotation("helped", "healed"),
        "quotation: not word for word",
    ),
    "the place of a quotation": (
        made.made_answer().model_copy(
            update={
                "quotations": (
                    made.made_answer()
                    .quotations[0]
                    .model_copy(
                        update={"place": made.PLACE.model_copy(update={"page": 4})}
                    ),
                )
            }
        ),
        "stands at p. 3",
    ),
    "a citation to a source that is not there": (
        with_sentence(sources=("nobody_1999",)),
        "not in the list of sources",
    ),
    "a citation to another source": (
        with_sentence(sources=("otto_2021",)),
        "rests on other sources",
    ),
    "a citation left out": (
        made.made_answer().model_copy(
            update={
                "account": (
                    made.made_answer()
                    .account[1]
                    .model_copy(
                        update={
                            "sentences": (
                                made.made_answer()
                                .account[1]
                                .sentences[0]
                                .model_copy(update={"sources": ("fanta_2015",)}),
                            )
                        }
                    ),
                )
            }
        ),
        "rests on other sources",
    ),
    "a number": (
        with_sentence(
            text="Whether therapy in the open window teaches more has not been shown; "
            "the model assumes 2.7 d for it."
        ),
        "number " + ", ".join(sorted((DAYS, "2.7"))),
    ),
    "a word of a claim": (
        with_sentence(
            text="Whether therapy in the open window teaches more has been shown; the "
            f"model assumes {DAYS} d for it."
        ),
        "not the words of a claim",
    ),
    "a source that is not cited": (
        made.made_answer().model_copy(
            update={
                "sources": (
                    *made.made_answer().sources,
                    *made.cited({"perezruixo_2021"}),
                )
            }
        ),
        "listed but not cited",
    ),
    "a reference": (
        changed_source(reference="Fanta, S. (2015). Something else."),
        "the reference is not the recorded one",
    ),
    "a count of claims": (changed_aspect(claims=4), "Claims: 4, but 3 is counted"),
    "a count by strength": (
        changed_aspect(strengths={Strength.A: 3}),
        "By strength: 3 A",
    ),
    "a level of coverage": (
        changed_aspect(level=Level.PARTLY),
        "Covered: partly, but well is counted",
    ),
    "a number of the model": (changed_number(value=-0.13), "not the stored"),
    "a verdict": (changed_number(met=False), "not the stored"),
    "a command": (
        made.made_answer().model_copy(
            update={"shown": (made.SHOWN.model_copy(update={"command": "kapsim x"}),)}
        ),
        "not the stored",
    ),
    "a page of a concept": (
        made.made_answer().model_copy(
            update={
                "linked": (
                    made.made_answer()
                    .linked[0]
                    .model_copy(update={"page": "Cures everything [fanta_2015]."}),
                )
            }
        ),
        "not in the page",
    ),
    "what speaks against": (
        made.made_answer().model_copy(
            update={
                "contested": (
                    made.made_answer()
                    .contested[0]
                    .model_copy(
                        update={
                            "against": (
                                made.made_answer()
                                .contested[0]
                                .against[0]
                                .model_copy(update={"text": "Nothing is against it."}),
                            )
                        }
                    ),
                )
            }
        ),
        "no source is recorded as saying this",
    ),
    "what is near": (
        made.made_answer().model_copy(
            update={
                "nearest": (
                    made.made_answer().nearest[0].model_copy(update={"claims": 9}),
                )
            }
        ),
        "not what the library holds",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_from_the_records_passes(form):
    assert found(written(made.made_answer(), form)) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(fault, form):
    answer, said = FAULTS[fault]
    assert any(said in one for one in found(written(answer, form)))


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_a_fault_typed_into_the_file_is_found(form):
    text = written(made.made_answer(), form)
    assert "seven days" in text
    typed = text.replace("seven days", "nine days")
    assert any("number 7, 9" in one for one in found(typed))


@pytest.mark.parametrize("form", FORMS)
def test_quotation_marks_ligatures_and_hyphens_do_not_matter(form):
    same = changed_quotation("su\ufb03cient", "sufficient")
    same = same.model_copy(
        update={
            "quotations": tuple(
                one.model_copy(
                    update={"text": one.text.replace("“helped”", '"helped"')}
                )
                for one in same.quotations
            )
        }
    )
    assert found(written(same, form)) == []


@pytest.mark.parametrize("form", FORMS)
def test_quotations_need_the_readers_library(form):
    records = dataclasses.replace(made.records(), documents=None)
    problems = check_text(written(made.made_answer(), form), records)
    assert any("your library has no document" in str(one) for one in problems)


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_text_of_no_part_is_found(form):
    text = written(made.made_answer(), form)
    last = "A psychiatrist"
    sentence = "Ketamine cures everybody."
    put = {
        "text": ("\nAccount\n-------\n", f"\nAccount\n-------\n\n{sentence}\n"),
        "md": ("## Account\n", f"## Account\n\n{sentence}\n"),
        "html": ("<h2>Account</h2>", f"<h2>Account</h2><div>{sentence}</div>"),
    }[form]
    assert last in text
    assert any("belongs to no part" in one for one in found(text.replace(*put)))
    moved = text.replace(last, f"{sentence} {last}")
    assert any("not in the page" in one for one in found(moved))


def test_what_a_page_does_not_display_is_not_read():
    page = written(made.made_answer(), "html")
    said = "They are gone in 2 weeks"
    hidden = page.replace(said, f"They stay for 3 weeks<!-- {said} -->")
    assert any("number 2, 3" in one for one in found(hidden))
    unseen = page.replace('<li id="otto_2021">', '<li id="otto_2021" hidden>')
    assert any("not in the list of sources" in one for one in found(unseen))


def test_the_drawing_is_the_stored_one():
    page = written(made.made_answer(), "html")
    assert any(
        "not the stored figure" in one
        for one in found(page.replace(">9.5 days<", ">8.5 days<"))
    )


def test_bibtex_is_the_recorded_one():
    for form in ("md", "html"):
        text = written(made.made_answer(), form)
        typed = text.replace("volume = {71}", "volume = {72}")
        assert any("the entry is not the recorded" in one for one in found(typed))


def test_other_words_pass_only_with_their_numbers_and_under_the_notice():
    other = with_sentence(
        text=f"The model takes {DAYS} d; nobody has shown that an open window helps."
    )
    noticed = other.model_copy(update={"notice": f"{REPHRASED} x."})
    wrong = with_sentence(text="The model takes 2.6 d, which nobody has shown.")
    wrong = wrong.model_copy(update={"notice": f"{REPHRASED} x."})
    for form in ("text", "md", "html"):
        assert any("not the words" in one for one in found(written(other, form)))
        assert found(written(noticed, form)) == []
        assert any("number" in one for one in found(written(wrong, form)))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("claim", "window.nothing", "there is no claim"),
        ("strength", "A", "graded otherwise"),
        ("reading", "primary", "graded otherwise"),
    ],
)
def test_fields_that_only_json_has(field, value, said):
    data = json.loads(as_json(made.made_answer()))
    data["account"][0]["sentences"][-1][field] = value
    assert any(said in one for one in found(json.dumps(data)))


def test_exact_numbers_in_json():
    answer = changed_number(value=-0.1234561)
    assert any("not the stored result" in one for one in found(as_json(answer)))


@pytest.mark.parametrize(
    "text", ["", "Hello.", "# Hello\n\nYou.", "{}", "<html></html>"]
)
def test_what_is_no_answer_is_refused(text):
    with pytest.raises(UncheckableError, match="no answer"):
        found(text)


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_disclaimer_is_found(form):
    text = written(made.made_answer(), form)
    changed = text.replace("Not medical advice", "Medical advice")
    if form != "json":  # which has no disclaimer of its own
        assert any("no medical advice" in one for one in found(changed))


@pytest.mark.parametrize("form", FORMS)
def test_a_notice_that_is_made_up_is_found(form):
    notice = "Take 0.5 mg/kg."
    answer = made.made_answer().model_copy(update={"notice": notice})
    assert any("not a notice of kapsim" in one for one in found(written(answer, form)))


@pytest.mark.parametrize("form", FORMS)
def test_an_objection_under_the_grade_of_the_claim_is_found(form):
    answer = made.made_answer()
    disputed = answer.contested[0]
    raised = tuple(
        one.model_copy(update={"strength": Strength.A}) for one in disputed.against
    )
    disputed = disputed.model_copy(update={"against": raised})
    changed = answer.model_copy(update={"contested": (disputed,)})
    assert found(written(changed, form))
