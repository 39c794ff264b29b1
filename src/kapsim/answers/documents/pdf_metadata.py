"""What a PDF says of itself: its XMP packet, its information, its first page."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.identifiers import dois, year_of
from kapsim.answers.documents.names import divided, inverted
from kapsim.answers.documents.passage import Work
from kapsim.answers.documents.pdf_lines import Line, PrintedPage
from kapsim.answers.documents.xml import xml_root

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

_DC = "{http://purl.org/dc/elements/1.1/}"
_PRISM = re.compile(r"^\{http://prismstandard\.org/namespaces/basic/\d\.\d/\}")
_FIELDS = {
    "doi": "doi",
    "publicationname": "container",
    "volume": "volume",
    "url": "url",
    "startingpage": "startingpage",
    "endingpage": "endingpage",
    "publicationdate": "date",
    "coverdate": "date",
}
_JUNK = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|layout \d|document\d*|title|doi:|pii:|"
    r"[a-z]:\\|.{0,3}$|[\w.-]+\.(?:docx?|indd|qxd|tex|dvi|pdf|p65|fm|ps)$|"
    r"[\W\d_]*$|\S*\d\S*\s*\d*\.\.\d+$|\S+$)",
    re.IGNORECASE,
)
_JOURNAL = re.compile(
    r"^(?:the )?(?:\w+ )?(?:journal|annals|archives|proceedings)\b(?=.{0,60}$)|"
    r"^chapter \S+$",
    re.IGNORECASE,
)
_NO_ONE = re.compile(
    r"^(?:admin\w*|user|author|owner|unknown|\(?anonymous\)?|\W*|\S*\d\S*)$",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:©|\(c\)|copyright|published(?: online)?:?|publication date:?)\D{0,25}?"
    r"(?:\d{1,2}\s+)?(?:[A-Z][a-z]{2,8}\.?,?\s+)?(?:\d{1,2},\s+)?((?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def work_of_pdf(document: "PDFDocument", pages: Sequence[PrintedPage]) -> Work:
    """Title, authors and the rest, as far as the file states them.

    The title is the largest type of the first page where the file names none; a DOI is
    taken from the first page only if it is the only one there.
    """
    packet, info = _packet(document), _info(document)
    first = pages[0].lines if pages else ()
    text = "\n".join(line.text for line in first)
    titles = [packet.get("title", ""), info.get("Title", "")]
    title = next((title for title in titles if _is_title(title)), "") or _largest(first)
    authors = packet.get("creator", "") or info.get("Author", "")
    found = dois(packet.get("doi", "")) or _only(dois(text))
    dated = _DATED.search(text)
    return Work(
        title=title,
        authors=() if _NO_ONE.match(authors) else _people(authors),
        year=year_of(packet.get("date", "")) or (int(dated[1]) if dated else None),
        container=packet.get("container"),
        volume=packet.get("volume"),
        pages=packet.get("pages"),
        doi=found[0] if found else None,
        url=packet.get("url"),
    )


def _is_title(text: str) -> bool:
    return bool(text) and not _JUNK.match(text)


def _only(found: list[str]) -> list[str]:
    return found if len(found) == 1 else []


def _people(authors: str) -> tuple[str, ...]:
    if "\n" in authors:
        return tuple(map(inverted, filter(None, authors.split("\n"))))
    return divided(authors)


def _info(document: "PDFDocument") -> dict[str, str]:
    """Text fields of the information dictionary."""
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    said: dict[str, str] = {}
    for fields in document.info:
        for name in ("Title", "Author"):
            value = resolve1(fields.get(name))
            if isinstance(value, bytes):
                said.setdefault(name, cleaned(decode_text(value)))
    return said


def _packet(document: "PDFDocument") -> dict[str, str]:
    """Fields of the XMP packet; none if there is none or it cannot be read."""
    from pdfminer.pdftypes import PDFStream, resolve1

    stream = resolve1(document.catalog.get("Metadata"))
    if not isinstance(stream, PDFStream):
        return {}
    try:
        root = xml_root(stream.get_data().strip(b" \x00\n\r\t"), "XMP")
    except Exception:  # a packet that cannot be read says nothing
        return {}
    said: dict[str, str] = {}
    for element in root.iter():
        text = "\n".join(filter(None, map(cleaned, element.itertext())))
        for name, value in ((element.tag, text), *element.attrib.items()):
            if field := _field(name):
                said.setdefault(field, value)
    said = {field: value for field, value in said.items() if value}
    first, last = said.pop("startingpage", ""), said.pop("endingpage", "")
    if first:
        said["pages"] = f"{first}-{last}" if last else first
    return said


def _field(name: str) -> str | None:
    """Which field of a work an element or attribute of the packet holds."""
    if name in (f"{_DC}title", f"{_DC}creator"):
        return name.removeprefix(_DC)
    return _FIELDS.get(_PRISM.sub("", name).casefold()) if _PRISM.match(name) else None


def _largest(lines: Sequence[Line]) -> str:
    """Lines of the largest type on a page that can be a title."""
    usual = sorted(line.size for line in lines)[len(lines) // 2] if lines else 0.0
    sizes = sorted({x.size for x in lines if x.size > 1.15 * usual}, reverse=True)
    for size in sizes[:4]:
        large = [x for x in lines if 0.95 * size < x.size <= size]
        large.sort(key=lambda line: -line.top)
        title = cleaned(" ".join(line.text for line in large))
        if 8 <= len(title) <= 300 and _is_title(title) and not _JOURNAL.search(title):
            return title
    return ""
