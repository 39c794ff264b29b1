"""DOCX: paragraphs, tables and notes of a word-processor file."""

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kapsim.answers.documents.archive import Archive
from kapsim.answers.documents.block import Block, Parts
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.headings import is_section_name
from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.names import divided
from kapsim.answers.documents.passage import Work
from kapsim.answers.documents.xml import refuse_declarations, xml_root

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOTES = {"word/footnotes.xml": "Footnotes", "word/endnotes.xml": "Endnotes"}
_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)
_MADE_BY = "python-docx"
_UNTITLED = "word document"  # python-docx, of a file that says nothing of itself
_LONGEST_TITLE = 150


def read_docx(data: bytes) -> Parts:
    """Word-processor file taken apart; headers and footers are left out.

    Raises
    ------
    DocumentError
        If it is broken, declares entities or expands beyond the limits.
    """
    archive = Archive(data)
    document = _opened(_without_media(archive))
    blocks = list(_blocks(document))
    return Parts([*blocks, *_notes(archive)], _work(document, blocks))


def _without_media(archive: Archive) -> bytes:
    """Copy of a file whose pictures and other embedded files are empty.

    python-docx reads every part whole, needed or not, and within no limits.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for name in sorted(archive.names):
            is_text = name.casefold().endswith((".xml", ".rels"))
            data = archive.read(name) if is_text else b""
            refuse_declarations(data, name)
            copy.writestr(name, data)
    return made.getvalue()


def _opened(data: bytes) -> "Document":
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx passes on whatever its parts raise
        told = " ".join(str(error).split())[:80] or type(error).__name__
        raise DocumentError(
            f"it is not a whole DOCX ({told}): the file is broken. Open it in a word "
            "processor and save it again."
        ) from error


def _blocks(document: "Document") -> Iterator[Block]:
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item)
        elif item.text.strip():
            level = _level(item)
            lines = [item.text] if level else item.text.split("\n")
            yield Block(tuple(line for line in lines if line.strip()), level=level)


def _level(paragraph: "Paragraph") -> int:
    name = (paragraph.style.name if paragraph.style is not None else None) or ""
    found = _HEADING.match(name)
    return int(found[1]) if found else int(name == "Title")


def _rows(table: "Table") -> Iterator[Block]:
    for row in table.rows:
        cells = dict.fromkeys(cell._tc for cell in row.cells)
        texts = (" ".join(t.text or "" for t in tc.iter(f"{_W}t")) for tc in cells)
        if line := " | ".join(filter(None, map(cleaned, texts))):
            yield Block((line,))


def _notes(archive: Archive) -> Iterator[Block]:
    """Footnotes and endnotes, which the main part only points to."""
    for name, heading in _NOTES.items():
        if name not in archive.names:
            continue
        root = xml_root(archive.read(name), name)
        notes = [_text(note) for note in root if note.get(f"{_W}type") is None]
        if notes := list(filter(None, map(cleaned, notes))):
            yield Block((heading,), level=1)
            yield from (Block((note,)) for note in notes)


def _text(note: ElementTree.Element) -> str:
    return " ".join(
        "".join(piece.text or "" for piece in paragraph.iter(f"{_W}t"))
        for paragraph in note.iter(f"{_W}p")
    )


def _work(document: "Document", blocks: list[Block]) -> Work:
    said = document.core_properties
    title, author = cleaned(said.title or ""), cleaned(said.author or "")
    if not title or title.casefold() == _UNTITLED:
        title = _first_title(blocks)
    return Work(title=title, authors=() if author == _MADE_BY else divided(author))


def _first_title(blocks: list[Block]) -> str:
    """First heading, else the first line if it can be a title; empty without one."""
    headings = (cleaned(" ".join(block.lines)) for block in blocks if block.level)
    first = cleaned(blocks[0].lines[0]) if blocks else ""
    lines = [first] if len(first) <= _LONGEST_TITLE and first[-1:] != "." else []
    titles = (text for text in [*headings, *lines] if not is_section_name(text))
    return next(filter(None, titles), "")
