"""Whether coverage is as counted anew from the records."""

from collections.abc import Iterator

from kapsim.answers.formats import words
from kapsim.answers.formats.outline import plain
from kapsim.answers.verify.display import Display
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records


def coverage_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with the statement of coverage and with its counts.

    The reader's documents are left out of the count if the answer counts none.
    """
    own = any(row[-1] != words.NONE for row in seen.aspects)
    if own and records.documents is None:
        what = "counts passages of your library, which was not found"
        yield problem("coverage", seen.question, what)
        return
    counted = records.coverage(seen.question, own)
    if seen.level != words.LEVELS[counted.level]:
        what = f"not as counted: {words.LEVELS[counted.level]}"
        yield problem("coverage", seen.level, what)
    names = records.names
    rows = {
        plain(one.words): tuple(
            plain(cell)
            for cell in words.aspect_cells(
                one, names.get(one.concept or "", one.concept)
            )
        )
        for one in counted.aspects
    }
    for row in seen.aspects:
        yield from _row_problems(row, rows.pop(row[0], None))
    for name in rows:
        yield problem("coverage", name, "this part of the question is left out")


def _row_problems(
    row: tuple[str, ...], counted: tuple[str, ...] | None
) -> Iterator[Problem]:
    if counted is None:
        yield problem("coverage", row[0], "no such part of the question is recognised")
        return
    for name, said, found in zip(words.ASPECT_HEAD, row, counted, strict=True):
        if said != found:
            yield problem("coverage", row[0], f"{name}: {said}, but {found} is counted")
