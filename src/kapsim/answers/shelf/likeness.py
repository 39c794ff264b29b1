"""Telling whether two texts are the same, or much the same.

Two files of one article (a PDF and its web page) differ in line breaks, quotation
marks, ligatures and page furniture, and seldom in their words.
"""

import hashlib
import itertools
import unicodedata
from collections.abc import Iterable

from kapsim.answers.documents import Passage, Reference

ALIKE = 0.5
"""Share of the longer text that the other has too when both are one work."""

_RUN = 5  # words


def bare(text: str) -> str:
    """Letters and digits alone, in lower case, ligatures taken apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, plain))


def text_hash(passages: Iterable[Passage], references: Iterable[Reference]) -> str:
    """SHA-256 of the letters and digits of a document."""
    found = hashlib.sha256()
    for part in itertools.chain(passages, references):
        found.update(bare(part.text).encode())
    return found.hexdigest()


def overlap(first: Iterable[str], second: Iterable[str]) -> float:
    """Share of the longer text's runs of five words that the other has too.

    An abstract and its article are thus not alike, nor an article and its supplement.
    """
    one, other = _runs(first), _runs(second)
    most = max(len(one), len(other))
    return len(one & other) / most if most else 0.0


def _runs(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        words = [word for part in text.split() if (word := bare(part))]
        starts = range(max(len(words) - _RUN + 1, 1))
        found.update(" ".join(words[start : start + _RUN]) for start in starts)
    return found - {""}
