"""Names of documents: made from what they hold, so that no library's order matters."""

import re
import unicodedata

from kapsim.answers.documents import Work

_DIGITS = 8  # of the hash
_TITLE_WORDS = 3
_NO_NAME = "document"


def document_number(text_sha256: str) -> int:
    """Number of a document: the first 32 bits of its text's hash."""
    return int(text_sha256[:_DIGITS], 16)


def document_id(work: Work, number: int) -> str:
    """Identifier for citations: first author or title, year and number.

    Parameters
    ----------
    work
        What the document is.
    number
        Its number, which makes it unlike every other.

    Returns
    -------
    str
        Such as ``murrough_2013_1f0c77a2``.
    """
    if work.authors:
        name = _plain(work.authors[0].partition(",")[0])
    else:
        name = "_".join(_plain(work.title).split("_")[:_TITLE_WORDS])
    year = "" if work.year is None else str(work.year)
    parts = [name or _NO_NAME, year, f"{number:0{_DIGITS}x}"]
    return "_".join(part for part in parts if part)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
