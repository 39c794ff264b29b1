"""EPUB: the chapters of a book in the order of its spine."""

import posixpath
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from kapsim.answers.documents.archive import Archive
from kapsim.answers.documents.block import Block, Parts
from kapsim.answers.documents.decoding import decode
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.html import blocks_of, parsed
from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.identifiers import dois, year_of
from kapsim.answers.documents.names import inverted
from kapsim.answers.documents.passage import Work
from kapsim.answers.documents.xml import xml_root

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TEXT = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_VOID = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
_CLOSED = re.compile(rf"<(?!(?:{_VOID})\b)([A-Za-z][\w:-]*)((?:\s[^<>]*?)?)\s*/>")


def read_epub(data: bytes) -> Parts:
    """Book taken apart; a chapter that cannot be read is told in a warning.

    Raises
    ------
    DocumentError
        If it is broken, locked, or expands beyond the limits.
    """
    archive = Archive(data)
    package_name = _package_name(archive)
    package = xml_root(archive.read(package_name), package_name)
    chapters = _chapters(package, posixpath.dirname(package_name))
    _refuse_if_locked(archive, chapters)
    blocks: list[Block] = []
    warnings: list[str] = []
    for chapter in chapters:
        if chapter not in archive.names:
            warnings.append(f"{chapter} is missing from the archive")
            continue
        data = archive.read(chapter)
        try:
            text, _ = decode(data, markup=True)
        except DocumentError:
            warnings.append(f"{chapter} could not be read: it is not text")
            continue
        blocks += blocks_of(parsed(_CLOSED.sub(r"<\1\2></\1>", text)))
    return Parts(blocks, _work(package), warnings)


def _package_name(archive: Archive) -> str:
    root = xml_root(archive.read(_CONTAINER), _CONTAINER)
    for element in root.iter():
        if element.tag.endswith("rootfile") and (name := element.get("full-path")):
            return name
    raise DocumentError(f"{_CONTAINER} names no book: the file is broken.")


def _chapters(package: ElementTree.Element, folder: str) -> list[str]:
    """Names of the parts that hold the text, in the order that they are read."""
    items = {
        item.get("id"): item.get("href", "")
        for item in package.iter(f"{_OPF}item")
        if item.get("media-type") in _TEXT and "nav" not in item.get("properties", "")
    }
    spine = [item.get("idref") for item in package.iter(f"{_OPF}itemref")]
    names = [
        posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(items[part])))
        for part in spine
        if part in items
    ]
    return list(dict.fromkeys(names))


def _refuse_if_locked(archive: Archive, chapters: list[str]) -> None:
    """Refuse a book whose chapters are encrypted; disguised fonts do not matter."""
    if _ENCRYPTION not in archive.names:
        return
    root = xml_root(archive.read(_ENCRYPTION), _ENCRYPTION)
    locked = {element.get("URI") for element in root.iter()}
    if locked & set(chapters):
        raise DocumentError(
            "it is locked by its publisher (DRM): its chapters are encrypted. Only an "
            "unlocked copy can be read."
        )


def _work(package: ElementTree.Element) -> Work:
    def said(name: str) -> list[str]:
        texts = (cleaned(element.text or "") for element in package.iter(_DC + name))
        return [text for text in texts if text]

    identifiers = [doi for text in said("identifier") for doi in dois(text)]
    return Work(
        title=next(iter(said("title")), ""),
        authors=tuple(map(inverted, said("creator"))),
        year=next(filter(None, map(year_of, said("date"))), None),
        doi=next(iter(identifiers), None),
    )
