"""Reading a question: its parts, what each names, and whether it asks for advice."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from kapsim.answers.errors import QuestionError
from kapsim.answers.index import AUTHORS, Index
from kapsim.answers.nearly import corrected
from kapsim.answers.plain_words import PlainWords, plain_words, plainly
from kapsim.answers.terms import spelled, stems, words
from kapsim.answers.vocabulary import Match, Vocabulary
from kapsim.evidence import Claim, Knowledge

LONGEST = 1000
_NEAR = 3  # spaces between words that are shown as one part
_SURFACE = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_OF_ONESELF = re.compile(r"\b(i|me|my|mine|myself|im|ive)\b")
_FOR_ADVICE = re.compile(
    r"\b((do|would|can|could|should) you (recommend|advize|suggest|prescribe|take)"
    r"|you recommend|your (advice|recommendation)|recommended (dose|dosage) for an?"
    r"|\d+ ?(kg|kilos?|kilograms?|stone|lbs?|pounds?)\b|year old|yr old"
    r"|where (can|could) (one|you|people) (buy|get)|without a prescription)"
)
_NOT_ONESELF = re.compile(r"\bi\.e\b|\b(phase|type|class|part|stage|schedule) i\b")


@dataclasses.dataclass(frozen=True)
class Token:
    """A word of the question.

    Attributes
    ----------
    word, stem
        The word in one spelling, and its stem.
    start, end
        Where it stands in the question as asked.
    """

    word: str
    stem: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of the question.

    Attributes
    ----------
    words
        As asked.
    terms
        Words to look for, in one spelling.
    claims
        Ids of the claims that are about it. Words that name nothing are looked for
        only among claims about the rest of the question.
    pages
        Concepts and portraits that they name; none if they name none.
    broad
        Whether it names only what nearly every question here is about.
    everyday
        Whether people use all its words for other things too.
    author
        Whether it names an author of a source.
    """

    words: str
    terms: tuple[str, ...]
    claims: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    broad: bool = False
    everyday: bool = False
    author: bool = False

    @property
    def known(self) -> bool:
        """Whether a concept, a portrait or a claim has it."""
        return bool(self.pages or self.claims)


@dataclasses.dataclass(frozen=True)
class Question:
    """A question as it was understood.

    Attributes
    ----------
    text
        As asked, with single spaces.
    pieces
        Its parts, in order.
    terms
        Words worth looking for.
    stems
        Stems of all its words.
    personal
        Whether it asks for advice.
    of_the_field
        Whether a word says that it is asked of this field.
    elsewhere
        Whether a word of this field means something else in it.
    """

    text: str
    pieces: tuple[Piece, ...]
    terms: tuple[str, ...]
    stems: tuple[str, ...]
    personal: bool
    of_the_field: bool
    elsewhere: bool

    @property
    def specific(self) -> tuple[Piece, ...]:
        """Parts that name a concept or a portrait that is not broad."""
        return tuple(p for p in self.pieces if p.pages and not p.broad)

    @property
    def broad(self) -> tuple[Piece, ...]:
        """Parts that name what nearly every question here is about."""
        return tuple(piece for piece in self.pieces if piece.broad)

    @property
    def known(self) -> tuple[Piece, ...]:
        """Parts that name nothing, of which a claim speaks."""
        return tuple(p for p in self.pieces if not p.pages and p.known)

    @property
    def unknown(self) -> tuple[Piece, ...]:
        """Parts of which the library says nothing."""
        return tuple(piece for piece in self.pieces if not piece.known)


def read_question(
    text: str, found: Knowledge, index: Index, vocabulary: Vocabulary
) -> Question:
    """What a question asks, by the names of the concepts and the words of the claims.

    Raises
    ------
    QuestionError
        If it is empty or longer than a question.
    """
    text = _checked(text)
    plain = plain_words()
    tokens = _corrected(_tokens(text), vocabulary, index, plain)
    matches = [
        match
        for match in vocabulary.matches(
            [token.stem for token in tokens], [token.word for token in tokens]
        )
        if not _no_person(match, tokens, text, found)
    ]
    pieces = [(one.places[0], _named(one, tokens, text, found)) for one in matches]
    taken = {place for match in matches for place in match.places}
    near = {name for _, piece in pieces for name in piece.claims} or {*found.claims}
    others = _Others(tokens, text, index, near)
    for run in _runs(tokens, taken, plain):
        pieces += others.parts(run)
    pieces = [one for one in pieces if not _passed_over(one[1], plain)]
    searched = [t.word for t in tokens if plain.searched(t.word, t.stem)]
    return Question(
        text=text,
        pieces=_each_once(piece for _, piece in sorted(pieces, key=lambda p: p[0])),
        terms=tuple(dict.fromkeys(searched)),
        stems=tuple(token.stem for token in tokens),
        personal=_personal(text, plain),
        of_the_field=any(token.stem in plain.field for token in tokens),
        elsewhere=bool(plain.elsewhere.search(plainly(text))),
    )


def _no_person(
    match: Match, tokens: Sequence[Token], text: str, found: Knowledge
) -> bool:
    """Whether it is a person's name that is also a word, written as the word."""
    named = match.everyday and found.portraits.keys() >= set(match.pages)
    return named and not text[tokens[match.places[0]].start].isupper()


def _passed_over(piece: Piece, plain: PlainWords) -> bool:
    return not piece.known and all(map(plain.may_be_passed_over, piece.terms))


def claims_about(pages: Iterable[str], found: Knowledge) -> list[Claim]:
    """Claims about concepts, or on sources that portraits rest on, by id."""
    named = set(pages)
    people = [found.portraits[page] for page in named if page in found.portraits]
    read = {key for person in people for key in person.sources}
    return [
        claim
        for _, claim in sorted(found.claims.items())
        if named & set(claim.concepts)
        or read & {cited.source for cited in (*claim.supports, *claim.against)}
    ]


def _checked(text: str) -> str:
    shown = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    shown = " ".join(unicodedata.normalize("NFC", shown).split())
    if not _SURFACE.search(shown):
        raise QuestionError(
            'the question holds no words. Ask one, such as: kapsim ask "How does '
            'ketamine-assisted therapy work for depression?"'
        )
    if len(shown) > LONGEST:
        raise QuestionError(
            f"the question has {len(shown)} characters; at most {LONGEST} are read. "
            "Ask it in fewer words."
        )
    return shown


def _tokens(text: str) -> list[Token]:
    surfaces = [
        (word, found.start(), found.end())
        for found in _SURFACE.finditer(text)
        for word in words(spelled(found[0]))
    ]
    terms = stems([word for word, _, _ in surfaces])
    return [
        Token(word, term[0], start, end)
        for (word, start, end), term in zip(surfaces, terms, strict=True)
        if term
    ]


def _corrected(
    tokens: list[Token], vocabulary: Vocabulary, index: Index, plain: PlainWords
) -> list[Token]:
    """The words, with those mistyped by one letter put right."""
    known = dict.fromkeys(vocabulary.words(), 1) | dict(index.words)
    stemmed = index.terms.keys() | vocabulary.stems()

    def put_right(token: Token) -> str:
        told = plain.says_something(token.word, token.stem)
        told = told and token.stem not in stemmed
        return corrected(token.word, known) if told else token.word

    right = [put_right(token) for token in tokens]
    terms = stems(right)
    return [
        dataclasses.replace(token, word=word, stem=term[0])
        for token, word, term in zip(tokens, right, terms, strict=True)
    ]


def _named(match: Match, tokens: Sequence[Token], text: str, found: Knowledge) -> Piece:
    concepts = [found.concepts[page] for page in match.pages if page in found.concepts]
    return Piece(
        words=_shown(match.places, tokens, text),
        terms=tuple(tokens[place].word for place in match.places),
        claims=tuple(c.id for c in claims_about(match.pages, found)),
        pages=match.pages,
        broad=len(concepts) == len(match.pages) and all(c.broad for c in concepts),
        everyday=match.everyday,
    )


def _shown(places: Sequence[int], tokens: Sequence[Token], text: str) -> str:
    """Words as asked; an ellipsis where others stand among them."""
    runs: list[tuple[int, int]] = []
    for place in places:
        token = tokens[place]
        near = runs and text[runs[-1][1] : token.start].count(" ") <= _NEAR
        start = runs.pop()[0] if near else token.start
        runs.append((start, token.end))
    return " … ".join(text[start:end] for start, end in runs)


def _runs(
    tokens: Sequence[Token], taken: set[int], plain: PlainWords
) -> Iterator[list[int]]:
    """Words side by side that name nothing, but say what the question is about."""
    run: list[int] = []
    for place, token in enumerate(tokens):
        if place not in taken and plain.says_something(token.word, token.stem):
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


@dataclasses.dataclass(frozen=True)
class _Others:
    """Makes parts of the words that name nothing.

    Attributes
    ----------
    near
        Claims about what the question names; all if it names nothing.
    """

    tokens: Sequence[Token]
    text: str
    index: Index
    near: set[str]

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
        return wrote or self.index.holding(words) & self.near

    def _capital(self, places: Sequence[int]) -> bool:
        return all(self.text[self.tokens[place].start].isupper() for place in places)

    def _part(self, places: Sequence[int]) -> Iterator[tuple[int, Piece]]:
        if not places:
            return
        terms = tuple(self.tokens[place].word for place in places)
        yield (
            places[0],
            Piece(
                words=_shown(places, self.tokens, self.text),
                terms=terms,
                claims=tuple(sorted(self._claims(places))),
                author=self._capital(places)
                and bool(self.index.holding(terms, AUTHORS)),
            ),
        )


def _each_once(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces without those that name the same as an earlier one."""
    kept: dict[tuple[str, ...], Piece] = {}
    for piece in pieces:
        kept.setdefault(piece.pages or ("", *sorted(piece.terms)), piece)
    return tuple(kept.values())


def _personal(text: str, plain: PlainWords) -> bool:
    """Whether someone asks for themselves, for one person, or what to do."""
    kept = plain.frames.sub(" ", plainly(_NOT_ONESELF.sub(" ", spelled(text))))
    return bool(_OF_ONESELF.search(kept) or _FOR_ADVICE.search(kept))
