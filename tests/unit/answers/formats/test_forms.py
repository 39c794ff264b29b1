"""The four formats of an answer, with texts that no format may take for its own."""

import json
import re

import bs4
import pytest
from markdown_it import MarkdownIt

from kapsim.answers.answer import Answer, ShownNumber
from kapsim.answers.documents.passage import Place
from kapsim.answers.formats import as_html, as_json, as_markdown, as_text, plain, words
from kapsim.answers.formats.outline import Table
from kapsim.answers.verify import check_text
from tests.unit.answers import made_answer as made

HOSTILE = (
    "# 1. Not <script>alert(1)</script> a [link](#x) or ![image](http://x/y.png), "
    "`code` &amp; *stars* __lines__ | bars ~~gone~~ $x$ \\back {a} “b” "
    "\ufdd0k\ufdd1l\ufdd2"
)


def page(answer: Answer) -> str:
    return as_html(answer, made.names(), made.records().figure)


def hostile() -> Answer:
    answer = made.made_answer()
    quotation = answer.quotations[0].model_copy(
        update={"text": HOSTILE, "place": Place(section="<b>x</b>", paragraph=1)}
    )
    aspect = answer.coverage.aspects[0].model_copy(update={"words": HOSTILE})
    return answer.model_copy(
        update={
            "question": HOSTILE,
            "notice": HOSTILE,
            "quotations": (quotation,),
            "coverage": answer.coverage.model_copy(update={"aspects": (aspect,)}),
            "dropped": (HOSTILE,),
        }
    )


SHOWN = re.sub("[\ufdd0-\ufdd2]", "", HOSTILE)


def test_json_is_the_answer():
    text = as_json(made.made_answer())
    assert Answer.model_validate_json(text) == made.made_answer()
    assert list(json.loads(text)) == list(Answer.model_fields)


def test_the_same_bytes_every_time():
    once, again = (
        [page(made.made_answer()), as_text(made.made_answer(), made.names())]
        for _ in range(2)
    )
    assert once == again


def test_markdown_shows_every_sign_as_it_is():
    html = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(as_markdown(hostile(), made.names()))
    )
    rendered = bs4.BeautifulSoup(html, "lxml")
    assert not rendered.find_all(["script", "img", "em", "s"])
    assert [one.get_text() for one in rendered.find_all("h1")] == [SHOWN]
    quote = rendered.find("blockquote")
    assert quote is not None
    assert f"“{SHOWN}”" in quote.get_text()
    cells = [cell.get_text() for cell in rendered.find_all("td")]
    assert SHOWN in cells


def test_a_page_shows_every_sign_as_it_is():
    rendered = bs4.BeautifulSoup(page(hostile()), "lxml")
    assert not rendered.find_all(["script", "img", "iframe", "link"])
    heading = rendered.find("h1")
    assert heading is not None
    assert heading.get_text() == SHOWN
    quote = rendered.find("blockquote")
    assert quote is not None
    assert f"“{SHOWN}”" in quote.get_text()


def test_text_shows_every_sign_as_it_is():
    text = as_text(hostile(), made.names())
    assert (
        f"\n    — Novak 2019, section “<b>x</b>”, paragraph 1 {{{made.DOCUMENT}}}"
        in text
    )
    assert SHOWN in " ".join(text.split())


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_hostile_signs_hide_nothing_from_the_check(form):
    texts = {
        "text": as_text(hostile(), made.names()),
        "md": as_markdown(hostile(), made.names()),
        "html": page(hostile()),
    }
    parts = {one.part for one in check_text(texts[form], made.records())}
    assert parts == {"opening", "coverage", "quotation"}


def test_links_of_a_page_lead_somewhere():
    rendered = bs4.BeautifulSoup(page(made.made_answer()), "lxml")
    ids = [str(tag["id"]) for tag in rendered.find_all(id=True)]
    assert len(ids) == len(set(ids))
    inner = [str(a["href"])[1:] for a in rendered.select("a[href^='#']")]
    assert set(inner) <= set(ids)
    assert {one.key for one in made.made_answer().sources} <= set(inner)


def test_links_of_markdown_lead_to_the_sources():
    html = MarkdownIt("commonmark").render(
        as_markdown(made.made_answer(), made.names())
    )
    rendered = bs4.BeautifulSoup(html, "lxml")
    ids = {str(tag["id"]) for tag in rendered.find_all(id=True)}
    inner = {str(a["href"])[1:] for a in rendered.select("a[href^='#']")}
    assert inner == ids


def test_a_page_needs_no_other_file():
    rendered = bs4.BeautifulSoup(page(made.made_answer()), "lxml")
    outer = [str(a["href"]) for a in rendered.find_all("a", href=True)]
    assert all(
        one.startswith(("#", "https://doi.org/", "data:application/x-bibtex"))
        for one in outer
    )
    assert not rendered.find_all(src=True)
    assert "@import" not in page(made.made_answer())


def test_only_what_there_is_has_a_heading():
    empty = made.made_answer().model_copy(
        update={
            name: ()
            for name in (
                *("account", "contested", "quotations", "shown", "linked"),
                *("nearest", "sources", "dropped"),
            )
        }
        | {"notice": ""}
    )
    html = bs4.BeautifulSoup(page(empty), "lxml")
    assert len(html.find_all("h2")) == 1
    assert as_markdown(empty, made.names()).count("\n## ") == 1
    assert as_text(empty, made.names()).count("\n---") == 1


def test_text_fits_a_terminal():
    lines = as_text(made.made_answer(), made.names()).splitlines()
    lines = [line for line in lines if not line.startswith("kapsim evidence ")]
    assert max(map(len, lines)) <= 88


def test_weak_evidence_is_named_beside_its_sources():
    text = " ".join(as_text(made.made_answer(), made.names()).split())
    assert "(Kamp et al. 2020; in animals)." in text
    assert "(Fanta et al. 2015; assumption; not looked up)." in text
    assert "(Fanta et al. 2015; Simons et al. 2022a)." in text
    assert "(Otto et al. 2021; in animals)." in text


def test_text_leaves_out_cells_that_hold_nothing():
    compared = ShownNumber(
        meaning="response", value=0.5, unit="1", published=None, limits=None, met=None
    )
    assert words.number_cells(compared)[2:] == (words.NONE,) * 3
    table = Table("numbers", words.NUMBER_HEAD, (words.number_cells(compared),))
    assert plain.as_text([table]) == "- response — Model: 0.5\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [(-14.7234, "−14.7"), (0.59081, "0.591"), (2252.0, "2252"), (-0.0, "0")],
)
def test_numbers_are_as_long_as_they_are_certain(value: float, written: str):
    assert words.number(value) == written
