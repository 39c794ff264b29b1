"""The index of claims and pages: SQLite's full-text search, in memory."""

import collections
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping

from kapsim.answers.terms import TOKENIZER, spelled, words as words_of
from kapsim.answers.wording import filled
from kapsim.evidence import Claim, Knowledge, Library
from kapsim.evidence.citation import OTHERS
from kapsim.evidence.knowledge import Page
from kapsim.evidence.knowledge_schema import CITED

_WEIGHTS = (1.0, 1.2, 0.5, 0.8)
"""Of text, keywords, names of concepts, and authors with years."""

_TABLES = (
    "CREATE VIRTUAL TABLE entry USING fts5(text, keywords, names, authors, "
    f"id UNINDEXED, kind UNINDEXED, tokenize='{TOKENIZER}')",
    "CREATE VIRTUAL TABLE term USING fts5vocab(entry, 'row')",
)
_COLUMNS = len(_WEIGHTS)
CLAIM, PAGE = "claim", "page"
AUTHORS, SAID, TEXT = "authors", "text keywords", "text"
"""Columns: who wrote the sources of a claim, what the claim says, also in its text."""


class Index:
    """Claims and pages by the words in them; one for all threads of a process.

    Attributes
    ----------
    words
        Every word as it is written, and how often.
    terms
        Every term, and in how many entries it stands.
    """

    def __init__(self, store: sqlite3.Connection, words: Mapping[str, int]) -> None:
        self._store = store
        self._one_at_a_time = threading.Lock()
        self.words = words
        self.terms: dict[str, int] = dict(store.execute("SELECT term, doc FROM term"))

    def ranked(self, words: Iterable[str], kind: str) -> dict[str, float]:
        """Score (BM25, the greater the better) of entries with any of the words."""
        query = " OR ".join(dict.fromkeys(_quoted(words)))
        return dict(self._matching(query, kind)) if query else {}

    def holding(self, words: Iterable[str], columns: str = SAID) -> set[str]:
        """Ids of the claims that have all the words in some columns.

        Several words in one string must stand side by side.
        """
        query = " AND ".join(_quoted(words))
        within = f"{{{columns}}} : ({query})"
        return {name for name, _ in self._matching(within, CLAIM)} if query else set()

    def _matching(self, query: str, kind: str) -> list[tuple[str, float]]:
        weights = ", ".join(map(str, _WEIGHTS))
        with self._one_at_a_time:
            found = self._store.execute(
                f"SELECT id, -bm25(entry, {weights}) FROM entry WHERE entry MATCH ? "
                "AND kind = ? ORDER BY 2 DESC, id",
                (query, kind),
            )
            return found.fetchall()


def _quoted(words: Iterable[str]) -> Iterator[str]:
    return (f'"{word}"' for word in words)


def build_index(found: Knowledge, shelf: Library) -> Index:
    """Index of all claims and pages."""
    store = sqlite3.connect(":memory:", check_same_thread=False)
    for table in _TABLES:
        store.execute(table)
    claims = [claim for _, claim in sorted(found.claims.items())]
    pages = sorted({**found.concepts, **found.portraits}.items())
    names = {name: spelled(_names(page)) for name, page in found.concepts.items()}
    rows = [
        *(_of_claim(claim, names, found, shelf) for claim in claims),
        *(_of_page(page, shelf) for _, page in pages),
    ]
    store.executemany(
        "INSERT INTO entry(text, keywords, names, authors, id, kind) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    texts = (part for row in rows for part in row[:_COLUMNS])
    written = collections.Counter(w for text in texts for w in words_of(text))
    return Index(store, written)


def _of_claim(
    claim: Claim, names: Mapping[str, str], found: Knowledge, shelf: Library
) -> tuple[str, ...]:
    cited = [*claim.supports, *claim.against]
    text = [filled(claim.text, shelf), *(one.says or "" for one in claim.against)]
    keywords = [*claim.keywords, *claim.corrects]
    telling = [name for name in claim.concepts if not found.concepts[name].broad]
    return (
        spelled(" ".join(text)),
        spelled(" ".join(keywords)),
        " ".join(names[name] for name in telling),
        spelled(_authors([one.source for one in cited], shelf)),
        claim.id,
        CLAIM,
    )


def _of_page(page: Page, shelf: Library) -> tuple[str, ...]:
    parts = (
        CITED.sub("", page.page),
        " ".join(page.names),
        page.name,
        _authors(page.sources, shelf),
    )
    return (*map(spelled, parts), page.id, PAGE)


def _names(page: Page) -> str:
    return " ".join([page.name, *page.names])


def _authors(keys: Iterable[str], shelf: Library) -> str:
    """Families and years of the sources, each source once."""
    sources = [shelf.sources[key] for key in dict.fromkeys(keys)]
    return " ".join(
        f"{author.partition(',')[0]} {source.year}"
        for source in sources
        for author in source.authors
        if author != OTHERS
    )
