"""Words that were mistyped by one letter."""

from collections.abc import Mapping

_SHORTEST = 7  # letters; shorter words have too many neighbours
_SHORTEST_SWAPPED = 5  # where two letters have changed places
_VOWELS = frozenset("aeiouy")


def corrected(word: str, known: Mapping[str, int]) -> str:
    """The known word that differs by one letter, if `word` is not known itself.

    A letter may be missing or added, a vowel another one, or two letters may have
    changed places. Another consonant often makes another word (medication,
    meditation), and the first letter must be right, for drugs have names that differ
    there.

    Parameters
    ----------
    word
        A word.
    known
        Words, and how common each is.

    Returns
    -------
    str
        The commonest neighbour, the first by the alphabet among equals; else `word`.
    """
    if word in known or len(word) < _SHORTEST_SWAPPED or not word.isalpha():
        return word
    near = [other for other in known if word[0] == other[:1] and _one_off(word, other)]
    return min(near, key=lambda other: (-known[other], other), default=word)


def _one_off(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1 or len(other) < _SHORTEST_SWAPPED:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    here, there = word[start:], other[start:]
    swapped = here[:2] == there[1::-1] and here[2:] == there[2:]
    if min(len(word), len(other)) < _SHORTEST:
        return swapped and len(here) > 1
    vowels = _VOWELS.issuperset(here[:1] + there[:1]) and here[1:] == there[1:]
    return here[1:] == there or here == there[1:] or vowels or swapped
