"""Words of a question, and the parts that it is made of."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Token:
    """A word of the question.

    Attributes
    ----------
    word, stem
        The word in one spelling, and its stem.
    start, end
        Where it stands in the question as asked.
    """

    word: str
    stem: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of the question.

    Attributes
    ----------
    words
        As asked.
    terms
        Words to look for, in one spelling.
    claims
        Ids of the claims that are about it. Words that name nothing are looked for
        only among claims about the rest of the question.
    keyed
        Those of them that have it as a keyword; none if it names a concept.
    pages
        Concepts and portraits that they name; none if they name none.
    broad
        Whether it names only what nearly every question here is about.
    author
        Whether it names an author of a source.
    outside
        Whether it asks for what no claim would hold, such as a price or a law.
    substance
        Words of it that name another substance than ketamine.
    joined
        Whether it is one of several things asked of, as what follows `and` or `than`
        is, and another of them is known.
    beside
        Whether only such a word stands between it and the part before it.
    clause
        Which clause of the question it stands in, counted from 0.
    """

    words: str
    terms: tuple[str, ...]
    claims: tuple[str, ...] = ()
    keyed: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    broad: bool = False
    author: bool = False
    outside: bool = False
    substance: tuple[str, ...] = ()
    joined: bool = dataclasses.field(default=False, compare=False)
    beside: bool = dataclasses.field(default=False, compare=False)
    clause: int = dataclasses.field(default=0, compare=False)

    @property
    def known(self) -> bool:
        """Whether a concept, a portrait or a claim has it."""
        return bool(self.pages or self.claims)
