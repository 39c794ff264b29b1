"""Reading a question: its parts, what each names, and whether it asks for advice."""

import dataclasses
import itertools
import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Sequence

from kapsim.answers.errors import QuestionError
from kapsim.answers.index import Index
from kapsim.answers.keywords import Keywords, Phrase
from kapsim.answers.nearly import corrected
from kapsim.answers.parts import Others, as_asked, joined, runs, substances
from kapsim.answers.personal import personal
from kapsim.answers.piece import Piece, Token
from kapsim.answers.plain_words import PlainWords, plain_words, plainly
from kapsim.answers.terms import spelled, stems, words
from kapsim.answers.vocabulary import Match, Vocabulary
from kapsim.evidence import Claim, Knowledge

LONGEST = 1000
_WIDELY = 12  # claims that a person's source may have
_SURFACE = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_NEXT_CLAUSE = re.compile(
    r"[.?!;:]\s+|,?\s+(?:and|or|but)\s+(?:also\s+|then\s+)?"
    r"(?=(?:how|what|why|when|where|which|whose|who|does|do|did|is|are|was|were|can|"
    r"could|will|would|should|must|has|have)\b)"
    r"|,\s+(?=(?:how|what|why|do|does|did|can|could|will|would|should)\b)"
    r"|,?\s+(?:as well as|compared (?:with|to)|(?:and|but) also|(?:also|and|or) in)\s+",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Question:
    """A question as it was understood.

    Attributes
    ----------
    text
        As asked, with single spaces.
    pieces
        Its parts, in order.
    said
        Words worth looking for, each with the clause that it stands in.
    stems
        Stems of all its words.
    personal
        Whether it asks for advice.
    elsewhere
        Whether a word of this field means something else in it.
    of_whom
        Whether it asks for a person, a place or a date.
    """

    text: str
    pieces: tuple[Piece, ...]
    said: tuple[tuple[int, str], ...]
    stems: tuple[str, ...]
    personal: bool
    elsewhere: bool
    of_whom: bool

    @property
    def terms(self) -> tuple[str, ...]:
        """Words worth looking for."""
        return tuple(dict.fromkeys(word for _, word in self.said))

    @property
    def clauses(self) -> tuple[tuple[Piece, ...], ...]:
        """Its parts by clause."""
        groups = itertools.groupby(self.pieces, key=lambda piece: piece.clause)
        return tuple(tuple(group) for _, group in groups)

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
    def narrow(self) -> bool:
        """Whether it asks of something; if not, of the whole."""
        return bool(self.specific or self.known)

    @property
    def unknown(self) -> tuple[Piece, ...]:
        """Parts of which the library says nothing."""
        return tuple(piece for piece in self.pieces if not piece.known)


def read_question(
    text: str,
    found: Knowledge,
    index: Index,
    vocabulary: Vocabulary,
    keywords: Keywords,
) -> Question:
    """What a question asks, by names of concepts, keywords and words of the claims.

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
        and not _degree(match, tokens, plain)
    ]
    pieces = _pieces(matches, tokens, text, (found, index, keywords))
    starts = [gap.end() for gap in _NEXT_CLAUSE.finditer(text)]
    pieces = [
        (place, dataclasses.replace(one, clause=bisect(starts, tokens[place].start)))
        for place, one in sorted(pieces, key=lambda piece: piece[0])
        if not _passed_over(one, plain)
    ]
    said = [
        (bisect(starts, token.start), token.word)
        for token in tokens
        if plain.searched(token.word, token.stem)
    ]
    return Question(
        text=text,
        pieces=_each_once(joined(pieces, tokens, text)),
        said=tuple(said),
        stems=tuple(token.stem for token in tokens),
        personal=personal(text),
        elsewhere=bool(plain.elsewhere.search(plainly(text))),
        of_whom=bool(plain.of_whom.match(plainly(text))),
    )


def _pieces(
    matches: Sequence[Match],
    tokens: Sequence[Token],
    text: str,
    records: tuple[Knowledge, Index, Keywords],
) -> list[tuple[int, Piece]]:
    """Names, keywords and other words of a question, each with its place."""
    found, index, keywords = records
    plain = plain_words()
    whole = _names_only_broad(matches, found)
    phrases = _phrases(tokens, keywords) if whole else []
    particular = any(not one.whether for one in phrases)
    hidden = {place for one in phrases if one.hides for place in one.places}
    taken = hidden.union(*(match.places for match in matches))
    left = list(runs(tokens, taken, plain, whole=whole))
    pieces = [
        (one.places[0], _narrowed(_named(one, tokens, text, found), index, plain))
        for one in matches
        if hidden.isdisjoint(one.places)
    ]
    others = Others(tokens, text, index, plain, keywords, *_near(pieces, found))
    for run in left:
        pieces += others.parts(run)
    pieces += [
        (one.places[0], _keyed(one, tokens, text))
        for one in phrases
        if not (one.whether and (left or particular))
    ]
    return pieces


def _no_person(
    match: Match, tokens: Sequence[Token], text: str, found: Knowledge
) -> bool:
    """Whether it is a person's name that is also a word, written as the word."""
    named = match.everyday and found.portraits.keys() >= set(match.pages)
    return named and not text[tokens[match.places[0]].start].isupper()


def _degree(match: Match, tokens: Sequence[Token], plain: PlainWords) -> bool:
    """Whether it is a name that asks for a degree here, as in `how high is`."""
    first, *more = match.places
    alone = not more and tokens[first].word in plain.degrees
    return alone and first > 0 and tokens[first - 1].word == "how"


def _names_only_broad(matches: Sequence[Match], found: Knowledge) -> bool:
    """Whether nothing is named but what nearly every question is about."""
    broad = {page.id for page in found.concepts.values() if page.broad}
    return all(broad.issuperset(match.pages) for match in matches)


def _phrases(tokens: Sequence[Token], keywords: Keywords) -> list[Phrase]:
    """Keywords in a question, as phrases."""
    return keywords.phrases([t.word for t in tokens], [t.stem for t in tokens])


def _keyed(phrase: Phrase, tokens: Sequence[Token], text: str) -> Piece:
    return Piece(
        words=as_asked(phrase.places, tokens, text),
        terms=tuple(tokens[place].word for place in phrase.places),
        claims=phrase.claims,
        keyed=phrase.claims,
    )


def _near(
    pieces: Iterable[tuple[int, Piece]], found: Knowledge
) -> tuple[set[str], set[str]]:
    """Claims near what is named, all if nothing of its own; and those of the latter."""
    named = [piece for _, piece in pieces]
    own = {name for piece in named if not piece.broad for name in piece.claims}
    near = {name for piece in named for name in piece.claims}
    return (near if own else {*found.claims}), own


def _passed_over(piece: Piece, plain: PlainWords) -> bool:
    told = piece.known or piece.outside
    return not told and all(map(plain.may_be_passed_over, piece.terms))


def claims_about(pages: Iterable[str], found: Knowledge) -> list[Claim]:
    """Claims about concepts, or on sources that portraits rest on, by id.

    A source of a great many claims, such as the model itself, says little of a person.
    """
    named = set(pages)
    people = [found.portraits[page] for page in named if page in found.portraits]
    read = {key for person in people for key in person.sources}
    on_sources = {
        key: [name for name, claim in found.claims.items() if key in _cited(claim)]
        for key in read
    }
    theirs = [names for names in on_sources.values() if len(names) <= _WIDELY]
    of_people = {name for names in theirs for name in names}
    return [
        claim
        for name, claim in sorted(found.claims.items())
        if named & set(claim.concepts) or name in of_people
    ]


def _cited(claim: Claim) -> set[str]:
    return {cited.source for cited in (*claim.supports, *claim.against)}


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
        told = told and token.stem not in stemmed and token.word not in plain.no_slip
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
        words=as_asked(match.places, tokens, text),
        terms=tuple(tokens[place].word for place in match.places),
        claims=tuple(c.id for c in claims_about(match.pages, found)),
        pages=match.pages,
        broad=len(concepts) == len(match.pages) and all(c.broad for c in concepts),
        substance=substances([tokens[n] for n in match.places], plain_words()),
    )


def _narrowed(piece: Piece, index: Index, plain: PlainWords) -> Piece:
    """A name of only a part of a concept has the claims that say it, if any."""
    if not plain.narrower.issuperset(piece.terms):
        return piece
    claims = tuple(sorted(index.holding(piece.terms)))
    pages = piece.pages if claims else ()
    return dataclasses.replace(piece, claims=claims, pages=pages)


def _each_once(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces without those that name the same as an earlier one."""
    kept: dict[tuple[str, ...], Piece] = {}
    for piece in pieces:
        kept.setdefault(piece.pages or ("", *sorted(piece.terms)), piece)
    return tuple(kept.values())
