"""What the reader's library says of its documents, as plain data."""

import enum

from pydantic import BaseModel, ConfigDict

from kapsim.answers.documents import Passage, Reference, Work


class Entry(BaseModel):
    """Common rules: no unknown field, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Entry):
    """A document of the reader's library.

    Attributes
    ----------
    id
        Author, year and the beginning of its text's hash: the same in every library.
    path
        File that it was read from.
    work
        What it is, for citations.
    passages
        How many paragraphs it has.
    references
        Entries of its list of references.
    warnings
        What was left out when it was read.
    file_sha256
        Of the bytes of the file.
    text_sha256
        Of the letters and digits of its passages.
    """

    id: str
    path: str
    work: Work
    passages: int
    references: tuple[Reference, ...] = ()
    warnings: tuple[str, ...] = ()
    file_sha256: str
    text_sha256: str


class Kind(enum.StrEnum):
    """What became of a file that was to be added."""

    ADDED = "added"
    REPLACED = "replaced"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    LIST = "list"


class Outcome(Entry):
    """What became of a file that was to be added.

    Attributes
    ----------
    path
        The file.
    kind
        Whether it was added, took the place of an older state of the same file, was
        there already, was refused, or is a list of references that was read.
    document
        The document in the library; None if refused or a list.
    why
        Reason where it was not simply added; empty otherwise.
    warnings
        What was left out of it.
    """

    path: str
    kind: Kind
    document: Document | None = None
    why: str = ""
    warnings: tuple[str, ...] = ()


class Found(Entry):
    """A passage that a query found.

    Attributes
    ----------
    document_id
        Document that it stands in.
    passage
        Its text and place.
    score
        BM25; the greater the nearer to the query.
    """

    document_id: str
    passage: Passage
    score: float


class Fault(Entry):
    """Something that a check found.

    Attributes
    ----------
    document
        Document that it concerns; None for the library as a whole.
    damage
        Whether the library itself is damaged; otherwise only a file that a document
        was read from is gone or has changed.
    what
        What is wrong, and the remedy.
    """

    document: str | None
    damage: bool
    what: str
