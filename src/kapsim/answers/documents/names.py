"""Names of people as ``Family, Given``."""

import re

_PARTICLES = frozenset(
    "van von der den de del della di da dos du la le ter ten".split()
)
_BETWEEN = re.compile(r"\s*(?:;|\band\b|&|\n)\s*")


def inverted(name: str) -> str:
    """A name as ``Family, Given``; unchanged if it is so already or is one word."""
    name = " ".join(name.split()).strip(" ,;")
    words = name.split()
    if "," in name or len(words) < 2:
        return name
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in _PARTICLES:
        first -= 1
    return f"{' '.join(words[first:])}, {' '.join(words[:first])}"


def divided(names: str) -> tuple[str, ...]:
    """Names written one after the other, each as ``Family, Given``.

    They may be divided by semicolons, "and" or, where each has a given name, commas.
    """
    parts = [part for part in _BETWEEN.split(names) if part.strip(" ,")]
    if len(parts) == 1 or all("," in part for part in parts[:-1]):
        listed = [name.strip() for part in parts for name in part.split(",")]
        if len(listed) > len(parts) and all(" " in name for name in listed if name):
            parts = [name for name in listed if name]
    return tuple(filter(None, map(inverted, parts)))
