"""What must be said before an answer, and what is said instead of one."""

import re
from collections.abc import Collection, Iterable

NO_ADVICE = (
    "kapsim gives no advice: not on whether someone should take a drug, nor on a dose, "
    "nor on treatment. Ask a doctor who knows the person. Named below is only what the "
    "library covers nearby."
)
EMERGENCY = (
    "If a life may be in danger, yours or another's, do not read on: call the "
    "emergency number of your country now (112 in Europe, 911 in North America), and "
    "after too much of a drug a poison centre. If you think of ending your life, a "
    "crisis line will talk with you at any hour (988 in North America); "
    "findahelpline.com names those of other countries. kapsim is research software and "
    "can give no help."
)
_AGAINST = "The library speaks against something that the question takes for granted:"
ONLY_OWN = (
    "The library does not cover this. Your own documents have passages on it, quoted "
    "below."
)
NOT_COVERED = (
    "The library does not cover this, and no answer is made up. Below is the nearest "
    "that it does cover. Questions are understood in English only."
)
_FIRST = "What speaks against it comes first."
_STATEMENT = re.compile("“([^“”]+)”")
_FIXED = (NO_ADVICE, EMERGENCY, ONLY_OWN, NOT_COVERED)


def against(statements: Iterable[str]) -> str:
    """That the question takes statements for granted which the library contradicts."""
    return f"{_AGAINST} {'; '.join(f'“{one}”' for one in statements)}. {_FIRST}"


def known(text: str, statements: Collection[str]) -> bool:
    """Whether a text is a notice of kapsim.

    Parameters
    ----------
    text
        In one line.
    statements
        All that the library contradicts.
    """
    said = _STATEMENT.findall(text)
    return text in _FIXED or (
        bool(said) and text == against(said) and set(said) <= set(statements)
    )
