r"""Citations, read back by a small BibTeX reader that shares no code with them."""

import importlib.resources
import json
import re
import unicodedata

import pytest

from kapsim.answers.documents.metadata import read_metadata
from kapsim.evidence import Source, SourceKind, bibtex, csl_json, library, reference
from kapsim.evidence.csl import source_fields

SYMBOLS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "i": "ı",
}
MARKS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "c": "\u0327",
    "k": "\u0328",
}


def plain(text: str) -> str:
    """Text of a BibTeX field as it would be printed."""
    dashes = text.replace("---", "—").replace("--", "–")
    accented = re.sub(
        r"\{\\(.)\{(.)\}\}",
        lambda m: unicodedata.normalize("NFC", m[2] + MARKS[m[1]]),
        dashes,
    )
    named = re.sub(r"\{\\([A-Za-z]+)\}", lambda m: SYMBOLS[m[1]], accented)
    return re.sub(r"\\([&%$#_])", r"\1", named)


def balanced(text: str) -> bool:
    """Whether every brace that opens closes, as BibTeX counts them."""
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def read(text: str) -> dict[str, dict[str, str]]:
    """Entries by key, each with its fields."""
    entries = {}
    for block in re.findall(r"^@\w+\{.*?^\}$", text, flags=re.MULTILINE | re.DOTALL):
        assert balanced(block), block
        key = re.match(r"@\w+\{([^,]+),", block)
        assert key
        fields = re.findall(r"^  (\w+) = \{(.*)\},$", block, flags=re.MULTILINE)
        entries[key[1]] = dict(fields)
    return entries


HARD = Source(
    key="hard_2001",
    kind=SourceKind.THEORY,
    authors=[
        "Åsberg, M.",
        "Sałat, K.",
        "Hübner-Løw, Ø.",
        "O'Neil Inc. & Sons",
        "et al.",
    ],
    year=2001,
    title=r"100 % of {braces}, under_score, #1 & $5 ~ x^2 \ é ç ñ ž — done",
    container="Journal of A & B",
    volume="3",
    pages="5-9",
    doi="10.1000/a_b(c)1",
    url="https://example.org/a_b?c=1%20d",
    note="A note.",
)


def test_special_characters_survive_the_round_trip() -> None:
    fields = read(bibtex([HARD]))["hard_2001"]
    title = fields["title"]
    assert title.startswith("{")
    assert title.endswith("}")
    assert plain(title[1:-1]) == HARD.title
    assert [plain(name) for name in fields["author"].split(" and ")] == [
        "Åsberg, M.",
        "Sałat, K.",
        "Hübner-Løw, Ø.",
        "{O'Neil Inc. & Sons}",
        "others",
    ]
    assert plain(fields["journal"]) == HARD.container
    assert fields["pages"] == "5--9"
    assert (fields["doi"], fields["url"]) == (HARD.doi, HARD.url)


def test_a_planted_unescaped_brace_is_found() -> None:
    with pytest.raises(AssertionError):
        read(bibtex([HARD]).replace(r"{\textbraceleft}", "{"))


def test_all_shipped_sources_survive_the_round_trip() -> None:
    sources = library().sources
    entries = read(bibtex(sources.values()))
    assert set(entries) == set(sources)
    for key, source in sources.items():
        assert plain(entries[key]["title"][1:-1]) == source.title
        assert entries[key]["year"] == str(source.year)
        assert entries[key].get("doi") == source.doi
        first = plain(entries[key]["author"].split(" and ")[0]).strip("{}")
        assert first == source.authors[0]


def test_csl_json_says_the_same() -> None:
    (item,) = json.loads(csl_json([HARD]))
    assert item["id"] == "hard_2001"
    assert item["type"] == "article-journal"
    assert item["title"] == HARD.title
    assert item["author"][0] == {"family": "Åsberg", "given": "M."}
    assert item["author"][3] == {"literal": "O'Neil Inc. & Sons"}
    assert item["issued"] == {"date-parts": [[2001]]}
    assert (item["page"], item["DOI"]) == ("5-9", HARD.doi)
    assert "PMID" not in item


def test_sources_survive_as_csl_json() -> None:
    doubted = HARD.model_copy(update={"key": "b", "doi_confirmed": False, "doi": None})
    written = json.loads(csl_json([HARD, doubted]))
    assert [Source(**source_fields(item)) for item in written] == [HARD, doubted]
    assert written[1]["custom"] == {"doi_confirmed": False}
    assert written[0]["genre"] == HARD.kind


def test_the_shipped_files_are_csl_json_as_it_is_written() -> None:
    folder = importlib.resources.files("kapsim.evidence") / "library" / "sources"
    for file in folder.iterdir():
        assert file.name.endswith(".json")
        text = file.read_text(encoding="utf-8")
        items = [Source(**source_fields(item)) for item in json.loads(text)]
        assert csl_json(items) == text, file.name


def test_a_reader_of_exports_understands_the_shipped_sources(tmp_path) -> None:
    exported = tmp_path / "sources.json"
    exported.write_text(csl_json(library().sources.values()), encoding="utf-8")
    entries, warnings = read_metadata(exported)
    assert not warnings
    for entry, source in zip(entries, library().sources.values(), strict=True):
        assert entry.work.year == source.year
        assert entry.work.doi == (source.doi and source.doi.lower())
        assert entry.work.authors[0] == source.authors[0]


def test_a_source_without_a_journal_is_no_article() -> None:
    software = HARD.model_copy(update={"container": None, "kind": SourceKind.SOFTWARE})
    assert bibtex([software]).startswith("@misc{hard_2001,")
    assert read(bibtex([software]))["hard_2001"]["howpublished"] == "software"
    assert json.loads(csl_json([software]))[0]["type"] == "document"


def test_reference_in_one_line() -> None:
    assert reference(HARD) == (
        f"Åsberg, M., Sałat, K., Hübner-Løw, Ø. et al. (2001). {HARD.title}. "
        "Journal of A & B 3:5-9. doi:10.1000/a_b(c)1"
    )
    doubted = HARD.model_copy(update={"doi_confirmed": False, "container": None})
    assert reference(doubted).endswith("done. doi:10.1000/a_b(c)1 (not confirmed)")
