"""Plain text: encodings, divided words, furniture, headings, lists of references."""

from pathlib import Path

import pytest

from kapsim.answers.documents import extract
from kapsim.answers.documents.decoding import decode
from kapsim.answers.documents.furniture import is_page_number, without_furniture
from kapsim.answers.documents.hyphenation import Vocabulary, cleaned, joined
from kapsim.answers.documents.plain import read_plain
from tests.unit.answers import made_documents as made

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "cp1252", "latin-1"])
def test_odd_encodings_give_the_same_words(tmp_path: Path, encoding: str):
    document = extract(made.text_file(tmp_path / "text.txt", encoding))
    quote = '"very quiet"' if encoding == "latin-1" else "“very quiet”"
    assert document.passages[0].text == (
        f"The café of the naïve patient was described as {quote} by those who saw it, "
        "and the word was divided. A divided word is made whole."
    )
    guessed = encoding in ("cp1252", "latin-1")
    assert bool(document.warnings) is guessed


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Депрессия возвращается после окончания лечения у многих больных. "),
        ("shift_jis", "うつ病の治療は時間がかかることが多いとされています。"),
    ],
)
def test_other_alphabets_are_recognised(encoding: str, text: str):
    assert decode((text * 8).encode(encoding))[0] == text * 8


def test_the_encoding_that_a_page_declares_counts():
    page = '<meta charset="iso-8859-2"><p>Zażółć gęślą jaźń</p>'
    assert decode(page.encode("iso-8859-2"), markup=True)[0] == page


@pytest.mark.parametrize(
    ("lines", "elsewhere", "text"),
    [
        (["the thera-", "pist"], "a therapist", "the therapist"),
        (["ketamine-", "assisted"], "", "ketamine-assisted"),
        (["long-", "term"], "", "long-term"),
        (["open-", "label"], "an open-label trial", "open-label"),
        (["Carhart-", "Harris"], "", "Carhart-Harris"),
        (["self-", "criticism"], "", "self-criticism"),
        (["a 5-", "HT agonist"], "", "a 5- HT agonist"),
        (["pre- and post-", "treatment"], "post-treatment", "pre- and post-treatment"),
        (["pre-", "and post"], "", "pre- and post"),
        (["soft\u00ad", "ened"], "", "softened"),
        (["one", "two"], "", "one two"),
        (["de-", "pression"], "", "depression"),
    ],
)
def test_hyphens_at_line_ends(lines: list[str], elsewhere: str, text: str):
    assert joined(lines, Vocabulary([*lines, elsewhere])) == text


def test_ligatures_and_odd_spaces_are_levelled():
    assert cleaned("ﬁne\u00a0ﬂow\u2009of  oﬃces\x07") == "fine flow of offices"


def test_page_furniture_of_text_goes_and_pages_stay():
    pages = [
        f"A made journal\n\nThe page {word} tells of {word} things.\n\n{number}\n"
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]
    blocks = read_plain("\f".join(pages).encode()).blocks
    assert [(block.page, block.lines) for block in blocks] == [
        (1, ("The page one tells of one things.",)),
        (2, ("The page two tells of two things.",)),
        (3, ("The page three tells of three things.",)),
    ]


def test_a_single_page_keeps_its_lines():
    assert without_furniture([["12", "words", "13"]]) == [["12", "words", "13"]]


@pytest.mark.parametrize("line", ["12", "- 12 -", "Page 3 of 10", "xiv", "S12", "3/10"])
def test_page_numbers(line: str):
    assert is_page_number(line)


@pytest.mark.parametrize("line", ["12 patients", "Table 3", "mild", "1.5 mg"])
def test_what_is_no_page_number(line: str):
    assert not is_page_number(line)


def levels(text: str) -> list[tuple[int, str]]:
    return [(b.level, " ".join(b.lines)) for b in read_plain(text.encode()).blocks]


def test_headings_of_plain_text():
    text = (
        "INTRODUCTION TO IT\n\nWords.\n\nMethods:\nMore words.\n\nPart\n----\nLast.\n"
    )
    assert levels(text) == [
        (1, "INTRODUCTION TO IT"),
        (0, "Words."),
        (1, "Methods:"),
        (0, "More words."),
        (1, "Part"),
        (0, "Last."),
    ]


def test_one_paragraph_a_line_where_lines_are_long():
    lines = [made.words(topic, 60) for topic in ("one", "two")]
    assert levels("\n".join(lines)) == [(0, lines[0]), (0, lines[1])]


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_words_divided_at_line_ends_are_made_whole(tmp_path: Path, ending: str):
    path = tmp_path / f"divided.{ending}"
    path.write_text(
        "The window of plas-\nticity, and keta-\nmine-assisted\ntherapy for self-\n"
        "esteem. Plasticity and ketamine are named whole here.\n"
    )
    (passage,) = extract(path).passages
    assert passage.text == (
        "The window of plasticity, and ketamine-assisted therapy for self-esteem. "
        "Plasticity and ketamine are named whole here."
    )
