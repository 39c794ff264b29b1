"""Printed pages: order, paragraphs, furniture, references; what cannot be read."""

import zlib
from pathlib import Path

import pytest

from kapsim.answers.documents import DocumentError, Extracted, extract
from kapsim.answers.documents.pdf import listed
from tests.unit.answers import made_documents as made


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Extracted:
    return extract(made.article_pdf(tmp_path_factory.mktemp("pdf") / "article.pdf"))


def whole(document: Extracted) -> str:
    return "\n".join(passage.text for passage in document.passages)


def test_an_article_says_what_it_is(article: Extracted):
    assert article.work.title == "A made article on the window"
    assert article.work.authors == ("Doe, Jane", "Roe, Richard")
    assert article.work.doi == "10.5555/made.2020.1"
    assert article.warnings == ()


def test_running_heads_and_page_numbers_are_left_out(article: Extracted):
    text = whole(article)
    assert "Journal of Made Tests" not in text
    assert "Doe and Roe" not in text
    assert not any(passage.text.isdigit() for passage in article.passages)


def test_passages_keep_page_section_and_paragraph(article: Extracted):
    places = [passage.place for passage in article.passages]
    assert [place.paragraph for place in places] == list(range(1, len(places) + 1))
    assert {(place.page, place.section) for place in places[1:]} == {
        (1, "Introduction"),
        (2, "Results"),
        (3, "Discussion"),
    }
    assert places[-1].words == "p. 3, section “Discussion”, paragraph 8"


def test_words_divided_at_line_ends_are_made_whole(article: Extracted):
    assert (
        "The therapy of the window is ketamine-assisted psychotherapy with a fine flow "
        "of words."
    ) in whole(article)


def test_a_paragraph_goes_on_over_the_page_past_a_footnote(article: Extracted):
    (going_on,) = (p for p in article.passages if p.text.startswith("This paragraph"))
    assert going_on.place.page == 1
    assert going_on.text == (
        "This paragraph begins on the first page and it will go on at the top of the "
        "second page."
    )
    assert any(
        p.text == "1 A footnote at the foot of the page." for p in article.passages
    )


def test_references_are_told_from_the_text_and_linked(article: Extracted):
    assert [entry.text for entry in article.references] == list(made.REFERENCES)
    assert article.references[0].doi == "10.1176/appi.ajp.2013.13030392"
    assert [entry.source for entry in article.references] == [
        "murrough_2013_ajp",
        None,
        None,
    ]
    assert "Otherwise" not in whole(article)


def test_columns_are_read_one_after_the_other(tmp_path: Path):
    document = extract(made.two_column_pdf(tmp_path / "columns.pdf"))
    assert document.work.title.startswith("A title that stands over both")
    first, joined, second, last = (passage.text for passage in document.passages)
    assert first == made.words("the left column", 150)
    assert joined == "The left column breaks off in the middle of its last sentence."
    assert second == made.words("the right column", 150)
    assert last == made.words("the second page", 60)


def test_a_table_is_not_taken_for_columns(tmp_path: Path):
    pdf = made.Printed()
    y = pdf.paragraph(72, 760, made.words("a table", 60)) - 12
    for row in range(8):
        pdf.line(72, y - 12 * row, f"Row {row}" + " of many rows in all" * (row == 7))
        pdf.line(300, y - 12 * row, f"{row}.5" + " as the highest of all" * (row == 7))
    pdf.paragraph(72, y - 120, made.words("what follows", 60))
    text = whole(extract(pdf.write(tmp_path / "table.pdf")))
    assert "Row 0 0.5 Row 1 1.5" in text


def test_the_number_of_a_single_page_is_left_out(tmp_path: Path):
    pdf = made.Printed()
    pdf.paragraph(72, 760, made.words("one page", 40))
    pdf.line(290, 30, "17", 8)
    document = extract(pdf.write(tmp_path / "one.pdf"))
    assert whole(document) == made.words("one page", 40)


def test_indented_paragraphs_without_gaps_are_told_apart(tmp_path: Path):
    texts = [made.words(topic, 45) for topic in ("one", "two", "three")]
    pdf, y = made.Printed(), 760.0
    for text in texts:
        y = pdf.paragraph(72, y, text, indent=14)
    document = extract(pdf.write(tmp_path / "indents.pdf"))
    assert [passage.text for passage in document.passages] == texts


def test_numbered_references_are_told_apart(tmp_path: Path):
    pdf = made.Printed()
    y = pdf.paragraph(72, 760, made.words("something", 60))
    pdf.line(72, y - 14, "References", 12, "Times-Bold")
    y -= 34
    for number, entry in enumerate(made.REFERENCES, start=1):
        y = pdf.paragraph(72, y, f"[{number}] {entry}")
    document = extract(pdf.write(tmp_path / "numbered.pdf"))
    assert [entry.text for entry in document.references] == list(made.REFERENCES)


@pytest.mark.parametrize("mark", ["[{}] ", ""])
def test_a_reference_goes_on_over_the_page(tmp_path: Path, mark: str):
    pdf = made.Printed()
    y = pdf.paragraph(72, 760, made.words("something", 60))
    pdf.line(72, y - 14, "References", 12, "Times-Bold")
    first, second, third = (
        mark.format(number) + entry for number, entry in enumerate(made.REFERENCES, 1)
    )
    begun, gone_on = second.split()[:8], second.split()[8:]
    y = pdf.paragraph(72, y - 34, first)
    pdf.paragraph(72, y, " ".join(begun))
    pdf.page()
    y = pdf.paragraph(72, 760, " ".join(gone_on))
    pdf.paragraph(72, y, third)
    document = extract(pdf.write(tmp_path / "over.pdf"))
    assert [entry.text for entry in document.references] == list(made.REFERENCES)


def test_raised_calls_of_notes_are_left_out_and_powers_kept(tmp_path: Path):
    pdf = made.Printed()
    text = pdf.canvas.beginText(72, 760)
    for piece, size, rise in (
        ("The words of the reader are plain.", 10, 0),
        ("12,13", 6, 4),
        (" An area is 5 m", 10, 0),
        ("2", 6, 4),
        (" and no more than that.", 10, 0),
    ):
        text.setFont(made.FONT, size)
        text.setRise(rise)
        text.textOut(piece)
    pdf.canvas.drawText(text)
    document = extract(pdf.write(tmp_path / "raised.pdf"))
    assert whole(document) == (
        "The words of the reader are plain. An area is 5 m2 and no more than that."
    )


def test_scanned_pages_are_reported(tmp_path: Path):
    document = extract(made.scanned_pdf(tmp_path / "scan.pdf"))
    assert document.warnings == ("pages 3, 4 hold no text (scanned?)",)
    assert {passage.place.page for passage in document.passages} == {1, 2}


def test_a_wholly_scanned_document_is_refused(tmp_path: Path):
    path = made.scanned_pdf(tmp_path / "scan.pdf", text_pages=0)
    with pytest.raises(
        DocumentError, match=r"scan\.pdf: none of its 2 pages.*OCRmyPDF"
    ):
        extract(path)


def test_a_locked_document_is_refused(tmp_path: Path):
    with pytest.raises(DocumentError, match=r"locked\.pdf: it is encrypted"):
        extract(made.encrypted_pdf(tmp_path / "locked.pdf"))


def test_a_document_that_only_forbids_printing_is_read(tmp_path: Path):
    path = made.encrypted_pdf(tmp_path / "own.pdf", needs_password=False)
    assert whole(extract(path)) == made.words("a secret", 60)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_broken_download_is_refused(tmp_path: Path, share: float):
    path = made.truncated_pdf(tmp_path / "broken.pdf", share)
    with pytest.raises(DocumentError, match=r"broken\.pdf: .* Get it again"):
        extract(path)


def test_a_stream_that_expands_without_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kapsim.answers.documents.pdf_limits.LARGEST_STREAM", 100_000)
    path = made.article_pdf(tmp_path / "bomb.pdf")
    for size, name in ((90_000, "/Font"), (200_000, "/Image")):
        path.write_bytes(_with_stream(path.read_bytes(), size, name))
        assert extract(path).passages
    path.write_bytes(_with_stream(path.read_bytes(), 200_000, "/Font"))
    with pytest.raises(DocumentError, match=r"bomb\.pdf: it looks like a bomb"):
        extract(path)


def _with_stream(pdf: bytes, size: int, kind: str) -> bytes:
    """A PDF with a further stream, of so many bytes when expanded."""
    packed = zlib.compress(bytes(size))
    fields = f"<< /Filter /FlateDecode /Subtype {kind} /Length {len(packed)} >>"
    stream = f"\n900 0 obj\n{fields}\nstream\n".encode() + packed + b"\nendstream\n"
    return pdf + stream + b"%%EOF\n"


def _is_read_or_refused(path: Path) -> bool:
    try:
        return bool(extract(path).passages)
    except DocumentError as error:
        return f"{path.name}: " in str(error)


def test_noise_in_a_document_raises_nothing_but_its_error(tmp_path: Path):
    whole_file = made.article_pdf(tmp_path / "noise.pdf").read_bytes()
    for start in range(100, len(whole_file), len(whole_file) // 8):
        noisy = whole_file[:start] + b"\x00\xff)>>]" * 6 + whole_file[start + 36 :]
        (tmp_path / "noise.pdf").write_bytes(noisy)
        assert _is_read_or_refused(tmp_path / "noise.pdf")


@pytest.mark.slow
def test_five_hundred_pages_are_read(tmp_path: Path):
    document = extract(made.long_pdf(tmp_path / "long.pdf"))
    begins = [p for p in document.passages if "begins here" in p.text]
    ends = [p for p in document.passages if "ends with this" in p.text]
    assert [p.place.page for p in begins] == list(range(1, 501))
    assert [p.place.page for p in ends] == list(range(1, 501))
    assert len(document.passages) == 1000


def test_pages_are_listed_in_words():
    assert listed([3]) == "page 3"
    assert listed([3, 4, 8, 9, 10]) == "pages 3, 4, 8-10"
