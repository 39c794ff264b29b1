"""What a claim, a concept and a portrait must say before kapsim will load it.

A **claim** is one thing that sources say, in our own words, with the sources that
support it and those that speak against it. A **concept** is a short page about an
idea; a **portrait** one about a person whose ideas the model uses. Concepts and
portraits cite sources in their text as ``[key]``.
"""

import enum
import re
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.evidence.schema import Identifier, Reading, Record, Strength

CITED = re.compile(r" ?\[([a-z0-9_]+(?:; [a-z0-9_]+)*)\]")
"""Citations in the text of a page: ``[key]`` or ``[key; key]``."""

NUMBER_OF = re.compile(r"\{([a-z0-9_.]+)\}")
"""A number of the model in a claim: ``{record.id}``, shown with its unit."""

Row = Annotated[int, Field(ge=1, le=15, strict=True)]
"""Row of the table of what the model must hold (README, "What it models")."""


class Step(enum.StrEnum):
    """Where in the chain of causes a claim stands, from molecule to therapy."""

    DOSE = "dose"
    RECEPTOR = "receptor"
    LOOSENING = "loosening"
    NETWORK = "network"
    WINDOW = "window"
    BODY = "body"
    RANK = "rank"
    DANGER = "danger"
    LOCK = "lock"
    RELIEF = "relief"
    THERAPY = "therapy"
    SETTING = "setting"
    EXPECTANCY = "expectancy"
    RESPONSE = "response"
    CONCERNS = "concerns"

    @property
    def heading(self) -> str:
        """Heading of the step in an account."""
        return _TITLES[self]


_TITLES = {
    Step.DOSE: "The drug in the body",
    Step.RECEPTOR: "At the receptor",
    Step.LOOSENING: "Beliefs loosen",
    Step.NETWORK: "The default mode network",
    Step.WINDOW: "A window of plasticity",
    Step.BODY: "The body",
    Step.RANK: "Rank and defeat",
    Step.DANGER: "Fear and its extinction",
    Step.LOCK: "What holds depression in place",
    Step.RELIEF: "Relief, and how long it lasts",
    Step.THERAPY: "Psychotherapy and time",
    Step.SETTING: "Set, setting and meaning",
    Step.EXPECTANCY: "Expectancy and blinding",
    Step.RESPONSE: "Who responds",
    Step.CONCERNS: "Safety and other concerns",
}


class Cited(Record):
    """A source behind a claim, and where in it.

    Attributes
    ----------
    source
        Key of a source record.
    locator
        Table, figure, section or page; "abstract" if that is all that was read.
    says
        What the source says, in our words; needed where it speaks against.
    strength
        How strong its evidence is; needed where it speaks against. That of sources
        that support a claim is the claim's.
    """

    source: Identifier
    locator: str
    says: str | None = None
    strength: Strength | None = None


class Claim(Record):
    """One thing that sources say, in our own words.

    Attributes
    ----------
    id
        Step and name, such as ``window.dendritic_spines``.
    text
        One or two sentences. Numbers as the sources give them; a number of the model
        as ``{record.id}``.
    step
        Where in the chain of causes it stands.
    rows
        Rows of the table of what the model must hold.
    supports, against
        Sources for and against; a claim with sources against it is contested.
    strength, reading
        How strong the evidence is, and who read it.
    concerns
        Mechanisms of the model: the beginning of record ids, such as
        ``brain.window``; empty where the model does not hold it.
    concepts
        Concepts that it is about.
    central
        Whether an account of the whole should have it.
    gist
        The claim in a short sentence, for the opening of an account of the whole;
        without numbers of the model.
    keywords
        Words by which one would look for it that its text lacks.
    corrects
        What questions wrongly take for granted, as short statements.
    experiments
        Experiments of the laboratory that show it.
    """

    id: Identifier
    text: str = Field(min_length=30, max_length=420, pattern=r"\.$")
    step: Step
    rows: list[Row] = Field(min_length=1)
    supports: list[Cited] = Field(min_length=1)
    against: list[Cited] = Field(default_factory=list)
    strength: Strength
    reading: Reading
    concerns: list[Identifier] = Field(default_factory=list)
    concepts: list[Identifier] = Field(min_length=1)
    central: bool = False
    gist: str | None = Field(default=None, max_length=160, pattern=r"^[^{}]*\.$")
    keywords: list[str] = Field(default_factory=list)
    corrects: list[str] = Field(default_factory=list)
    experiments: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_what_is_against(self) -> "Claim":
        for cited in self.against:
            if not cited.says or not cited.says.endswith("."):
                raise ValueError(
                    f"{cited.source} speaks against it: `says` must tell how, in a "
                    "sentence"
                )
            if cited.strength is None:
                raise ValueError(
                    f"{cited.source} speaks against it: `strength` must grade its "
                    "evidence, from A to E"
                )
        return self

    @property
    def contested(self) -> bool:
        """Whether a source speaks against it."""
        return bool(self.against)


class Concept(Record):
    """A short page about an idea.

    Attributes
    ----------
    names
        Other words for it: synonyms, spellings, abbreviations, everyday words.
    page
        Paragraphs in our words, 60 to 220 words, citing sources as ``[key]``.
    broad
        Whether it is what nearly every question here is about, as ketamine is, so that
        it alone does not tell what a question asks.
    mechanisms
        Beginnings of the ids of the records that it concerns in the model.
    neighbours
        Concepts and portraits to read next.
    """

    id: Identifier
    name: str
    names: list[str] = Field(default_factory=list)
    page: str
    rows: list[Row] = Field(min_length=1)
    broad: bool = False
    mechanisms: list[Identifier] = Field(default_factory=list)
    experiments: list[str] = Field(default_factory=list)
    neighbours: list[Identifier] = Field(min_length=1)

    @property
    def sources(self) -> list[str]:
        """Keys that its page cites, each once, in order."""
        return cited_keys(self.page)


class Portrait(Record):
    """A short page about a person whose ideas the model uses.

    Attributes
    ----------
    lived
        Years, such as ``1875-1961``; None where they were not confirmed.
    page
        Paragraphs in our words, 60 to 220 words, citing sources as ``[key]``.
    neighbours
        Concepts and portraits to read next.
    """

    id: Identifier
    name: str
    names: list[str] = Field(default_factory=list)
    lived: str | None = None
    page: str
    mechanisms: list[Identifier] = Field(default_factory=list)
    experiments: list[str] = Field(default_factory=list)
    neighbours: list[Identifier] = Field(min_length=1)

    @property
    def sources(self) -> list[str]:
        """Keys that its page cites, each once, in order."""
        return cited_keys(self.page)


def cited_keys(text: str) -> list[str]:
    """Keys of the sources that a text cites as ``[key]``, each once, in order."""
    keys = [key for found in CITED.findall(text) for key in found.split("; ")]
    return list(dict.fromkeys(keys))
