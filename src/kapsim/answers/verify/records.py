"""What an answer is checked against."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from kapsim.answers.answer import Cited, Coverage, Shown
from kapsim.answers.citing import list_of_sources
from kapsim.answers.documents.passage import Passage
from kapsim.answers.formats import page_names
from kapsim.answers.shelf import Document
from kapsim.evidence import Claim, Knowledge, Library
from kapsim.evidence.knowledge_schema import NUMBER_OF
from kapsim.units import KapsimError


@runtime_checkable
class Documents(Protocol):
    """The reader's own library, as far as a check needs it."""

    def document(self, document_id: str) -> Document:
        """Document by identifier; raises `KapsimError` if there is none."""
        ...

    def passages(self, document_id: str) -> Sequence[Passage]:
        """Passages of a document; raises `KapsimError` if there is none."""
        ...


@dataclasses.dataclass(frozen=True)
class Records:
    """What an answer is checked against.

    Attributes
    ----------
    knowledge, library
        Claims, concepts and portraits; sources and numbers.
    shown
        The stored result of an experiment or a run by name; None if there is none.
    figure
        Its figure as SVG; None if it has none.
    coverage
        What the library holds of a question; given True, the reader's documents too.
    documents
        The reader's own library; None if there is none.
    """

    knowledge: Knowledge
    library: Library
    shown: Callable[[str], Shown | None]
    figure: Callable[[str], str | None]
    coverage: Callable[[str, bool], Coverage]
    documents: Documents | None = None

    @property
    def names(self) -> dict[str, str]:
        """Names of concepts and portraits by id."""
        return page_names(self.knowledge)

    def words_of(self, claim: Claim) -> list[str]:
        """Text of a claim with the numbers of the model in it, and its gist."""
        text = NUMBER_OF.sub(
            lambda found: self.library.parameter(found[1]).quantity_text, claim.text
        )
        return [" ".join(said.split()) for said in (text, claim.gist) if said]

    def passages_of(self, document: str) -> Sequence[Passage] | None:
        """Passages of a document of the reader's; None if it is not there."""
        if self.documents is None:
            return None
        try:
            return self.documents.passages(document)
        except KapsimError:
            return None

    def own_entry(self, document: str) -> Cited | None:
        """A document of the reader's in a list of sources; None if it is not there."""
        if self.documents is None:
            return None
        try:
            work = self.documents.document(document).work
        except KapsimError:
            return None
        return list_of_sources([], {document: work}, self.library)[0]


def supporting(claim: Claim) -> frozenset[str]:
    """Keys of the sources that a claim rests on."""
    return frozenset(cited.source for cited in claim.supports)
