"""Names of concepts and portraits, and where they stand in a question."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence

from kapsim.answers.plain_words import PlainWords
from kapsim.answers.terms import spelled, stems, words
from kapsim.evidence import Knowledge

Key = tuple[str, ...]
_ROOM = 3  # other words that may stand among those of a name
_PARTED = 4  # words of a name, at most, that may have others among them


@dataclasses.dataclass(frozen=True)
class Match:
    """Words that name something.

    Attributes
    ----------
    places
        Which words of the question, counted from 0.
    pages
        Ids of the concepts and portraits that they name: those of which it is the
        very name, or else those that have it among their names.
    everyday
        Whether people use all its words for other things too.
    """

    places: tuple[int, ...]
    pages: tuple[str, ...]
    everyday: bool


class Vocabulary:
    """Names by the stems of their words, whatever their order."""

    def __init__(self, found: Knowledge, plain: PlainWords) -> None:
        self._plain = plain
        self._everyday = frozenset(stems([" ".join(sorted(plain.everyday))])[0])
        self._pages: dict[Key, tuple[str, ...]] = {}
        self._exact: dict[Key, set[str]] = {}
        pages = [*found.concepts.values(), *found.portraits.values()]
        names = [
            (name, page.id)
            for page in sorted(pages, key=lambda page: page.id)
            for name in (page.name, page.id.replace("_", " "), *page.names)
        ]
        terms = stems([name for name, _ in names])
        broad = self._broad(found)
        for (name, page), one in zip(names, terms, strict=True):
            for key in self._keys(one):
                if self._telling(key) not in broad or key in broad:
                    self._pages[key] = (*self._pages.get(key, ()), page)
                    self._exact.setdefault(key, set()).update(words(spelled(name)))
        own = stems([page.name for page in pages])
        self._own = {
            (key, page.id)
            for page, one in zip(pages, own, strict=True)
            for key in self._keys(one)
        }
        self._longest = max(map(len, self._pages), default=0)

    def _keys(self, terms: Iterable[str]) -> Iterator[Key]:
        """The words without articles; also without helpers, if two or more are left."""
        heavy = [term for term in terms if term not in self._plain.light]
        telling = [term for term in heavy if term not in self._plain.helpers]
        if heavy:
            yield tuple(sorted(heavy))
        if 1 < len(telling) < len(heavy):
            yield tuple(sorted(telling))

    def _telling(self, key: Key) -> Key:
        return tuple(term for term in key if term not in self._everyday)

    def _broad(self, found: Knowledge) -> set[Key]:
        """Names of broad concepts: with `how … works` added they name no other one."""
        broad = [page for page in found.concepts.values() if page.broad]
        names = stems([name for page in broad for name in (page.name, *page.names)])
        return {key for one in names for key in self._keys(one)}

    def stems(self) -> set[str]:
        """Stems of all words of names."""
        return {term for key in self._pages for term in key}

    def words(self) -> set[str]:
        """All words of names."""
        return {word for known in self._exact.values() for word in known}

    def matches(self, terms: Sequence[str], said: Sequence[str] = ()) -> list[Match]:
        """Names in a text, the longest first taken, in their order.

        Words that stand together are taken before those with others among them.

        Parameters
        ----------
        terms
            Stems of the text.
        said
            Its words: an everyday word is a name only in the very form of the name.
        """
        heavy = [n for n, term in enumerate(terms) if term not in self._plain.light]
        free = set(heavy)
        found: list[Match] = []
        for places in self._places(heavy):
            key = tuple(sorted(terms[n] for n in places))
            if free.issuperset(places) and self._names(key, places, said):
                free.difference_update(places)
                found.append(self._match(places, key, said))
        return sorted(found, key=lambda match: match.places)

    def _places(self, heavy: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Where names may stand: long ones first, those with others among them last."""
        for length in range(self._longest, 0, -1):
            yield from _windows(heavy, length, 0)
        for length in range(min(self._longest, _PARTED), 1, -1):
            yield from _windows(heavy, length, _ROOM)

    def _names(self, key: Key, places: Sequence[int], said: Sequence[str]) -> bool:
        if key not in self._pages:
            return False
        alone = len(key) == 1 and key[0] in self._everyday
        return not (alone and said) or said[places[0]] in self._exact[key]

    def _match(self, places: tuple[int, ...], key: Key, said: Sequence[str]) -> Match:
        pages = sorted(set(self._pages[key]))
        own = [page for page in pages if (key, page) in self._own]
        inside = {said[place] for place in places} if said else set(key)
        plainly = inside <= (self._plain.everyday if said else self._everyday)
        return Match(places, tuple(own or pages), plainly)


def _windows(
    places: Sequence[int], length: int, room: int
) -> Iterator[tuple[int, ...]]:
    """Runs of so many words; with room, also runs with others left out."""
    if not room:
        for start in range(len(places) - length + 1):
            yield tuple(places[start : start + length])
        return
    for start in range(len(places) - length):
        yield from _with_gaps(places[start : start + length + room], length)


def _with_gaps(places: Sequence[int], length: int) -> Iterator[tuple[int, ...]]:
    """Choices of so many words that begin with the first."""
    for rest in itertools.combinations(places[1:], length - 1):
        yield (places[0], *rest)
