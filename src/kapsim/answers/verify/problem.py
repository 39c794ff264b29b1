"""Something in an answer that does not agree with the records."""

import dataclasses

_LONGEST = 90


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is wrong, and where.

    Attributes
    ----------
    part
        Part of the answer, such as ``quotation``.
    where
        The words that it concerns, shortened.
    what
        What is wrong with them.
    """

    part: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.part}: {self.what}: {self.where}"


def problem(part: str, where: str, what: str) -> Problem:
    """A problem with a shortened account of where it is."""
    short = where if len(where) <= _LONGEST else f"{where[:_LONGEST].rstrip()} …"
    return Problem(part, f"“{short}”", what)
