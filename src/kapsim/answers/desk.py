"""What an answer is written from: the records, their index, and the question read."""

import dataclasses
import functools

from kapsim.answers.index import Index, build_index
from kapsim.answers.keywords import Keywords
from kapsim.answers.piece import Piece
from kapsim.answers.plain_words import plain_words
from kapsim.answers.question import Question, read_question
from kapsim.answers.statements import Statement, statements
from kapsim.answers.vocabulary import Vocabulary
from kapsim.evidence import Claim, Knowledge, Library, knowledge, library

_KEPT = 4  # libraries that stay prepared


@dataclasses.dataclass(frozen=True)
class Desk:
    """The records, their index, and the question read.

    Attributes
    ----------
    found
        Claims, concepts and portraits.
    shelf
        Sources and numbers.
    index
        All of it by words.
    names
        Names of concepts and portraits.
    statements
        What claims speak against.
    question
        The question as it was understood.
    """

    found: Knowledge
    shelf: Library
    index: Index
    names: Vocabulary
    statements: tuple[Statement, ...]
    question: Question

    def claims_about(self, piece: Piece) -> list[Claim]:
        """Claims about a part of the question, by id."""
        return [self.found.claims[name] for name in piece.claims]


@dataclasses.dataclass(frozen=True)
class _Records:
    """Records, which are the same wherever their digests are."""

    digests: tuple[str, str]
    found: Knowledge = dataclasses.field(compare=False)
    shelf: Library = dataclasses.field(compare=False)


def open_desk(
    text: str, found: Knowledge | None = None, shelf: Library | None = None
) -> Desk:
    """Read a question beside the shipped records, or beside others.

    Index and vocabulary are built at the first question and kept for the next one to
    the same records.

    Raises
    ------
    QuestionError
        If the question is empty or too long.
    EvidenceError
        If the records cannot be loaded.
    """
    found = knowledge() if found is None else found
    shelf = library() if shelf is None else shelf
    records = _Records((found.digest, shelf.digest), found, shelf)
    index, names, keywords, wrong = _prepared(records)
    question = read_question(text, found, index, names, keywords)
    return Desk(found, shelf, index, names, wrong, question)


@functools.lru_cache(maxsize=_KEPT)
def _prepared(
    records: _Records,
) -> tuple[Index, Vocabulary, Keywords, tuple[Statement, ...]]:
    names = Vocabulary(records.found, plain_words())
    index = build_index(records.found, records.shelf)
    keywords = Keywords(records.found, names, plain_words())
    return index, names, keywords, statements(records.found, names)
