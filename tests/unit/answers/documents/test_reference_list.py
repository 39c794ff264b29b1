"""Lists of references: found, divided, linked; and nothing lost that is none."""

import pytest

from kapsim.answers.documents.block import Block
from kapsim.answers.documents.hyphenation import Vocabulary
from kapsim.answers.documents.identifiers import dois, year_of, years
from kapsim.answers.documents.recognised import reference
from kapsim.answers.documents.reference_list import (
    is_reference_heading,
    split_references,
)
from kapsim.evidence import library
from tests.unit.answers.made_documents import REFERENCES

HEADING = Block(("References",), level=1)


def split(*blocks: Block) -> tuple[list[str], list[str]]:
    vocabulary = Vocabulary(line for block in blocks for line in block.lines)
    body, entries = split_references(blocks, vocabulary)
    return [" ".join(block.lines) for block in body], entries


def test_entries_leave_the_text_and_what_follows_returns_to_it():
    body, entries = split(
        Block(("Words.",)),
        HEADING,
        *(Block((entry,)) for entry in REFERENCES),
        Block(("Appendix",), level=1),
        Block(("More words.",)),
    )
    assert body == ["Words.", "Appendix", "More words."]
    assert entries == list(REFERENCES)


def test_a_heading_below_it_does_not_end_a_list():
    _, entries = split(
        HEADING,
        Block((REFERENCES[0],)),
        Block(("Books",), level=2),
        Block((REFERENCES[1],)),
    )
    assert REFERENCES[1] in entries


def test_a_section_of_that_name_without_dated_entries_stays():
    words = "The works of this writer are many and none of them is listed here."
    dated = "The last of them came in 1999."
    blocks = [Block((text,)) for text in (words, words, dated)]
    body, entries = split(Block(("Works",), level=1), *blocks)
    assert body == ["Works", words, words, dated]
    assert entries == []


@pytest.mark.parametrize(
    "lines",
    [
        [f"[{n}] {entry}" for n, entry in enumerate(REFERENCES, start=1)],
        [f"{n}. {entry}" for n, entry in enumerate(REFERENCES, start=1)],
        list(REFERENCES),
    ],
)
def test_entries_that_run_together_are_divided(lines: list[str]):
    _, entries = split(HEADING, Block(tuple(lines)))
    assert [reference(entry).text for entry in entries] == list(REFERENCES)


def test_a_year_at_the_beginning_of_a_line_begins_no_entry():
    lines = ("1. Doe, J. A long title of a work, published in", "2001. Made Press.")
    _, entries = split(HEADING, Block((*lines, "2. Roe, R. Another. 2002.")))
    assert entries == [" ".join(lines), "2. Roe, R. Another. 2002."]


def test_entries_that_hang_are_divided():
    lines = ("Doe, J. (2001). A title", "   that goes on.", "Roe, R. (2002). Another.")
    _, entries = split(HEADING, Block(lines))
    assert entries == ["Doe, J. (2001). A title that goes on.", lines[2]]


@pytest.mark.parametrize(
    "text", ["References", "7. REFERENCES", "Works cited", "References and notes:"]
)
def test_headings_of_lists(text: str):
    assert is_reference_heading(text)


@pytest.mark.parametrize("text", ["Reference group", "References to fear", "Notes"])
def test_headings_of_other_sections(text: str):
    assert not is_reference_heading(text)


def test_every_shipped_doi_is_recognised_among_other_words():
    for source in library().sources.values():
        if source.doi:
            found = reference(f"Some words. 1999. https://doi.org/{source.doi}.")
            assert found.doi == source.doi.casefold()
            assert library().sources[found.source or ""].doi == source.doi


def test_a_title_links_only_with_its_year():
    source = library().source("murrough_2013_ajp")
    title = source.title.upper().replace(" ", "  ")
    assert reference(f"Murrough. {title}. 2013.").source == source.key
    assert reference(f"Murrough. {title}. 2014.").source is None


def test_dois_lose_the_punctuation_around_them():
    text = "(see doi:10.1016/S0140-6736(05)67179-0). Also <10.1000/xyz123>, 10.1/no"
    assert dois(text) == ["10.1016/s0140-6736(05)67179-0", "10.1000/xyz123"]


def test_years_and_dates():
    assert years("12 (2001a); pages 1999-2005; 10.1000/2004.1") == [2001, 1999]
    assert year_of("2019/03/02") == 2019
    assert year_of("March 2, 2019") == 2019
    assert year_of("no date") is None
