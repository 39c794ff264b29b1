"""The page of the laboratory, its table, and how numbers are written."""

import io
import re

import pytest
from rich.console import Console

from kapsim.lab.published import Result, names, published
from kapsim.lab.request import LabRequest
from kapsim.lab.verdict import Verdict, Word
from kapsim.report.lab import words
from kapsim.report.lab.page import render_lab, tally, topics
from kapsim.report.lab.table import verdict_table
from tests.unit.lab import fakes


@pytest.fixture(scope="module")
def findings():
    known = fakes.design("calm", topic="mood", title=fakes.HOSTILE)
    return [
        fakes.finding(LabRequest("brave", 1, 30, (fakes.DRUG,))),
        fakes.finding(LabRequest("calm"), known),
    ]


@pytest.fixture(scope="module")
def page(findings):
    return render_lab(findings)


def result(**fields):
    return Result.model_validate(fakes.result("x", **fields))


def judged(value, word=Word.MET, **fields):
    return Verdict(result(**fields), value, word)


def test_verdicts_are_counted_on_top(page):
    said = " ".join(page.split())
    assert "2 experiments: 4 of 6 published results lie within their limits" in said
    assert "2 are missed, 2 cannot be compared" in said
    rows = re.findall(r"topic-(\w+)\">\w+</a></th>((?:<td>\d+</td>)+)", page)
    assert rows == [
        ("threat", "<td>1</td><td>2</td><td>1</td><td>1</td>"),
        ("mood", "<td>1</td><td>2</td><td>1</td><td>1</td>"),
    ]


def test_each_experiment_has_all_it_needs(page):
    for words_ in (
        "Is it so?",
        "Two groups.",
        "One mechanism.",
        "The model is too wide for it.",
        "Nobody measured the taste of it.",
        "Larger in the first.",
        "Research software. Not medical advice.",
        "30 subjects in each group",
        f"{fakes.DRUG}",
        "kapsim lab run brave --seed 1 --patients 30 --drug",
        "Gershman",
    ):
        assert words_ in page, words_
    for basis in words.BASES:
        assert f"<dt>{basis.capitalize()}</dt>" in page


def test_the_page_asks_for_nothing_and_runs_nothing(page):
    assert "<script" not in page
    assert not re.findall(r"(?:src|srcset)=|url\(|@import", page)
    links = re.findall(r'href="([^"]*)"', page)
    allowed = ("#", "https://doi.org/", "data:application/x-bibtex")
    assert all(link.startswith(allowed) for link in links)
    inside = {link[1:] for link in links if link.startswith("#")}
    assert inside <= set(re.findall(r'id="([^"]*)"', page))


def test_words_from_outside_are_escaped(page):
    assert fakes.HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


def test_topics_and_names_are_in_order(findings):
    grouped = topics(findings)
    assert list(grouped) == ["threat", "mood"]
    assert tally("all", [one.verdicts for one in findings]).compared == 6


def test_the_table_has_a_line_per_result_and_a_verdict_line(findings):
    text = io.StringIO()
    Console(file=text, width=100).print(verdict_table(findings[0]))
    lines = text.getvalue().splitlines()
    assert lines[0].startswith("brave: Title of brave")
    shown = [line.split() for line in lines]
    assert ["the", "height", "0.5", "0.45", "to", "0.55", "0.5", "met"] in shown
    assert ["the", "order", "direction", "at", "least", "0", "0.1", "met"] in shown
    assert ["the", "width", "3", "at", "most", "2.5", "3", "missed"] in shown
    assert ["the", "taste", "–", "–", "–", "not", "comparable"] in shown
    assert any(line.startswith("2 of 3 numbers") for line in lines)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"low": 1, "high": 2}, "1 to 2"),
        ({"low": -0.5, "high": 2e-7}, "−0.5 to 2e−07"),
        ({"low": 3, "high": 3}, "exactly 3"),
        ({"low": 0.25}, "at least 0.25"),
        ({"high": 12345678}, "at most 1.23457e+07"),
        ({"not_comparable": "no"}, "–"),
    ],
)
def test_limits_in_words(fields, said):
    assert words.limits(result(**fields)) == said


@pytest.mark.parametrize(
    ("value", "high", "said"),
    [
        (0.123456, 1.0, "0.1235"),
        (0.955001, 0.955, "0.955001"),
        (0.9549999, 0.955, "0.9549999"),
        (0.955, 0.955, "0.955"),
        (float("nan"), 1.0, "–"),
        (-2.0, 1.0, "−2"),
    ],
)
def test_a_number_shows_the_side_of_its_limit(value, high, said):
    assert words.obtained(judged(value, high=high)) == said


def test_published_values_and_units():
    assert words.published_value(result(value=-1.5, low=0)) == "−1.5"
    assert words.published_value(result(low=0, basis="direction")) == "direction"
    assert words.published_value(result(low=0)) == "–"
    assert words.meaning(result(low=0)) == "the x"
    assert words.meaning(result(low=0, unit="d")) == "the x [d]"


def test_remarks_with_the_same_words_stand_together():
    same = [judged(1.0, low=0, note="As drawn."), judged(2.0, low=0, note="As drawn.")]
    missed = judged(-1.0, Word.MISSED, low=0)
    assert words.remarks([*same, missed]) == {
        ("Note", "As drawn."): ["the x", "the x"],
        ("Missed", "No reason is on record."): ["the x"],
    }


def test_every_topic_of_an_experiment_has_a_name():
    assert {published(name).topic for name in names()} <= set(words.TOPICS)
