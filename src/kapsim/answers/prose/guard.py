"""What a language model may change of a sentence: its words, and nothing else.

A guard cannot tell whether other words mean the same. It holds citations, numbers,
negations, names and quoted words; what passes is marked as put in other words.
"""

import re
from collections import Counter
from collections.abc import Sequence

from kapsim.answers.verify.numbers import numbers
from kapsim.answers.verify.signs import even

CITATION = re.compile(r"\s*\[([^\[\]]*)\]")
_QUOTED = re.compile(r'"([^"]*)"')
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|lacks?)\b"
    r"|n't\b|\bun(?:able|likely|proven|clear|known|certain)\b"
)
_NAME = re.compile(r"(?<=[^.!?:\s] )[A-Z][\w-]*|\b[A-Z]{2,}\b")
_SHORTEST, _LONGEST = 0.4, 2.0  # of the length of the original


def objection(text: str, keys: Sequence[str], original: str) -> str | None:
    """Why a sentence with its citations is not taken; None if it is.

    Parameters
    ----------
    text
        What the model wrote, with citations as ``[key; key]``.
    keys
        Keys that the original cites.
    original
        The original, without citations.
    """
    cited = [
        key.strip() for found in CITATION.findall(text) for key in found.split(";")
    ]
    missing, new = sorted(set(keys) - set(cited)), sorted(set(cited) - set(keys))
    if missing:
        return f"citation missing: {', '.join(missing)}"
    if new:
        return f"citation that was not there: {', '.join(new)}"
    return _changed(without_citations(text), original)


def without_citations(text: str) -> str:
    """The sentence without its citations, in one line."""
    return " ".join(CITATION.sub("", text).split())


def _changed(text: str, original: str) -> str | None:
    if not text.endswith("."):
        return "no sentence that ends with a full stop"
    length = len(text) / len(original)
    if not _SHORTEST <= length <= _LONGEST:
        return "much shorter or longer than the original"
    for what, of in (("numbers", numbers), ("quoted words", _quoted)):
        changed = _difference(of(text), of(original))
        if changed:
            return f"{what} changed: {changed}"
    if _negations(text) != _negations(original):
        return "a negation came or went"
    names = sorted(_names(text) - _words(original))
    return f"name that was not there: {', '.join(names)}" if names else None


def _difference(found: Counter[str], known: Counter[str]) -> str:
    return ", ".join(sorted((found - known) + (known - found)))


def _quoted(text: str) -> Counter[str]:
    return Counter(_QUOTED.findall(even(text)))


def _negations(text: str) -> int:
    return len(_NEGATIONS.findall(even(text).casefold()))


def _names(text: str) -> set[str]:
    """Words with a capital that do not begin a sentence, and abbreviations."""
    return {name.casefold() for name in _NAME.findall(even(text))}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", even(text).casefold()))
