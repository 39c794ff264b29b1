"""Every format: what is read, what is left out, what is refused."""

import socket
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from kapsim.answers.documents import DocumentError, Extracted, extract
from kapsim.answers.documents.assembly import LONGEST, pieces
from tests.unit.answers import made_documents as made, made_word_files


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object) -> None:
        raise AssertionError(f"tried to reach {given[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def texts(document: Extracted) -> list[str]:
    return [passage.text for passage in document.passages]


def sections(document: Extracted) -> list[str | None]:
    return [passage.place.section for passage in document.passages]


@pytest.mark.parametrize("name", [n for n in made.MAKERS if not n.startswith("text")])
def test_references_are_linked_in_every_format(tmp_path: Path, name: str):
    document = extract(made.MAKERS[name](tmp_path / name))
    expected = [] if name == "columns.pdf" else list(made.REFERENCES)
    assert [entry.text for entry in document.references] == expected
    assert [e.source for e in document.references][:1] == ["murrough_2013_ajp"] * bool(
        expected
    )


def test_a_web_page_is_read_without_what_is_around_it(tmp_path: Path):
    document = extract(made.page_html(tmp_path / "page.html"))
    assert texts(document) == [
        "A defeated animal gives up before the contest. It is afraid.",
        "A first point.",
        "A second point.",
        "Group | Mean",
        "Drug | 12.5",
    ]
    assert sections(document) == ["Fear and defeat"] + ["Rank"] * 4
    assert document.work.authors == ("Doe, Jane", "Roe, Richard")
    assert (document.work.year, document.work.doi) == (2019, "10.5555/made.2019.7")


def test_a_page_laid_out_in_a_table_is_read_as_text(tmp_path: Path):
    body = "".join(f"<p>{made.words(topic, 60)}</p>" for topic in ("one", "two"))
    path = tmp_path / "old.html"
    path.write_text(
        f"<html><table><tr><td>Menu</td><td>{body}</td></tr></table></html>"
    )
    assert texts(extract(path)) == [
        "Menu",
        *(made.words(t, 60) for t in ("one", "two")),
    ]


def test_breaks_divide_paragraphs_only_if_doubled(tmp_path: Path):
    path = tmp_path / "breaks.html"
    path.write_text("<html><body>One<br>line.<br><br>Another one.</body></html>")
    assert texts(extract(path)) == ["One line.", "Another one."]


def test_deep_nesting_does_no_harm(tmp_path: Path):
    path = tmp_path / "deep.html"
    path.write_text("<html><p>Above.</p>" + "<div>" * 2_000 + "<p>Below.</p></html>")
    assert "Above." in texts(extract(path))


def test_a_note_in_markdown(tmp_path: Path):
    document = extract(made.note_markdown(tmp_path / "note.md"))
    assert texts(document) == [
        "The first paragraph runs over two lines.",
        "One point.",
        "Another point.",
    ]
    assert sections(document) == ["A made note", "Points", "Points"]
    assert document.work.title == "A made note"
    assert document.work.authors == ("Doe, Jane", "Roe, Richard")
    assert document.work.year == 2021


def test_a_word_processor_file(tmp_path: Path):
    document = extract(made.report_docx(tmp_path / "report.docx"))
    assert document.work.title == "A made report"
    assert document.work.authors == ("Doe, Jane", "Roe, Richard")
    assert texts(document) == [
        made.words("the background", 60),
        "Group | Mean",
        "Drug | 12.5",
        "What came of it is told in a few words here.",
    ]
    assert sections(document) == ["Background"] * 3 + ["Results"]


def test_footnotes_of_a_word_processor_file_are_read(tmp_path: Path):
    path = made.report_docx(tmp_path / "report.docx")
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    rule = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    with zipfile.ZipFile(path, "a") as archive:
        xml = f'<w:footnotes xmlns:w="{w}">{rule}{note}</w:footnotes>'
        archive.writestr("word/footnotes.xml", xml)
    last = extract(path).passages[-1]
    assert (last.text, last.place.section) == ("A note.", "Footnotes")


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path):
    document = extract(made.book_epub(tmp_path / "book.epub"))
    assert texts(document) == [
        "The first chapter tells of fear and of little else.",
        "It ends here.",
        "The second chapter tells of defeat.",
    ]
    assert sections(document) == ["Of fear", "Of fear", "Of defeat"]
    assert document.work.title == "A made book"
    assert (document.work.authors, document.work.year) == (("Doe, Jane",), 2011)


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path):
    path = made.zip_bomb_epub(tmp_path / "bomb.epub", megabytes=40)
    with pytest.raises(DocumentError, match=r"bomb\.epub: .*zip bomb .*not unpacked"):
        extract(path)


def test_a_bomb_that_hides_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kapsim.answers.documents.archive.LARGEST_MEMBER", 50_000)
    path = made.book_epub(
        tmp_path / "bomb.epub", ["<p>" + "a b c d " * 10_000 + "</p>"]
    )
    with pytest.raises(DocumentError, match=r"larger than .* when unpacked"):
        extract(path)


def test_entities_that_expand_without_end_are_refused(tmp_path: Path):
    path = made.book_epub(tmp_path / "book.epub")
    lines = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", lines)
    with pytest.raises(DocumentError, match="declares entities"):
        extract(path)


LAUGHS = (
    '<?xml version="1.0" encoding="UTF-16"?>'
    '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("book.epub", "META-INF/container.xml"),
        ("book.epub", "META-INF/encryption.xml"),
        ("report.docx", "word/styles.xml"),
        ("report.docx", "word/footnotes.xml"),
    ],
)
def test_entities_are_refused_in_every_encoding(
    tmp_path: Path, name: str, part: str, encoding: str
):
    path = made.MAKERS[name](tmp_path / name)
    laughs = LAUGHS.encode(encoding)
    if not encoding.endswith("16"):
        laughs = f"\ufeff{LAUGHS}".encode(encoding)
    made_word_files.packed(path, {**made_word_files.members(path), part: laughs})
    with pytest.raises(DocumentError, match=f"{name}: {part} declares entities"):
        extract(path)


def test_a_book_that_names_its_definition_is_read(tmp_path: Path):
    path = made.book_epub(tmp_path / "book.epub")
    held = made_word_files.members(path)
    named = b'?><!DOCTYPE container PUBLIC "-//made//EN" "http://127.0.0.1:9/made.dtd">'
    container = held["META-INF/container.xml"].replace(b"?>", named, 1)
    made_word_files.packed(path, {**held, "META-INF/container.xml": container})
    assert len(extract(path).passages) == 3


def test_pictures_of_a_word_processor_file_are_not_unpacked(tmp_path: Path):
    plain = extract(made.report_docx(tmp_path / "report.docx"))
    path = made_word_files.docx_with_media(
        tmp_path / "report.docx", megabytes=40, parts=3
    )
    assert path.stat().st_size < 3_000_000
    tracemalloc.start()
    document = extract(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert document == plain
    assert most < 20_000_000


def test_text_of_a_word_processor_file_beyond_the_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kapsim.answers.documents.archive.LARGEST_MEMBER", 50_000)
    path = made.report_docx(tmp_path / "report.docx")
    held = made_word_files.members(path)
    long = held["word/styles.xml"] + b" " * 60_000
    del held["word/styles.xml"]
    related = held["word/_rels/document.xml.rels"].replace(b"styles.xml", b"styles.XML")
    types = held["[Content_Types].xml"].replace(b"styles.xml", b"styles.XML")
    own = {"word/_rels/document.xml.rels": related, "[Content_Types].xml": types}
    made_word_files.packed(path, {**held, **own, "word/styles.XML": long})
    with pytest.raises(DocumentError, match=r"styles\.XML is larger than"):
        extract(path)


@pytest.mark.parametrize(
    ("lines", "heading", "title"),
    [
        (("A first line",), "What it is about", "What it is about"),
        (("A first line", "More."), "", "A first line"),
        (("A first line", "More."), "References", "A first line"),
        ((made.words("the matter", 60), "More."), "", "notes"),
        (("Introduction", "More."), "", "notes"),
    ],
)
def test_a_word_processor_file_without_properties_is_called_by_its_text(
    tmp_path: Path, lines: tuple[str, ...], heading: str, title: str
):
    path = made_word_files.plain_docx(tmp_path / "notes.docx", *lines, heading=heading)
    assert extract(path).work.title == title


def test_a_book_locked_by_its_publisher_is_refused(tmp_path: Path):
    locked = (
        '<encryption><CipherReference URI="OEBPS/text/chapter1.xhtml"/></encryption>'
    )
    path = made.book_epub(
        tmp_path / "book.epub", more=[("META-INF/encryption.xml", locked)]
    )
    with pytest.raises(DocumentError, match="locked by its publisher"):
        extract(path)


def test_a_book_with_disguised_fonts_is_read(tmp_path: Path):
    fonts = '<encryption><CipherReference URI="OEBPS/font.otf"/></encryption>'
    path = made.book_epub(
        tmp_path / "book.epub", more=[("META-INF/encryption.xml", fonts)]
    )
    assert len(extract(path).passages) == 3


@pytest.mark.parametrize("name", ["book.epub", "report.docx"])
def test_a_broken_archive_is_refused(tmp_path: Path, name: str):
    path = made.MAKERS[name](tmp_path / name)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DocumentError, match=f"{name}: .*broken"):
        extract(path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("blank.html", b"<html><body><script>x</script></body></html>", "no text"),
        ("picture.png", b"\x89PNG\r\n\x1a\n123", "kapsim reads PDF"),
        ("noise.txt", bytes(range(256)) * 20, "not text"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Word file"),
        ("rich.rtf", b"{\\rtf1 words}", "RTF"),
        ("named.pdf", b"These are plain words.", "does not begin like one"),
        ("named.epub", b"These are plain words.", "does not begin like one"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, content: bytes, told: str
):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=f"^{name}: .*{told}"):
        extract(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(DocumentError, match=r"gone\.pdf: it cannot be opened"):
        extract(tmp_path / "gone.pdf")


def test_the_content_tells_the_format_before_the_name(tmp_path: Path):
    page = made.page_html(tmp_path / "page.txt")
    assert extract(page).work.title == "Fear and defeat"
    pdf = made.two_column_pdf(tmp_path / "printed.txt")
    assert extract(pdf).passages[0].place.page == 1


def test_two_readings_are_the_same(tmp_path: Path):
    for name, make in made.MAKERS.items():
        path = make(tmp_path / name)
        assert extract(path) == extract(path)


def test_a_long_paragraph_is_divided_between_sentences():
    text = made.words("length", 1500)
    parts = pieces(text)
    assert len(parts) > 1
    assert " ".join(parts) == text
    assert all(len(part) <= LONGEST and part.endswith(".") for part in parts)


def test_a_closing_quotation_mark_stays_with_its_sentence():
    text = " ".join(["He said “it is so.”", 'She agreed."'] * 120)
    assert " ".join(pieces(text)) == text
