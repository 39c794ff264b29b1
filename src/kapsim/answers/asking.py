"""Asking: from a question to an answer, every sentence with its sources."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from kapsim.answers import notices
from kapsim.answers.account import account, chosen, contested
from kapsim.answers.answer import Answer, Coverage, Quotation
from kapsim.answers.citing import cited_keys, list_of_sources
from kapsim.answers.corrections import Correction, corrections
from kapsim.answers.coverage import answerable, coverage, nearest
from kapsim.answers.desk import Desk, open_desk
from kapsim.answers.emergency import emergency
from kapsim.answers.linking import linked
from kapsim.answers.quoting import passage_counts, quotations
from kapsim.answers.retrieval import Rerank, ranked
from kapsim.answers.shelf import Shelf, library_path, open_shelf
from kapsim.answers.shown import shown
from kapsim.answers.wording import filled
from kapsim.evidence import Claim, Knowledge, Library

_DIGITS = 16  # of the digest of the records


def ask(
    question: str,
    library: Path | str | None = None,
    *,
    rerank: Rerank | None = None,
    found: Knowledge | None = None,
    shelf: Library | None = None,
) -> Answer:
    """Answer a question from the shipped library and the reader's own documents.

    Nothing leaves the machine, and the same question to the same libraries gives the
    same answer.

    Parameters
    ----------
    question
        In English.
    library
        File of the reader's library; their usual one, where there is one, if None.
    rerank
        Puts the claims that were found into another order, as a model of meaning may.
    found, shelf
        Records to answer from; the shipped ones if None.

    Returns
    -------
    Answer
        With an empty account where the library does not cover the question, or where
        it asks for advice.

    Raises
    ------
    QuestionError
        If the question is empty or too long.
    ShelfError
        If the reader's library cannot be read.
    """
    desk = open_desk(question, found, shelf)
    if emergency(desk.question.text):
        return _help_first(desk)
    with _own(library) as own:
        return _answered(desk, own, rerank)


def _help_first(desk: Desk) -> Answer:
    """Where help is to be had, and nothing else."""
    return Answer(
        question=desk.question.text,
        notice=notices.EMERGENCY,
        coverage=coverage(desk, (), {}),
        library=_digest(desk),
    )


@contextlib.contextmanager
def _own(library: Path | str | None) -> Iterator[Shelf | None]:
    """The reader's library, open; none if none was named and there is no usual one."""
    path = None if library is None else Path(library)
    if path is None and not library_path().is_file():
        yield None
        return
    with open_shelf(path, read_only=True) as own:
        yield own


def coverage_of(
    question: str,
    own: Shelf | None = None,
    *,
    found: Knowledge | None = None,
    shelf: Library | None = None,
) -> Coverage:
    """What the library, and the reader's own if open, hold of a question.

    Raises
    ------
    QuestionError
        If the question is empty or too long.
    """
    desk = open_desk(question, found, shelf)
    counts = passage_counts(desk, own) if own else {}
    return coverage(desk, corrections(desk), counts)


def _answered(desk: Desk, own: Shelf | None, rerank: Rerank | None) -> Answer:
    asked = desk.question
    passages = passage_counts(desk, own) if own else {}
    made = () if asked.personal else corrections(desk)
    answers = not asked.personal and answerable(desk, made)
    claims = _claims(desk, made, rerank) if answers else []
    quoted: tuple[Quotation, ...] = ()
    if own and not asked.personal:
        quoted = quotations(desk, own, only_all=not answers)
    works = {q.document: own.document(q.document).work for q in quoted} if own else {}
    sections, disputed = account(claims, made, desk), contested(claims, desk)
    results = shown(desk, claims) if answers else ()
    pages = linked(desk, claims) if answers else ()
    keys = cited_keys(sections, disputed, results, pages)
    sources = list_of_sources(keys, works, desk.shelf)
    labels = {source.key: source.label for source in sources}
    return Answer(
        question=asked.text,
        notice=_notice(desk, made, quoted=bool(quoted), answers=answers),
        coverage=coverage(desk, made, passages),
        account=sections,
        contested=disputed,
        quotations=tuple(
            one.model_copy(update={"label": labels[one.document]}) for one in quoted
        ),
        shown=results,
        linked=pages,
        nearest=() if answers else nearest(desk),
        sources=sources,
        library=_digest(desk),
    )


def _claims(
    desk: Desk, made: Sequence[Correction], rerank: Rerank | None
) -> list[Claim]:
    """Claims of the account: those that correct the question, then the nearest."""
    order = ranked(desk)
    if rerank:
        texts = {
            name: filled(desk.found.claims[name].text, desk.shelf) for name, _ in order
        }
        order = rerank(desk.question.text, texts, order)
    first = {one.claim.id: one.claim for one in made}
    others = [claim for claim in chosen(desk, order) if claim.id not in first]
    return [*first.values(), *others]


def _notice(
    desk: Desk, made: Sequence[Correction], *, quoted: bool, answers: bool
) -> str:
    """What must be said before anything else."""
    if desk.question.personal:
        return notices.NO_ADVICE
    if made:
        return notices.against(one.statement for one in made)
    if answers:
        return ""
    return notices.ONLY_OWN if quoted else notices.NOT_COVERED


def _digest(desk: Desk) -> str:
    """Which records the answer was composed from."""
    both = desk.found.digest + desk.shelf.digest
    return hashlib.sha256(both.encode()).hexdigest()[:_DIGITS]
