"""Keywords of claims: words and phrases by which a claim says what it is about."""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence

from kapsim.answers.plain_words import PlainWords
from kapsim.answers.terms import spelled, stems, words
from kapsim.answers.vocabulary import Vocabulary
from kapsim.evidence import Knowledge

_LONGEST = 8  # words of a phrase
_OF_THE_MODEL = "calibration_of_the_model"
_ASKS_HOW = "how"  # begins a question of the whole
_DEGREES = frozenset({"effect", "well"})  # stems before which it does not
_WHETHER = frozenset({"do", "doe", "effect", "help", "is", "work"})
"""Stems of all that is said of a broad name where it is asked whether it works."""


@dataclasses.dataclass(frozen=True)
class Phrase:
    """Words of a question that are a keyword of claims.

    Attributes
    ----------
    places
        Which words of the question, counted from 0.
    claims
        Ids of the claims that have the keyword.
    hides
        Whether it is more than the broad name in it, as `bipolar depression` is.
    whether
        Whether it says of what is broad only that it works.
    """

    places: tuple[int, ...]
    claims: tuple[str, ...]
    hides: bool
    whether: bool


class Keywords:
    """Claims by what their keywords say.

    A phrase is a keyword of several words that names a broad concept and nothing else.
    In it the concept may stand under any of its names. One that asks how something
    works is none, for it asks of the whole; nor is a keyword of a claim about the
    model, which says of a matter that it is left out.
    """

    def __init__(self, found: Knowledge, names: Vocabulary, plain: PlainWords) -> None:
        self._names, self._plain = names, plain
        self._broad = {page.id for page in found.concepts.values() if page.broad}
        self._words: dict[frozenset[str], set[str]] = {}
        self._phrases: dict[tuple[str, ...], set[str]] = {}
        self._hiding: set[tuple[str, ...]] = set()
        listed = [
            (keyword, name)
            for name, claim in sorted(found.claims.items())
            if claim.concepts[0] != _OF_THE_MODEL
            for keyword in claim.keywords
        ]
        terms = stems([keyword for keyword, _ in listed])
        for (keyword, name), one in zip(listed, terms, strict=True):
            said = words(spelled(keyword))
            if len(said) == len(one):
                self._add(name, said, one)

    def _add(self, claim: str, said: Sequence[str], terms: Sequence[str]) -> None:
        """Note a keyword of a claim, as words and as a phrase."""
        grammar = self._plain.light | self._plain.stop
        told = frozenset(term for term in terms if term not in grammar)
        if told:
            self._words.setdefault(told, set()).add(claim)
        matches = self._names.matches(terms, said)
        named = {place for match in matches for place in match.places}
        if any(not self._broad.issuperset(match.pages) for match in matches):
            return
        key = tuple(symbol for symbol, _ in self._symbols(said, terms))
        if not named or not 1 < len(key) <= _LONGEST or _ASKS_HOW in key:
            return
        self._phrases.setdefault(key, set()).add(claim)
        beside = [place for place in range(len(terms)) if place not in named]
        if any(self._tells(said[place], terms[place]) for place in beside):
            self._hiding.add(key)

    def _tells(self, word: str, stem: str) -> bool:
        """Whether a word says something beside a broad name."""
        return self._plain.says_something(word, stem) or word in self._plain.turns

    def _symbols(
        self, said: Sequence[str], terms: Sequence[str]
    ) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Stems without articles, each with its places; a broad name is its concept."""
        broad = {
            match.places[0]: match
            for match in self._names.matches(terms, said)
            if self._broad.issuperset(match.pages)
        }
        inside = {place for match in broad.values() for place in match.places[1:]}
        for place, term in enumerate(terms):
            if place in broad:
                yield f"@{broad[place].pages[0]}", broad[place].places
            elif place not in inside and term not in self._plain.light:
                yield term, (place,)

    def claims(self, terms: Iterable[str]) -> set[str]:
        """Ids of the claims with a keyword that has these words and grammar alone.

        Parameters
        ----------
        terms
            Stems.
        """
        return self._words.get(frozenset(terms), set())

    def phrases(self, said: Sequence[str], terms: Sequence[str]) -> list[Phrase]:
        """Phrases in a text, the longest first taken, in their order.

        Parameters
        ----------
        said, terms
            Words of the text, and their stems.
        """
        symbols = list(self._symbols(said, terms))
        free = set(range(len(symbols)))
        found: list[Phrase] = []
        how = _asked_how([symbol for symbol, _ in symbols])
        for start, end in _spans(len(symbols)):
            key = tuple(symbol for symbol, _ in symbols[start:end])
            if start > how and _asks_whether(key):
                continue
            if key in self._phrases and free.issuperset(range(start, end)):
                free.difference_update(range(start, end))
                places = sorted(p for _, some in symbols[start:end] for p in some)
                claims = tuple(sorted(self._phrases[key]))
                hides, whether = key in self._hiding, _asks_whether(key)
                found.append(Phrase(tuple(places), claims, hides, whether))
        return sorted(found, key=lambda phrase: phrase.places)


def _asked_how(symbols: Sequence[str]) -> float:
    """Where a question begins to ask how something works; infinite if it does not."""
    places = (
        place
        for place, symbol in enumerate(symbols)
        if symbol == _ASKS_HOW and _DEGREES.isdisjoint(symbols[place + 1 : place + 2])
    )
    return next(places, math.inf)


def _asks_whether(key: Iterable[str]) -> bool:
    """Whether a phrase says of what is broad only that it works."""
    return all(symbol.startswith("@") or symbol in _WHETHER for symbol in key)


def _spans(length: int) -> Iterator[tuple[int, int]]:
    """Beginnings and ends of two symbols and more, the longest first."""
    for size in range(min(length, _LONGEST), 1, -1):
        for start in range(length - size + 1):
            yield start, start + size
