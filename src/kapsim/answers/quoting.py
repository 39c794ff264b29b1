"""Quotations: sentences of the reader's own documents, word for word, with place."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from kapsim.answers.answer import Quotation
from kapsim.answers.desk import Desk
from kapsim.answers.labels import label_of
from kapsim.answers.piece import Piece
from kapsim.answers.plain_words import plain_words
from kapsim.answers.shelf import Found, Shelf
from kapsim.answers.terms import spelled, stems, words

_MOST = 4  # quotations
_OF_ONE = 2  # of the same document
_LOOKED_AT = 24  # passages
_FEWEST, _LONGEST = 6, 70  # words of a quotation
_NAMES = 12  # of a concept that are looked for
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[A-Z0-9“\"(\[])")


def passage_counts(desk: Desk, shelf: Shelf) -> dict[Piece, int]:
    """How many of the reader's passages have each part of the question."""
    return {piece: shelf.count(_query(piece, desk)) for piece in desk.question.pieces}


def quotations(desk: Desk, shelf: Shelf, *, only_all: bool) -> tuple[Quotation, ...]:
    """Sentences of the reader's documents that are nearest to the question.

    Parameters
    ----------
    desk
        Records and question.
    shelf
        The reader's library, open.
    only_all
        Whether to quote only passages that have every part of the question.
    """
    found = _nearest(desk, shelf, only_all=only_all)
    kept: list[Quotation] = []
    for hit in found:
        alike = [one for one in kept if one.document == hit.document_id]
        text = _best_sentences(hit.passage.text, desk)
        if text is None or len(alike) == _OF_ONE or text in [o.text for o in alike]:
            continue
        work = shelf.document(hit.document_id).work
        kept.append(
            Quotation(
                text=text,
                document=hit.document_id,
                label=label_of(work.authors, work.year, work.title),
                place=hit.passage.place,
            )
        )
        if len(kept) == _MOST:
            break
    return tuple(kept)


def _nearest(desk: Desk, shelf: Shelf, *, only_all: bool) -> list[Found]:
    """Passages with every part of the question; else with any that tells something."""
    asked = desk.question
    telling = [piece for piece in asked.pieces if not piece.broad]
    pieces = telling or list(asked.pieces)
    if not pieces:
        return []
    queries = [_query(piece, desk) for piece in pieces]
    found = shelf.search(" AND ".join(queries), _LOOKED_AT)
    if found or only_all or len(queries) == 1:
        return found
    named = [_query(piece, desk) for piece in asked.specific] or queries
    return shelf.search(" OR ".join(named), _LOOKED_AT)


def _query(piece: Piece, desk: Desk) -> str:
    """Query of the full-text search: the words of a part or a name of its concept."""
    phrases = [piece.words]
    for page in (desk.found.page(name) for name in piece.pages[:1]):
        phrases += [page.name, *page.names[:_NAMES]]
    quoted = dict.fromkeys(form for text in phrases for form in _forms(text))
    return f"({' OR '.join(quoted)})"


def _forms(phrase: str) -> Iterator[str]:
    """The phrase as written, and in the other spelling if it has one."""
    for text in (phrase.casefold(), spelled(phrase)):
        if said := words(text):
            yield '"' + " ".join(said) + '"'


def _best_sentences(text: str, desk: Desk) -> str | None:
    """The one or two sentences with most of the question's words; None if none fits."""
    spans = list(_spans(text))
    single = [span for span in spans if _fits(text[slice(*span)])]
    double = [
        (one[0], two[1])
        for one, two in itertools.pairwise(spans)
        if _fits(text[one[0] : two[1]])
    ]
    choices = [*single, *double]
    if not choices:
        return None
    wanted = set(desk.question.stems) | _name_stems(desk)
    terms = stems([text[start:end] for start, end in choices])
    scores = [_worth(one, wanted) for one in terms]
    best = max(range(len(choices)), key=lambda place: (scores[place], -place))
    return text[slice(*choices[best])] if scores[best] > 0 else None


def _name_stems(desk: Desk) -> set[str]:
    pages = [
        desk.found.page(p) for piece in desk.question.specific for p in piece.pages
    ]
    names = [name for page in pages for name in (page.name, *page.names)]
    return {term for terms in stems(names) for term in terms}


def _worth(terms: Sequence[str], wanted: Iterable[str]) -> float:
    """Number of wanted words, less a little for length."""
    plain = plain_words()
    telling = set(wanted) - plain.light - plain.stop - plain.plain
    return len(telling & set(terms)) - len(terms) / 100


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends."""
    start = 0
    for gap in _SENTENCE.finditer(text):
        end = gap.end() - len(gap[0]) + len(gap[0].rstrip())
        yield start, end
        start = gap.end()
    if start < len(text):
        yield start, len(text)


def _fits(text: str) -> bool:
    return _FEWEST <= len(text.split()) <= _LONGEST
