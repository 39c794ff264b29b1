"""Lists of references from other programs, and the files that they describe."""

import json
from pathlib import Path

import pytest

from kapsim.answers.documents import (
    Catalogue,
    DocumentError,
    Entry,
    Work,
    read_metadata,
)
from kapsim.answers.documents.bibtex import files_named
from kapsim.answers.documents.names import divided, inverted

BIBTEX = r"""
@string{jmt = "Journal of Made Tests"}
@article{doe2020, title = {A {Made} article \& na{\"\i}ve tests}, journal = jmt,
  author = {Doe, Jane and Ann van der Berg and {The Group and More} and others},
  year = {2020}, volume = {3}, pages = {1--9}, doi = {https://doi.org/10.5555/A_b},
  file = {Full Text:files/12/m\:ade.pdf:application/pdf;Page:/x/page.html:text/html}}
@article{broken, title = {Never closed
@book{roe2001, title = {A book}, author = {Roe, R.}, date = {2001-05}}
"""
RIS = """TY  - JOUR
AU  - Doe, Jane
AU  - Berg, Ann van der
TI  - A made article
T2  - Journal of Made Tests
PY  - 2020/03/04
VL  - 3
SP  - 1
EP  - 9
DO  - 10.5555/A_b
L1  - files/12/made.pdf
ER  -

TY  - BOOK
A1  - Roe, R.
T1  - A book
Y1  - 2001///
ER  -
"""
CSL = [
    {
        "id": "doe2020",
        "type": "article-journal",
        "title": "A made article",
        "author": [
            {"family": "Doe", "given": "Jane"},
            {"family": "Berg", "given": "Ann", "non-dropping-particle": "van der"},
            {"literal": "The Group"},
        ],
        "issued": {"date-parts": [["2020", 3, 4]]},
        "container-title": "Journal of Made Tests",
        "volume": 3,
        "page": "1-9",
        "DOI": "10.5555/A_b",
    },
    {"id": "nothing", "type": "book"},
]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_bibtex(tmp_path: Path):
    entries, warnings = read_metadata(written(tmp_path / "made.bib", BIBTEX))
    assert entries[0].work == Work(
        title="A Made article & naïve tests",
        authors=("Doe, Jane", "van der Berg, Ann", "The Group and More"),
        year=2020,
        container="Journal of Made Tests",
        volume="3",
        pages="1-9",
        doi="10.5555/a_b",
    )
    assert entries[0].files == (str(tmp_path / "files/12/m:ade.pdf"), "/x/page.html")
    assert (entries[1].work.title, entries[1].work.year) == ("A book", 2001)
    assert len(warnings) == 1
    assert "could not be read" in warnings[0]


def test_ris(tmp_path: Path):
    entries, warnings = read_metadata(written(tmp_path / "made.ris", RIS))
    assert entries[0].work == Work(
        title="A made article",
        authors=("Doe, Jane", "Berg, Ann van der"),
        year=2020,
        container="Journal of Made Tests",
        volume="3",
        pages="1-9",
        doi="10.5555/a_b",
    )
    assert entries[0].files == (str(tmp_path / "files/12/made.pdf"),)
    assert entries[1].work == Work(title="A book", authors=("Roe, R.",), year=2001)
    assert warnings == []


def test_csl_json(tmp_path: Path):
    entries, warnings = read_metadata(written(tmp_path / "m.json", json.dumps(CSL)))
    assert [entry.work for entry in entries] == [
        Work(
            title="A made article",
            authors=("Doe, Jane", "van der Berg, Ann", "The Group"),
            year=2020,
            container="Journal of Made Tests",
            volume="3",
            pages="1-9",
            doi="10.5555/a_b",
        )
    ]
    assert warnings == ["1 entries without a title were left out"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.bib", "nothing of the kind", "no BibTeX entry"),
        ("a.ris", "nothing of the kind", "not RIS"),
        ("a.json", "{", "not readable as JSON"),
        ("a.json", '[{"name": "other"}]', "not a list of CSL items"),
        ("a.csv", "a,b", "not a list of references"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, text: str, told: str):
    with pytest.raises(DocumentError, match=f"{name}: .*{told}"):
        read_metadata(written(tmp_path / name, text))


ONE = Work(title="A made article on the window", year=2020, doi="10.5555/one")
TWO = Work(title="A made article on the window", year=2021)


def test_an_entry_is_found_by_the_path_it_names():
    catalogue = Catalogue(
        [Entry(ONE, ("/a/files/1/x.pdf",)), Entry(TWO, ("/a/y.pdf",))]
    )
    assert catalogue.describing(Path("/a/files/1/x.pdf"), None) == ONE
    assert catalogue.describing(Path("/moved/files/1/x.pdf"), None) == ONE
    assert catalogue.describing(Path("/elsewhere/y.pdf"), None) == TWO
    assert catalogue.describing(Path("/elsewhere/z.pdf"), None) is None


def test_a_name_that_two_entries_give_describes_nothing_by_itself():
    entries = [Entry(ONE, ("/s/1/paper.pdf",)), Entry(TWO, ("/s/2/paper.pdf",))]
    catalogue = Catalogue(entries)
    assert catalogue.describing(Path("/t/2/paper.pdf"), None) == TWO
    assert catalogue.describing(Path("/t/3/paper.pdf"), None) is None


def test_windows_paths_are_matched_by_their_ends():
    catalogue = Catalogue([Entry(ONE, ("C:\\Zotero\\ABC\\x.pdf",))])
    assert catalogue.describing(Path("/home/ABC/x.pdf"), None) == ONE


def test_an_entry_is_found_by_doi_then_by_title_and_year():
    catalogue = Catalogue([Entry(ONE), Entry(TWO)])
    path = Path("/any.pdf")
    by_doi = Work(title="any", doi="10.5555/one", url="http://example.org")
    assert catalogue.describing(path, by_doi) == ONE.model_copy(
        update={"url": "http://example.org"}
    )
    titled = Work(title="A Made Article on the Window.", year=2021)
    assert catalogue.describing(path, titled) == TWO
    undated = Work(title="A made article on the window")
    assert catalogue.describing(path, undated) is None
    assert catalogue.describing(path, Work(title="x", doi="10.5555/two")) is None


def test_files_that_programs_name():
    assert files_named("/a/b.pdf") == ["/a/b.pdf"]
    assert files_named(":C\\:\\\\x\\\\b.pdf:PDF") == ["C:\\x\\b.pdf"]
    assert files_named("One:a.pdf:application/pdf;/b.epub") == ["a.pdf", "/b.epub"]
    assert files_named("") == []


def test_names():
    assert inverted("Jane M. Doe") == "Doe, Jane M."
    assert inverted("Ann van der Berg") == "van der Berg, Ann"
    assert inverted("Doe, Jane") == "Doe, Jane"
    assert divided("Jane Doe, Richard Roe and Ann Berg") == (
        "Doe, Jane",
        "Roe, Richard",
        "Berg, Ann",
    )
    assert divided("Doe, Jane; Roe, R.") == ("Doe, Jane", "Roe, R.")
    assert divided("Doe, Jane") == ("Doe, Jane",)
