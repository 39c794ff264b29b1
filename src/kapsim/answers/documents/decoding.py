"""Bytes of a text to characters, whatever the encoding."""

import codecs
import re

from kapsim.answers.documents.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})")
_SIGN_INSIDE = re.compile("[^\\W\\d_][\xa1-\xbf\xd7\xf7][^\\W\\d_]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def decode(data: bytes, *, markup: bool = False) -> tuple[str, list[str]]:
    """Text of a file, and a warning where its encoding had to be guessed.

    Parameters
    ----------
    data
        The bytes.
    markup
        Whether the beginning may declare the encoding, as HTML does.

    Returns
    -------
    text, warnings
        The text, each line ending in a line feed.

    Raises
    ------
    DocumentError
        If the bytes are not text.
    """
    encoding, warnings = _encoding(data, markup)
    text = data.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    if _not_text(text):
        raise DocumentError(
            "it is not text: no encoding gives readable characters. Save it as PDF, "
            "HTML, EPUB, DOCX, Markdown or plain text (UTF-8)."
        )
    if lost:
        warnings.append(f"{lost} characters could not be read as {encoding}")
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _encoding(data: bytes, markup: bool) -> tuple[str, list[str]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, []
    if wide := _wide(data):
        return wide, []
    if _decodes(data, "utf-8"):
        return "utf-8", []
    declared = _DECLARED.search(data[:4096]) if markup else None
    if declared and _decodes(data, name := declared[1].decode("ascii")):
        # Browsers read a declared Latin-1 as Windows-1252, which holds it.
        western = codecs.lookup(name).name == "iso8859-1"
        return ("cp1252" if western and _decodes(data, "cp1252") else name), []
    guessed = _guessed(data)
    return guessed, [f"its encoding is not stated: read as {guessed}"]


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte is nearly always zero."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = (sample[first::2].count(0) / half for first in (0, 1))
    if odd > 0.5 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.5 and odd < 0.1 else None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE]
    best = from_bytes(sample).best()
    return "cp1252" if best is None or _is_western(sample) else best.encoding


def _is_western(data: bytes) -> bool:
    """Whether it reads as a western language in Windows-1252.

    Few of its letters are accented, and no sign stands inside a word.
    """
    if not _decodes(data, "cp1252"):
        return False
    text = data.decode("cp1252")
    accented = sum(char > "\x7f" and char.isalpha() for char in text)
    inside = len(_SIGN_INSIDE.findall(text))
    return accented <= 0.06 * sum(map(str.isalpha, text)) and inside <= 0.1 * accented


def _not_text(text: str) -> bool:
    sample = text[:_SAMPLE]
    strange = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    return strange > 0.02 * len(sample) + 1
