"""Documents written for the tests: ordinary ones, awkward ones and broken ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import docx
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0
FONT, SIZE, PITCH = "Times-Roman", 10.0, 12.0
REFERENCES = (
    "Murrough, J. W., and others. (2013). Antidepressant efficacy of ketamine in "
    "treatment-resistant major depression. American Journal of Psychiatry, 170. "
    "https://doi.org/10.1176/appi.ajp.2013.13030392",
    "Otherwise, A. B. (2001). A work that nobody else lists. Journal of Made Tests, "
    "12, 1-9.",
    "Thirdly, C. (1998). Another made work about nothing much. Made University Press.",
)
"""Entries of a list of references; only the first is a shipped source."""


def words(topic: str, count: int) -> str:
    """Running text of about so many words, no two sentences alike."""
    sentences, number = [], 0
    while sum(len(s.split()) for s in sentences) < count:
        number += 1
        sentences.append(
            f"Sentence {number} on {topic} tells the reader something plain and "
            f"different from the sentence before it."
        )
    return " ".join(sentences)


def wrapped(
    text: str, width: float, size: float = SIZE, indent: float = 0
) -> list[str]:
    """Lines of a text that fit a column."""
    lines, room = [""], width - indent
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if stringWidth(longer, FONT, size) > room and lines[-1]:
            lines.append(word)
            room = width
        else:
            lines[-1] = longer
    return lines


def _ligatures() -> str:
    """Name of a font that has ligatures, brought by the library that writes PDFs."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    return "Vera"


class Printed:
    """A PDF that is written line by line at stated places."""

    def __init__(self, **options: Any) -> None:
        self._file = io.BytesIO()
        self.canvas = Canvas(
            self._file,
            pagesize=(WIDTH, HEIGHT),
            pageCompression=1,
            invariant=1,
            **options,
        )

    def line(self, x: float, y: float, text: str, size: float = SIZE, font: str = FONT):
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def paragraph(
        self,
        x: float,
        y: float,
        text: str | Sequence[str],
        width: float = 451,
        *,
        size: float = SIZE,
        indent: float = 0,
        hanging: float = 0,
    ) -> float:
        """Write a paragraph from a height down; the height below it comes back."""
        lines = (
            wrapped(text, width - hanging, size, indent)
            if isinstance(text, str)
            else text
        )
        for number, line in enumerate(lines):
            shift = indent if number == 0 else hanging
            self.line(x + shift, y, line, size)
            y -= 1.2 * size
        return y

    def page(self) -> None:
        self.canvas.showPage()

    def write(self, path: Path) -> Path:
        self.canvas.save()
        path.write_bytes(self._file.getvalue())
        return path


def article_pdf(path: Path) -> Path:
    """Four pages with running heads, page numbers, headings, hyphens and references.

    The paragraph that ends page 1 goes on at the top of page 2, past a footnote.
    """
    pdf = Printed()
    pdf.canvas.setTitle("A made article on the window")
    pdf.canvas.setAuthor("Doe, Jane; Roe, Richard")

    def furniture(number: int) -> None:
        pdf.line(72, 810, "Journal of Made Tests" if number % 2 else "Doe and Roe", 8)
        pdf.line(290, 30, str(100 + number), 8)

    furniture(1)
    pdf.line(72, 760, "A made article on the window", 18, "Times-Bold")
    pdf.line(72, 735, "https://doi.org/10.5555/made.2020.1", 8)
    pdf.line(72, 700, "Introduction", 12, "Times-Bold")
    y = pdf.paragraph(72, 680, words("the window", 90) + " Words are divided.")
    lines = ["The thera-", "py of the win-", "dow is ketamine-", "assisted psycho-"]
    y = pdf.paragraph(72, y - 8, [*lines, "therapy with"])
    pdf.line(72, y, "a ﬁne ﬂow of words.", font=_ligatures())
    y -= PITCH
    y = pdf.paragraph(72, y - 8, words("therapy and the window", 60))
    pdf.paragraph(72, y - 8, ["This paragraph begins on the first page and it will go"])
    pdf.paragraph(72, 90, ["1 A footnote at the foot of the page."], size=7.5)
    pdf.page()
    furniture(2)
    y = pdf.paragraph(72, 760, ["on at the top of the second page."])
    pdf.line(72, y - 20, "Results", 12, "Times-Bold")
    y = pdf.paragraph(72, y - 40, words("results", 120))
    pdf.page()
    furniture(3)
    pdf.line(72, 760, "Discussion", 12, "Times-Bold")
    pdf.paragraph(72, 740, words("the discussion", 100))
    pdf.page()
    furniture(4)
    pdf.line(72, 760, "References", 12, "Times-Bold")
    y = 740.0
    for entry in REFERENCES:
        y = pdf.paragraph(72, y, entry, hanging=18)
    return pdf.write(path)


def two_column_pdf(path: Path) -> Path:
    """A title over two columns; the left one ends in the middle of a sentence."""
    pdf = Printed()
    pdf.line(72, 780, "A title that stands over both of the columns of the page", 16)
    left = wrapped(words("the left column", 150), 215)
    right = wrapped(words("the right column", 150), 215)
    pdf.paragraph(72, 740, [*left, "The left column breaks off in the"])
    pdf.paragraph(308, 740, ["middle of its last sentence.", *right])
    pdf.page()
    pdf.paragraph(72, 780, words("the second page", 60))
    return pdf.write(path)


def scanned_pdf(path: Path, text_pages: int = 2, scanned: int = 2) -> Path:
    """Pages with text, followed by pages that are only a picture."""
    pdf = Printed()
    for number in range(1, text_pages + 1):
        pdf.paragraph(72, 760, words(f"page {number}", 80))
        pdf.page()
    for _ in range(scanned):
        pdf.canvas.drawImage(ImageReader(io.BytesIO(_png(60, 80))), 0, 0, WIDTH, HEIGHT)
        pdf.page()
    return pdf.write(path)


def long_pdf(path: Path, pages: int = 500) -> Path:
    """Many pages, each with a running head, a number and two paragraphs."""
    pdf = Printed()
    for number in range(1, pages + 1):
        pdf.line(72, 810, f"Chapter {1 + number // 40}: of many things", 8)
        pdf.line(290, 30, str(number), 8)
        topic = "".join("abcdefghij"[int(digit)] for digit in str(number))
        y = pdf.paragraph(72, 760, f"Part {topic} begins here. " + words(topic, 40))
        pdf.paragraph(72, y - 10, f"Part {topic} ends with this. " + words(topic, 40))
        pdf.page()
    return pdf.write(path)


def encrypted_pdf(path: Path, *, needs_password: bool = True) -> Path:
    """A PDF that needs a password, or one that only forbids printing."""
    locked = pdfencrypt.StandardEncryption(
        "secret" if needs_password else "", "owner", canPrint=0, strength=128
    )
    pdf = Printed(encrypt=locked)
    pdf.paragraph(72, 760, words("a secret", 60))
    return pdf.write(path)


def truncated_pdf(path: Path, share: float) -> Path:
    """The beginning of an article, as a broken download leaves it."""
    whole = article_pdf(path).read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def _png(width: int, height: int) -> bytes:
    rows = b"".join(b"\0" + bytes([200] * width) for _ in range(height))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Fear &amp; defeat</title>
<meta name="citation_title" content="Fear and defeat">
<meta name="citation_author" content="Jane Doe">
<meta name="citation_author" content="Roe, Richard">
<meta name="citation_publication_date" content="2019/03/02">
<meta name="citation_doi" content="10.5555/made.2019.7">
<script>document.title = "executed"; fetch("http://127.0.0.1:9/taken")</script>
<link rel="stylesheet" href="http://127.0.0.1:9/style.css"></head>
<body onload="document.body.innerHTML = 'executed'">
<nav><a href="/">Home</a> <a href="/more">More</a></nav>
<div class="cookie-banner"><p>We use cookies.</p></div>
<main><h1>Fear and defeat</h1>
<p>A defeated animal gives
up <em>before</em> the contest.<sup><a href="#r1">1</a></sup> It&nbsp;is afraid.</p>
<div role="navigation">Previous and next</div>
<p style="display:none">Hidden words.</p><noscript>Without scripts.</noscript>
<img src="http://127.0.0.1:9/picture.png" alt="A picture">
<iframe src="http://127.0.0.1:9/frame.html">Framed.</iframe>
<h2>Rank</h2><ul><li>A first point.</li><li>A second point.</li></ul>
<table><tr><th>Group</th><th>Mean</th></tr><tr><td>Drug</td><td>12.5</td></tr></table>
<h2>References</h2><ol>%s</ol></main>
<footer>All rights reserved.</footer></body></html>
"""


def page_html(path: Path) -> Path:
    """A web page with scripts, remote pictures, menus and references."""
    entries = "".join(f"<li>{entry}</li>" for entry in REFERENCES)
    path.write_text(PAGE % entries, encoding="utf-8")
    return path


def note_markdown(path: Path) -> Path:
    """A note with front matter, headings, a list and references."""
    entries = "\n".join(f"{n}. {entry}" for n, entry in enumerate(REFERENCES, start=1))
    path.write_text(
        "---\ntitle: A made note\nauthor: [Jane Doe, 'Roe, Richard']\n"
        "date: 2021-05-06\n---\n\n"
        "# A made note\n\nThe *first* paragraph\nruns over two lines.\n\n"
        "## Points\n\n- One point.\n- Another point.\n\n"
        f"<script>alert('executed')</script>\n\n## References\n\n{entries}\n",
        encoding="utf-8",
    )
    return path


def text_file(path: Path, encoding: str = "utf-8") -> Path:
    """A plain text with a heading, accents, typographic quotes and a divided word."""
    text = (
        "Introduction\n\nThe café of the naïve patient was described as “very quiet”\n"
        "by those who saw it, and the word was di-\nvided. A divided word is made "
        "whole.\n\nMethods\n\nA second paragraph that says nothing of weight.\n"
    )
    if encoding == "latin-1":
        text = text.replace("“", '"').replace("”", '"')
    path.write_bytes(text.encode(encoding))
    return path


def report_docx(path: Path) -> Path:
    """A word-processor file with headings, a table, a running head and references."""
    document = docx.Document()
    document.core_properties.title = "A made report"
    document.core_properties.author = "Jane Doe; Richard Roe"
    section = document.sections[0]
    section.header.paragraphs[0].text = "Running head of the report"
    document.add_heading("A made report", 0)
    document.add_heading("Background", 1)
    document.add_paragraph(words("the background", 60))
    table = document.add_table(rows=0, cols=2)
    for cells in (("Group", "Mean"), ("Drug", "12.5")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.add_heading("Results", 1)
    document.add_paragraph("What came of it is told in a few words here.")
    document.add_heading("References", 1)
    for entry in REFERENCES:
        document.add_paragraph(entry)
    document.save(str(path))
    return path


CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf"
media-type="application/oebps-package+xml"/></rootfiles></container>"""


def book_epub(
    path: Path,
    chapters: Sequence[str] | None = None,
    more: Iterable[tuple[str, str | bytes]] = (),
) -> Path:
    """A book of two chapters and a list of references.

    Parameters
    ----------
    chapters
        Bodies of the chapters, instead of the usual ones.
    more
        Further members of the archive, by name.
    """
    entries = "".join(f"<p>{entry}</p>" for entry in REFERENCES)
    chapters = chapters or (
        "<h1>Of fear</h1><p>The first chapter tells of fear&#160;and of little else."
        '</p><span epub:type="pagebreak" id="p2" title="2"/><p>It ends here.</p>',
        "<h1>Of defeat</h1><p>The second chapter tells of defeat.</p>"
        f"<h2>References</h2>{entries}",
    )
    names = [f"chapter{number}.xhtml" for number in range(1, len(chapters) + 1)]
    manifest = "".join(
        f'<item id="i{name}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for name in names
    )
    spine = "".join(f'<itemref idref="i{name}"/>' for name in names)
    opf = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
        'version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>A made book</dc:title><dc:creator>Jane Doe</dc:creator>"
        f"<dc:date>2011-01-01</dc:date></metadata><manifest>{manifest}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", opf)
        for name, body in zip(names, chapters, strict=True):
            archive.writestr(f"OEBPS/text/{name}", xhtml(body))
        for name, content in more:
            archive.writestr(name, content)
    return path


def xhtml(body: str) -> str:
    """A chapter of a book."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/>'
        f'<script src="x.js"/></head><body>{body}</body></html>'
    )


def zip_bomb_epub(path: Path, megabytes: int = 400) -> Path:
    """A book of a few hundred kilobytes with a chapter that expands a thousandfold."""
    return book_epub(path, ["<p>" + " " * (megabytes << 20) + "</p>"])


MAKERS: dict[str, Callable[[Path], Path]] = {
    "article.pdf": article_pdf,
    "columns.pdf": two_column_pdf,
    "page.html": page_html,
    "note.md": note_markdown,
    "text.txt": text_file,
    "report.docx": report_docx,
    "book.epub": book_epub,
}
"""Ordinary documents, one of every format and two PDFs, by the name to give them."""
