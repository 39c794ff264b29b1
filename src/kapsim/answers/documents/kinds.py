"""Which format a file is in: by its content first, then by its name."""

import enum
import re
from pathlib import Path

from kapsim.answers.documents.archive import Archive
from kapsim.answers.documents.errors import DocumentError

_READ = "kapsim reads PDF, HTML, EPUB, DOCX, Markdown and plain text"
_HTML = re.compile(
    rb"\A\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Format(enum.StrEnum):
    """A format that can be read."""

    PDF = "pdf"
    HTML = "html"
    EPUB = "epub"
    DOCX = "docx"
    MARKDOWN = "markdown"
    PLAIN = "plain"


_BY_NAME = {
    ".pdf": Format.PDF,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".epub": Format.EPUB,
    ".docx": Format.DOCX,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.PLAIN,
    ".text": Format.PLAIN,
}
SUFFIXES = frozenset(_BY_NAME)
"""Endings of the names of files that can be read."""


def format_of(path: Path, data: bytes) -> Format:
    """Format of a file.

    Raises
    ------
    DocumentError
        If it is of a kind that is not read, or not what its name says.
    """
    named = _BY_NAME.get(path.suffix.casefold())
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(_OLE):
        raise DocumentError(
            "it is an old Word file (.doc) or one locked with a password. Open it in a "
            "word processor and save it as DOCX without a password."
        )
    if data.startswith(b"{\\rtf"):
        raise DocumentError("it is rich text (RTF). Save it as DOCX.")
    if named in (Format.PDF, Format.EPUB, Format.DOCX):
        raise DocumentError(
            f"it is named {path.suffix} but does not begin like one: the file is "
            "broken or only partly downloaded. Get it again."
        )
    if named is None:
        raise DocumentError(f"{path.suffix or 'a name without ending'}: {_READ}.")
    return Format.HTML if _HTML.match(data[:4096]) else named


def _zipped(data: bytes) -> Format:
    names = Archive(data).names
    if "word/document.xml" in names:
        return Format.DOCX
    if "META-INF/container.xml" in names:
        return Format.EPUB
    raise DocumentError(f"it is an archive, neither EPUB nor DOCX: {_READ}.")
