"""Verdicts: what an experiment gave beside what was published."""

import dataclasses
import enum
import math
from collections.abc import Iterable

from kapsim.lab.experiment import Outcome
from kapsim.lab.published import Published, Result


class Word(enum.StrEnum):
    """How a number, or an experiment, compares with the publication."""

    MET = "met"
    MISSED = "missed"
    NOT_COMPARABLE = "not comparable"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """One result with the number obtained."""

    result: Result
    value: float
    word: Word


def judge(published: Published, outcome: Outcome) -> tuple[Verdict, ...]:
    """Verdict on every published result of an experiment.

    Raises
    ------
    KeyError
        If the outcome lacks the number of a comparable result.
    """
    return tuple(_judged(result, outcome) for result in published.results)


def _judged(result: Result, outcome: Outcome) -> Verdict:
    if result.not_comparable:
        value = outcome.numbers.get(result.id, math.nan)
        return Verdict(result, float(value), Word.NOT_COMPARABLE)
    value = float(outcome.numbers[result.id])
    low = -math.inf if result.low is None else result.low
    high = math.inf if result.high is None else result.high
    return Verdict(result, value, Word.MET if low <= value <= high else Word.MISSED)


def overall(verdicts: Iterable[Verdict]) -> Word:
    """Verdict on an experiment: missed if one number is, met if any was compared."""
    words = {verdict.word for verdict in verdicts}
    for word in (Word.MISSED, Word.MET):
        if word in words:
            return word
    return Word.NOT_COMPARABLE


def line(verdicts: Iterable[Verdict]) -> str:
    """How many of how many numbers are within their limits, and which are not."""
    compared = [v for v in verdicts if v.word is not Word.NOT_COMPARABLE]
    if not compared:
        return "no number can be compared"
    met = sum(v.word is Word.MET for v in compared)
    said = f"{met} of {len(compared)} numbers within their limits"
    missed = [v.result.meaning for v in compared if v.word is Word.MISSED]
    return said + (f"; missed: {'; '.join(missed)}" if missed else "")
