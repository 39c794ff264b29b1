"""How numbers, limits and requests of the laboratory are written."""

import math
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kapsim.lab.published import Basis, Result
from kapsim.lab.verdict import Verdict, Word
from kapsim.report.axes import minus

_FIGURES = 4
_MOST_FIGURES = 15
NONE = "\N{EN DASH}"
TOPICS = {
    "belief": "Beliefs",
    "body": "The body",
    "threat": "Threat",
    "rank": "Rank",
    "control": "Control",
    "criticism": "Self-criticism",
    "mood": "Mood",
    "brain": "The brain",
    "expectancy": "Expectancy",
    "therapy": "Sessions and what they leave",
    "course": "Long courses",
}
"""Topics of experiments, in the order in which they are shown."""
BASES = {basis.value: basis.meaning for basis in Basis}


def obtained(verdict: Verdict) -> str:
    """The number obtained, with as many figures as its verdict needs to be seen."""
    value, result = verdict.value, verdict.result
    if not math.isfinite(value):
        return NONE
    ends = [end for end in (result.low, result.high) if end is not None]
    for figures in range(_FIGURES, _MOST_FIGURES):
        shown = float(f"{value:.{figures}g}")
        if all(
            (shown < end, shown > end) == (value < end, value > end) for end in ends
        ):
            return number(value, figures)
    return number(value, _MOST_FIGURES)


def number(value: float, figures: int = 6) -> str:
    """A number in short, with a true minus sign."""
    return minus(f"{value:.{figures}g}")


def published_value(result: Result) -> str:
    """What was published: a number, or that it is a direction."""
    if result.value is not None:
        return number(result.value)
    return Basis.DIRECTION.value if result.basis is Basis.DIRECTION else NONE


def limits(result: Result) -> str:
    """Where the number must lie."""
    low, high = result.low, result.high
    if low is None:
        return NONE if high is None else f"at most {number(high)}"
    if high is None:
        return f"at least {number(low)}"
    if low == high:
        return f"exactly {number(low)}"
    return f"{number(low)} to {number(high)}"


def meaning(result: Result) -> str:
    """What the number is, with its unit where it has one."""
    return result.meaning if result.unit == "1" else f"{result.meaning} [{result.unit}]"


def command(request: Mapping[str, Any]) -> str:
    """The command that runs an experiment again."""
    words = ["kapsim", "lab", "run", request["experiment"]]
    words += ["--seed", str(request["seed"])]
    if request["patients"] is not None:
        words += ["--patients", str(request["patients"])]
    for drug in request["drugs"]:
        words += ["--drug", drug]
    return shlex.join(words)


def remarks(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], list[str]]:
    """Why results are missed or not comparable, and notes, with what they are about."""
    found: dict[tuple[str, str], list[str]] = {}
    for verdict in verdicts:
        for kind, why in _remarks(verdict):
            found.setdefault((kind, why), []).append(verdict.result.meaning)
    return found


def _remarks(verdict: Verdict) -> Iterator[tuple[str, str]]:
    result = verdict.result
    if verdict.word is Word.MISSED:
        yield "Missed", result.missed or "No reason is on record."
    if verdict.word is Word.NOT_COMPARABLE:
        yield "Not comparable", result.not_comparable
    if result.note:
        yield "Note", result.note
