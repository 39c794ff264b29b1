"""How a claim becomes a sentence: numbers of the model filled in, sources named."""

from collections.abc import Iterable

from kapsim.answers.answer import Sentence
from kapsim.evidence import Claim, Library
from kapsim.evidence.knowledge_schema import NUMBER_OF, Cited


def filled(text: str, shelf: Library) -> str:
    """Text with each ``{record.id}`` replaced by the record's value and unit.

    Raises
    ------
    EvidenceError
        If there is no such record.
    """
    return NUMBER_OF.sub(lambda found: shelf.parameter(found[1]).quantity_text, text)


def sentence(claim: Claim, shelf: Library) -> Sentence:
    """What the claim says, with the sources that support it."""
    return _saying(claim, filled(claim.text, shelf))


def in_short(claims: Iterable[Claim]) -> tuple[Sentence, ...]:
    """What those claims that have a gist say in short, with their sources."""
    return tuple(_saying(claim, claim.gist) for claim in claims if claim.gist)


def _saying(claim: Claim, text: str) -> Sentence:
    return Sentence(
        text=" ".join(text.split()),
        claim=claim.id,
        sources=tuple(dict.fromkeys(one.source for one in claim.supports)),
        strength=claim.strength,
        reading=claim.reading,
    )


def objection(claim: Claim, against: Cited) -> Sentence:
    """What a source says against the claim, under a grade of its own."""
    assert against.strength is not None
    return Sentence(
        text=" ".join((against.says or "").split()),
        claim=claim.id,
        sources=(against.source,),
        strength=against.strength,
        reading=claim.reading,
    )
