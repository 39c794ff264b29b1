"""Check of a written answer against the records, in whichever format it is."""

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic

from kapsim.answers.answer import Answer, Coverage
from kapsim.answers.formats import as_markdown
from kapsim.answers.verify.coverage import coverage_problems
from kapsim.answers.verify.display import Display, display
from kapsim.answers.verify.errors import UncheckableError
from kapsim.answers.verify.exhibits import exhibit_problems
from kapsim.answers.verify.fields import field_problems
from kapsim.answers.verify.opening import opening_problems
from kapsim.answers.verify.pages import nearest_problems, page_problems
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.quotations import quotation_problems
from kapsim.answers.verify.read_html import read_html, read_markdown
from kapsim.answers.verify.read_text import read_text
from kapsim.answers.verify.records import Records
from kapsim.answers.verify.seen import Seen
from kapsim.answers.verify.sentences import sentence_problems
from kapsim.answers.verify.sources import source_problems

if TYPE_CHECKING:
    from kapsim.answers.shelf import Shelf

_UNDERLINED = re.compile(r"[^\n]+\n=+\n")  # the title of plain text
_CHECKS: tuple[Callable[[Display, Records], Iterator[Problem]], ...] = (
    opening_problems,
    coverage_problems,
    sentence_problems,
    quotation_problems,
    exhibit_problems,
    page_problems,
    nearest_problems,
    source_problems,
)


def check_answer(path: Path, shelf: "Shelf | None" = None) -> list[Problem]:
    """Check a written answer: text, Markdown, HTML or JSON.

    Parameters
    ----------
    path
        File that `kapsim ask` wrote.
    shelf
        The reader's own library, which quotations are looked up in.

    Returns
    -------
    list of Problem
        Whatever does not agree with the records; empty if all does.

    Raises
    ------
    UncheckableError
        If the file cannot be read or is no answer.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UncheckableError(
            f"{path}: cannot be read ({error}). Name a file that `kapsim ask` wrote."
        ) from error
    try:
        return check_text(text, shipped_records(shelf))
    except UncheckableError as error:
        raise UncheckableError(f"{path}: {error}") from error


def check_text(text: str, records: Records) -> list[Problem]:
    """Check an answer given as text in one of the four formats.

    Raises
    ------
    UncheckableError
        If it is no answer.
    """
    start = text.replace("\r\n", "\n").lstrip("\ufeff \t\n")
    if _UNDERLINED.match(start):
        return check_pieces(read_text(start), records)
    if start.startswith("{"):
        answer = _answer(start)
        found = list(field_problems(answer, records))
        shown = check_pieces(read_markdown(as_markdown(answer, records.names)), records)
        return found + [one for one in shown if one not in found]
    if start[:9].lower().startswith(("<!doctype", "<html")):
        return check_pieces(read_html(start), records)
    return check_pieces(read_markdown(start), records)


def check_pieces(pieces: list[Seen], records: Records) -> list[Problem]:
    """Check what is displayed; raises `UncheckableError` if it is no answer."""
    seen = display(pieces)
    found = [one for check in _CHECKS for one in check(seen, records)]
    strays = (problem("page", text, "belongs to no part") for text in seen.strays)
    return [*found, *strays]


def shipped_records(shelf: "Shelf | None" = None) -> Records:
    """The records that ship with kapsim, and the reader's own library."""
    from kapsim.answers.asking import coverage_of
    from kapsim.answers.shown import figure, stored
    from kapsim.evidence import knowledge, library

    @functools.cache
    def counted(question: str, own: bool) -> Coverage:
        return coverage_of(question, shelf if own else None)

    return Records(knowledge(), library(), stored, figure, counted, shelf)


def _answer(text: str) -> Answer:
    try:
        return Answer.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise UncheckableError(f"no answer of kapsim as JSON: {error}") from error
