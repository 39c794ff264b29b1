"""What an answer is made of: typed parts, as plain data, in the order they are read."""

import enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kapsim.answers.documents.passage import Place
from kapsim.evidence import Reading, Step, Strength


class Part(BaseModel):
    """Common rules: no unknown field, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(enum.StrEnum):
    """How well the library supports a part of a question."""

    WELL = "well"
    PARTLY = "partly"
    NOT = "not at all"


class Aspect(Part):
    """A part of the question, and what the library holds of it.

    Attributes
    ----------
    words
        The words of the question.
    concept
        Concept that they name; None where they name none.
    level
        How well it is covered.
    claims, passages
        How many of the claims, and of the reader's passages, are about it.
    strengths
        Number of those claims by strength of evidence; only those above zero.
    """

    words: str
    concept: str | None
    level: Level
    claims: int
    passages: int
    strengths: dict[Strength, int]


class Coverage(Part):
    """What the library holds of the question, part by part."""

    level: Level
    aspects: tuple[Aspect, ...]


class Sentence(Part):
    """A sentence of the account with its sources.

    Attributes
    ----------
    text
        The sentence or two, without citations.
    claim
        Claim that it says.
    sources
        Keys of the sources that it cites, at least one.
    strength, reading
        Grades of the claim.
    """

    text: str
    claim: str
    sources: tuple[str, ...] = Field(min_length=1)
    strength: Strength
    reading: Reading


class Section(Part):
    """Sentences of one step in the chain of causes."""

    step: Step
    heading: str
    sentences: tuple[Sentence, ...] = Field(min_length=1)


class Contested(Part):
    """A claim with what speaks for it and against it."""

    claim: Sentence
    against: tuple[Sentence, ...] = Field(min_length=1)


class Quotation(Part):
    """Words of one of the reader's own documents.

    Attributes
    ----------
    text
        Word for word as in the passage.
    document
        Identifier of the document.
    label
        Author and year, or the title, as cited.
    place
        Where in the document it stands.
    """

    text: str
    document: str
    label: str
    place: Place


class ShownNumber(Part):
    """A number that the model gives, beside the published one if there is one.

    Attributes
    ----------
    unit
        Unit; ``1`` for a pure number.
    limits
        Where the number must lie, ends included; None at an end that is open, and
        None where nothing was published to compare it with.
    met
        Whether it lies there; None without limits.
    """

    meaning: str
    value: float
    unit: str
    published: float | None
    limits: tuple[float | None, float | None] | None
    met: bool | None


class Shown(Part):
    """What the model shows of it: a stored result of an experiment or a run.

    Attributes
    ----------
    name
        Experiment or protocol.
    kind
        Whether it is an experiment of the laboratory or a run of a protocol.
    title, caption
        What it is, and what the figure shows.
    verdict
        How many of its numbers are within their limits.
    command
        Command that repeats it.
    sources
        Keys of the sources of its published numbers.
    """

    name: str
    kind: Literal["experiment", "run"]
    title: str
    caption: str
    verdict: str
    numbers: tuple[ShownNumber, ...]
    command: str
    sources: tuple[str, ...]


class Linked(Part):
    """A concept or a portrait to read next."""

    id: str
    name: str
    page: str
    sources: tuple[str, ...]


class Nearest(Part):
    """Something near the question that the library does cover."""

    concept: str
    name: str
    claims: int


class Cited(Part):
    """An entry of the list of sources.

    Attributes
    ----------
    key
        Source of the shipped library, or identifier of the reader's document.
    label
        Author and year, unlike every other label of the answer.
    reference
        The entry in one line.
    bibtex
        The entry as BibTeX.
    own
        Whether it is a document of the reader's.
    """

    key: str
    label: str
    reference: str
    bibtex: str
    own: bool = False


class Answer(Part):
    """An answer, every sentence with its sources.

    Attributes
    ----------
    question
        As asked.
    notice
        What must be said first: that no advice is given, that the question takes
        something for granted that the library contradicts; empty if nothing.
    coverage
        What the library holds of the question.
    account
        The answer, from molecule to therapy; empty where the library does not cover
        the question.
    contested, quotations, shown, linked
        Both sides, the reader's documents, the model, and what to read next.
    nearest
        What the library does cover, where it does not cover the question.
    sources
        All that is cited, and nothing else, by label.
    library
        SHA-256 of the records it was composed from, shortened.
    dropped
        Why sentences that a language model wrote were not taken.
    """

    question: str
    notice: str
    coverage: Coverage
    account: tuple[Section, ...] = ()
    contested: tuple[Contested, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    shown: tuple[Shown, ...] = ()
    linked: tuple[Linked, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    sources: tuple[Cited, ...] = ()
    library: str
    dropped: tuple[str, ...] = ()
