"""Words and terms: one spelling, and the stems that SQLite's own tokenizer gives.

Questions, names of concepts and the index of claims go through the same tokenizer, so
that nothing here can disagree with the index about what a word is.
"""

import contextlib
import re
import sqlite3
import unicodedata
from collections.abc import Sequence

TOKENIZER = "porter unicode61 remove_diacritics 2"
_WORD = re.compile(r"[^\W_]+")
_END = "\n"
_APOSTROPHES = re.compile(r"[\u2018\u2019\u02bc`]")
_CONTRACTED = re.compile(r"n't\b", re.IGNORECASE)
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{3})is(e|es|ed|er|ers|ing|ation|ations)\b"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})ys(e|es|ed|ing)\b"), r"yz\1"),
    (re.compile(r"(?<=[a-z]{3})our(?=(s|ed|ing|al|ally|ism|able)?\b)"), "or"),
    (re.compile(r"\bprogramme"), "program"),
    (re.compile(r"ae(?=[a-z]{2})"), "e"),
    (re.compile(r"(?<=[a-z]{2})ll(ed|ing)\b"), r"l\1"),
    (re.compile(r"\bmindful(ness)?\b"), "mindfuln"),  # else its stem is that of mind
)


def spelled(text: str) -> str:
    """Text in lower case with one spelling of words that are spelled in two ways.

    American endings are taken, because the stemmer knows them: ``normalisation``
    becomes ``normalization``, ``behaviour`` ``behavior``; ``don't`` becomes
    ``do not``.
    """
    text = unicodedata.normalize("NFKC", text)
    text = _APOSTROPHES.sub("'", text).casefold().replace("can't", "can not")
    text = _CONTRACTED.sub(" not", text)
    for pattern, put in _SPELLINGS:
        text = pattern.sub(put, text)
    return text


def words(text: str) -> list[str]:
    """Words of a text that was `spelled`, in order; the ``s`` of a genitive is none."""
    text = re.sub(r"'s?\b", " ", text)
    return _WORD.findall(text)


def stems(texts: Sequence[str]) -> list[list[str]]:
    """Terms of each text, in order, as the tokenizer of the index makes them."""
    with contextlib.closing(sqlite3.connect(":memory:")) as store:
        store.execute(
            f"CREATE VIRTUAL TABLE text USING fts5(body, tokenize='{TOKENIZER}')"
        )
        store.execute("CREATE VIRTUAL TABLE seen USING fts5vocab(text, 'instance')")
        lines = spelled(_END.join(" ".join(text.split()) for text in texts))
        rows = [
            (number, " ".join(words(line)))
            for number, line in enumerate(lines.split(_END), start=1)
        ]
        store.executemany("INSERT INTO text(rowid, body) VALUES (?, ?)", rows)
        found = store.execute('SELECT doc, term FROM seen ORDER BY doc, "offset"')
        terms: list[list[str]] = [[] for _ in texts]
        for number, term in found:
            terms[number - 1].append(term)
    return terms
