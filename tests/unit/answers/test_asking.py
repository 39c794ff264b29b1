import re
from pathlib import Path

import pytest

import kapsim
from kapsim.answers import notices
from kapsim.answers.answer import Answer, Level
from kapsim.answers.asking import ask
from kapsim.answers.formats import as_html, as_json, as_markdown, as_text
from kapsim.answers.shelf import ShelfError, open_shelf
from kapsim.answers.verify.numbers import numbers
from kapsim.evidence import Step, knowledge, library
from tests.unit.answers.small_library import small_library


@pytest.fixture(autouse=True)
def _without_own_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("KAPSIM_LIBRARY", str(tmp_path / "none.sqlite"))


def small(question: str, own: Path | None = None) -> Answer:
    return ask(question, own, found=small_library())


def claims(answer: Answer) -> list[str]:
    return [one.claim for section in answer.account for one in section.sentences]


def test_sections_stand_in_the_order_of_causes_after_the_nearest_claims():
    answer = small("fear extinction, interoception and how long ketamine lasts")
    nearest, *rest = answer.account
    assert nearest.heading == "Nearest to the question"
    assert len(nearest.sentences) == 2
    steps = [list(Step).index(section.step) for section in rest]
    assert steps == sorted(steps)
    assert len(claims(answer)) == len(set(claims(answer))) > 3


def test_who_asks_of_the_whole_finds_the_chain_of_causes_in_short():
    opening, *rest = ask("How does ketamine-assisted therapy work?").account
    assert opening.heading == "In short"
    gists = {one.id: one.gist for one in knowledge().claims.values() if one.gist}
    assert {one.claim: one.text for one in opening.sentences} == gists
    told = {one.claim: one for section in rest for one in section.sentences}
    assert all(told[one.claim].sources == one.sources for one in opening.sentences)
    steps = [list(Step).index(told_of(one.claim)) for one in opening.sentences]
    assert steps == sorted(steps)


def told_of(claim: str) -> Step:
    return knowledge().claims[claim].step


def test_who_asks_one_thing_finds_nothing_in_short():
    sections = ask("What does ketamine do to fear extinction?").account
    assert "In short" not in {section.heading for section in sections}


def test_no_gist_has_a_number_that_its_claim_lacks():
    with_gist = [one for one in knowledge().claims.values() if one.gist]
    for claim in with_gist:
        assert numbers(claim.gist or "") <= numbers(claim.text), claim.id


def test_a_claim_refers_to_no_other():
    """Answers put claims in an order of their own."""
    refers = re.compile(
        r"(After such|Such|This (?!library)|These|Those|It|They|"
        r"That (gain|rule|effect|study|trial|finding)|"
        r"The same (analysis|treatment|study|trial|group)) "
    )
    texts = {one.id: one.text for one in knowledge().claims.values()}
    assert not [name for name, text in texts.items() if refers.match(text)]
    assert refers.match("The same analysis found nothing.")


def test_who_asks_by_a_phrase_alone_gets_what_has_it():
    keyed = {
        name
        for name, claim in knowledge().claims.items()
        if "effective is ketamine" in claim.keywords
    }
    assert set(claims(ask("How effective is ketamine?"))) == keyed


def test_few_claims_need_no_section_of_the_nearest():
    answer = small("What are the side effects of ketamine?")
    assert len(claims(answer)) <= 3
    assert [section.heading for section in answer.account] == [
        section.step.heading for section in answer.account
    ]


def test_numbers_of_the_model_are_filled_in():
    answer = small("What are the side effects of ketamine?")
    record = library().parameter("drug.blood_pressure.systolic")
    told = {one.claim: one.text for s in answer.account for one in s.sentences}
    assert record.quantity_text in told["concerns.pressure"]


def test_both_sides_of_what_is_contested():
    (one,) = small("Does ketamine help fear extinction in rats?").contested
    assert one.claim.sources == ("fava_2018",)
    assert [said.sources for said in one.against] == [("singh_2016",)]


def test_just_the_cited_sources_are_listed():
    answer = small("What does ketamine do to fear extinction?")
    cited = {key for s in answer.account for one in s.sentences for key in one.sources}
    cited |= {key for one in answer.contested for a in one.against for key in a.sources}
    cited |= {key for one in (*answer.shown, *answer.linked) for key in one.sources}
    assert {one.key for one in answer.sources} == cited


def test_a_wrong_presupposition_is_named_and_answered_first():
    answer = small("Why does extinction erase fear?")
    assert "extinction erases fear" in answer.notice
    assert claims(answer)[0] == "danger.adds"
    assert claims(answer).count("danger.adds") == 1


def test_advice_is_refused():
    answer = small("Should I take ketamine?")
    assert answer.notice == notices.NO_ADVICE
    assert (answer.account, answer.shown, answer.linked) == ((), (), ())


def test_outside_the_library_nothing_is_made_up():
    answer = small("Does interoception matter to bakers of tiramisu?")
    assert answer.coverage.level is Level.NOT
    assert (answer.account, answer.sources) == ((), ())
    assert answer.nearest[0].concept == "interoception"


def test_the_reader_s_own_documents_are_quoted_word_for_word(tmp_path: Path):
    text = "# Notes\n\nOld. Extinction of fear was slow in the cellar of the house.\n"
    (tmp_path / "notes.md").write_text(text)
    own = tmp_path / "own.sqlite"
    with open_shelf(own) as shelf:
        shelf.add([tmp_path / "notes.md"])
    answer = small("What is fear extinction?", own)
    (quoted,) = answer.quotations
    assert quoted.text in text
    assert quoted.label in [one.label for one in answer.sources if one.own]
    assert answer.coverage.aspects[0].passages == 1


def test_own_documents_on_what_the_library_lacks(tmp_path: Path):
    text = "# Sweets\n\nTiramisu is made of coffee, eggs and a cheese of cream.\n"
    (tmp_path / "sweets.md").write_text(text)
    own = tmp_path / "own.sqlite"
    with open_shelf(own) as shelf:
        shelf.add([tmp_path / "sweets.md"])
    answer = small("What is tiramisu?", own)
    assert answer.account == ()
    assert "Tiramisu" in answer.quotations[0].text
    assert answer.coverage.level is Level.PARTLY


def test_a_library_that_is_named_must_be_there(tmp_path: Path):
    with pytest.raises(ShelfError, match="no library"):
        small("What is fear extinction?", tmp_path / "missing.sqlite")


def test_the_whole_has_every_step_and_both_sides():
    answer = kapsim.ask("How does ketamine-assisted therapy work for depression?")
    assert {section.step for section in answer.account} == set(Step)
    assert answer.contested
    assert answer.shown[0].name == "kap-2x2"
    said = " ".join(one.text for s in answer.account for one in s.sentences)
    assert 600 < len(said.split()) < 1800


@pytest.mark.parametrize("form", [as_text, as_markdown, as_html, as_json])
def test_the_same_bytes_every_time(form):
    question = "Why does blinding fail?"
    assert form(ask(question)) == form(ask(question))
