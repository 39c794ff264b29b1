"""What an answer is written from: the records, their index, and the question read."""

import contextlib
import dataclasses
from collections.abc import Iterator

from kapsim.answers.index import Index, open_index
from kapsim.answers.plain_words import plain_words
from kapsim.answers.question import Piece, Question, read_question
from kapsim.answers.vocabulary import Vocabulary
from kapsim.evidence import Claim, Knowledge, Library, knowledge, library


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
    question
        The question as it was understood.
    """

    found: Knowledge
    shelf: Library
    index: Index
    names: Vocabulary
    question: Question

    def claims_about(self, piece: Piece) -> list[Claim]:
        """Claims about a part of the question, by id."""
        return [self.found.claims[name] for name in piece.claims]


@contextlib.contextmanager
def open_desk(
    text: str, found: Knowledge | None = None, shelf: Library | None = None
) -> Iterator[Desk]:
    """Read a question beside the shipped records, or beside others.

    Raises
    ------
    QuestionError
        If the question is empty or too long.
    EvidenceError
        If the records cannot be loaded.
    """
    found = knowledge() if found is None else found
    shelf = library() if shelf is None else shelf
    with open_index(found, shelf) as index:
        names = Vocabulary(found, plain_words())
        yield Desk(found, shelf, index, names, read_question(text, found, index, names))
