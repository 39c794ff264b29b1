"""What claims speak against: short statements, and what each of them says."""

import dataclasses
from collections.abc import Sequence

from kapsim.answers.terms import stems
from kapsim.answers.vocabulary import Match, Vocabulary
from kapsim.evidence import Claim, Knowledge

_DENYING = (
    "not no never cannot without nothing none neither nor hardly unlike than differ"
)
_NEGATIONS = frozenset(stems([_DENYING])[0])


@dataclasses.dataclass(frozen=True)
class Said:
    """What a text says.

    Attributes
    ----------
    terms
        Stems of its words.
    named
        What it names.
    denials
        How often it denies.
    """

    terms: tuple[str, ...]
    named: tuple[Match, ...]
    denials: int

    @staticmethod
    def of(terms: Sequence[str], vocabulary: Vocabulary) -> "Said":
        """What a text says, from its stems."""
        denials = sum(term in _NEGATIONS for term in terms)
        return Said(tuple(terms), tuple(vocabulary.matches(terms)), denials)


@dataclasses.dataclass(frozen=True)
class Statement:
    """A statement that people take for granted, and the claim against it."""

    text: str
    said: Said
    claim: Claim


def statements(found: Knowledge, vocabulary: Vocabulary) -> tuple[Statement, ...]:
    """All statements that claims speak against, in the order of the claims' ids."""
    listed = [
        (text, claim)
        for _, claim in sorted(found.claims.items())
        for text in claim.corrects
    ]
    terms = stems([text for text, _ in listed])
    return tuple(
        Statement(text, Said.of(one, vocabulary), claim)
        for one, (text, claim) in zip(terms, listed, strict=True)
    )
