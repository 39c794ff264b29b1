"""Parts of a question made of words that name nothing."""

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from kapsim.answers.index import AUTHORS, Index
from kapsim.answers.keywords import Keywords
from kapsim.answers.piece import Piece, Token
from kapsim.answers.plain_words import PlainWords

_JOINING = re.compile(
    r"[/&+]|\b(and|or|nor|than|versus|vs|compared|also|plus)\b"
    r"|\bas (are|did|do|does|in|is|it|on|there|they|was|were|with)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\W*(?:and|or|nor|than|versus|vs|plus|[/&+])"
    r"(?: (?:of|in|on|to|for|by|with|from|after|under|the|an?))*\W*",
    re.IGNORECASE,
)
_NEAR = 3  # spaces between words that are shown as one part


def as_asked(places: Sequence[int], tokens: Sequence[Token], text: str) -> str:
    """Words as asked; an ellipsis where others stand among them."""
    runs: list[tuple[int, int]] = []
    for place in places:
        token = tokens[place]
        near = runs and text[runs[-1][1] : token.start].count(" ") <= _NEAR
        start = runs.pop()[0] if near else token.start
        runs.append((start, token.end))
    return " … ".join(text[start:end] for start, end in runs)


def joined(
    pieces: Sequence[tuple[int, Piece]], tokens: Sequence[Token], text: str
) -> list[Piece]:
    """Parts in order; what is joined to others is marked.

    Words that are said again in between do not part them.

    Parameters
    ----------
    pieces
        Each with the place of its first word, in order.
    """
    marked = [piece for _, piece in pieces]
    for here, there in itertools.pairwise(range(len(pieces))):
        here = _first_said(pieces, here)
        (place, one), (next_place, other) = pieces[here], pieces[there]
        last = min(place + len(one.terms), next_place) - 1
        between = text[tokens[last].end : tokens[next_place].start]
        apart = one.clause != other.clause
        if not apart and one.known != other.known and _JOINING.search(between):
            new = here if other.known else there
            marked[new] = dataclasses.replace(marked[new], joined=True)
        if _BESIDE.fullmatch(between):
            marked[there] = dataclasses.replace(marked[there], beside=True)
    return marked


def _first_said(pieces: Sequence[tuple[int, Piece]], place: int) -> int:
    """The part at a place, or before it if that repeats what was said already.

    As in `relapse after the end of one and after the end of another`.
    """
    names = [piece.pages or piece.terms for _, piece in pieces]
    while place and names[place] in names[:place]:
        place -= 1
    return place


def substances(tokens: Iterable[Token], plain: PlainWords) -> tuple[str, ...]:
    """Words that name another substance than ketamine."""
    return tuple(token.word for token in tokens if token.stem in plain.substances)


def runs(
    tokens: Sequence[Token], taken: set[int], plain: PlainWords, *, whole: bool
) -> Iterator[list[int]]:
    """Words side by side that name nothing, but say what the question is about.

    Parameters
    ----------
    taken
        Places of words that name something.
    whole
        Whether nothing is named but what nearly every question is about.
    """
    run: list[int] = []
    for place, token in enumerate(tokens):
        says = plain.says_something(token.word, token.stem)
        if place not in taken and (says or (whole and token.word in plain.turns)):
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


@dataclasses.dataclass(frozen=True)
class Others:
    """Makes parts of the words that name nothing.

    Attributes
    ----------
    plain
        Words that say little, and words that ask for what no claim would hold.
    keywords
        Claims by their keywords.
    near
        Claims about what the question names; all if it names nothing of its own.
    named
        Claims about what it names that is not broad.
    """

    tokens: Sequence[Token]
    text: str
    index: Index
    plain: PlainWords
    keywords: Keywords
    near: set[str]
    named: set[str]

    def parts(self, run: Sequence[int]) -> Iterator[tuple[int, Piece]]:
        """The longest parts of a run that a claim has together, and what none has."""
        start, unknown = 0, list[int]()
        while start < len(run):
            ends = range(len(run), start, -1)
            end = next((end for end in ends if self._claims(run[start:end])), None)
            if end is None:
                unknown.append(run[start])
                start += 1
                continue
            yield from self._part(unknown)
            yield from self._part(run[start:end])
            start, unknown = end, []
        yield from self._part(unknown)

    def _claims(self, places: Sequence[int]) -> set[str]:
        words = [self.tokens[place].word for place in places]
        wrote = self.index.holding(words, AUTHORS) if self._capital(places) else set()
        near = self.named if self._outside(places) else self.near
        beside = self.index.holding([" ".join(words)]) if len(words) > 1 else set[str]()
        return wrote or beside & near or self.index.holding(words) & near

    def _outside(self, places: Sequence[int]) -> bool:
        return any(self.tokens[place].stem in self.plain.outside for place in places)

    def _capital(self, places: Sequence[int]) -> bool:
        return all(self.text[self.tokens[place].start].isupper() for place in places)

    def _part(self, places: Sequence[int]) -> Iterator[tuple[int, Piece]]:
        if not places:
            return
        terms = tuple(self.tokens[place].word for place in places)
        claims = self._claims(places)
        keyed = self.keywords.claims(self.tokens[place].stem for place in places)
        yield (
            places[0],
            Piece(
                words=as_asked(places, self.tokens, self.text),
                terms=terms,
                claims=tuple(sorted(claims)),
                keyed=tuple(sorted(claims & keyed)),
                author=self._capital(places)
                and bool(self.index.holding(terms, AUTHORS)),
                outside=self._outside(places),
                substance=substances([self.tokens[n] for n in places], self.plain),
            ),
        )
