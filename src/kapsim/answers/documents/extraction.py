"""Any document of the reader's to passages with their places."""

from collections.abc import Callable
from pathlib import Path

from kapsim.answers.documents.assembly import assembled
from kapsim.answers.documents.block import Parts
from kapsim.answers.documents.docx import read_docx
from kapsim.answers.documents.epub import read_epub
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.html import read_html
from kapsim.answers.documents.kinds import Format, format_of
from kapsim.answers.documents.markdown import read_markdown
from kapsim.answers.documents.passage import Extracted
from kapsim.answers.documents.pdf import read_pdf
from kapsim.answers.documents.plain import read_plain

LARGEST = 400_000_000
"""Bytes of the largest file that is opened."""

_READERS: dict[Format, Callable[[bytes], Parts]] = {
    Format.HTML: read_html,
    Format.MARKDOWN: read_markdown,
    Format.PLAIN: read_plain,
    Format.PDF: read_pdf,
    Format.EPUB: read_epub,
    Format.DOCX: read_docx,
}


def extract(path: Path) -> Extracted:
    """Text of a document: passages, references, what it says of itself.

    The format is told by the content and, where that does not settle it, by the name.
    Nothing in the file is executed and no address in it is opened.

    Parameters
    ----------
    path
        A PDF, HTML, EPUB, DOCX, Markdown or plain text file.

    Raises
    ------
    DocumentError
        If it cannot be opened, is broken, locked, empty, unsafe, or of another kind.
        The message names the file, what is wrong and what to do.
    """
    path = Path(path)
    try:
        data = _bytes(path)
        parts = _READERS[format_of(path, data)](data)
        return assembled(parts, path.stem)
    except DocumentError as error:
        raise DocumentError(f"{path.name}: {error}") from error.__cause__


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError(
                f"it has {size / 1e6:.0f} MB; the most is {LARGEST / 1e6:.0f} MB. "
                "Divide it into parts."
            )
        data = path.read_bytes()
    except OSError as error:
        told = error.strerror or str(error)
        raise DocumentError(f"it cannot be opened ({told}).") from error
    if not data.strip():
        raise DocumentError("it is empty.")
    return data
