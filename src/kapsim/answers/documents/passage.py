"""A passage of a document, and the place where it stands."""

from pydantic import BaseModel, ConfigDict, Field


class Place(BaseModel):
    """Where a passage stands.

    Attributes
    ----------
    page
        Page as counted in the file, from 1; None where the format has no pages.
    section
        Heading above it; None before the first.
    paragraph
        Number of the paragraph in the document, from 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: int | None = None
    section: str | None = None
    paragraph: int

    @property
    def words(self) -> str:
        """The place in words: ``p. 3, section “Results”, paragraph 12``."""
        parts = [f"p. {self.page}"] if self.page is not None else []
        parts += [f"section “{self.section}”"] if self.section else []
        return ", ".join([*parts, f"paragraph {self.paragraph}"])


class Passage(BaseModel):
    """A paragraph of a document, cleaned of line breaks and hyphenation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Place
    text: str = Field(min_length=1)


class Reference(BaseModel):
    """An entry of a document's list of references.

    Attributes
    ----------
    text
        The entry as printed.
    doi
        Its DOI, if printed.
    source
        Key of the shipped source that it is, if recognised.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    doi: str | None = None
    source: str | None = None


class Work(BaseModel):
    """What a document is: the little that a citation needs.

    Attributes
    ----------
    authors
        Names as ``Family, Given``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    container: str | None = None
    volume: str | None = None
    pages: str | None = None
    doi: str | None = None
    url: str | None = None


class Extracted(BaseModel):
    """The text of a document.

    Attributes
    ----------
    work
        What the file says of itself; its name where it says nothing.
    passages
        Paragraphs in the order they are read.
    references
        Entries of its list of references; not passages.
    warnings
        What was left out, and why: scanned pages, a part that could not be read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    work: Work
    passages: tuple[Passage, ...]
    references: tuple[Reference, ...] = ()
    warnings: tuple[str, ...] = ()
