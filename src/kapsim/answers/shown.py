"""What the model shows: stored results of experiments and of a run, with figures.

`scripts/answers.py` makes the folder `results/` from the documentation's verdicts and
from a run, so that an answer needs no simulation.
"""

import collections
import functools
import importlib.resources
import json
from collections.abc import Iterable, Sequence
from typing import Any

from kapsim.answers.answer import Shown
from kapsim.answers.desk import Desk
from kapsim.evidence import Claim

RESULTS = "results"
_FILE = "results.json"
_MOST = 2
_MOST_NUMBERS = 6
_NAMED = 3.0  # what an experiment of a concept that is named counts, in claims
_WHOLE = ("kap-2x2", "ketamine-with-therapy")
"""What is shown where the whole is asked of: the run, and the experiment beside it."""


@functools.cache
def results() -> dict[str, dict[str, Any]]:
    """Stored results by name: the parts of a `Shown`, all numbers included."""
    file = importlib.resources.files("kapsim.answers") / RESULTS / _FILE
    return json.loads(file.read_text(encoding="utf-8"))


def figure(name: str) -> str | None:
    """Figure of an experiment or a run as SVG; None if there is none."""
    if name not in results():
        return None
    file = importlib.resources.files("kapsim.answers") / RESULTS / f"{name}.svg"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def shown(desk: Desk, claims: Sequence[Claim]) -> tuple[Shown, ...]:
    """Results nearest to the question: what its concepts and claims name most often."""
    if not desk.question.narrow:
        return _found(_WHOLE)
    counts: dict[str, float] = collections.defaultdict(float)
    for piece in desk.question.specific:
        for page in piece.pages:
            _count(counts, desk.found.page(page).experiments, _NAMED)
    for place, claim in enumerate(claims):
        _count(counts, claim.experiments, 1 / (1 + place / _MOST_NUMBERS))
    order = sorted(counts, key=lambda name: (-counts[name], name))
    return _found(order)


def _found(names: Iterable[str]) -> tuple[Shown, ...]:
    whole = (stored(name) for name in names)
    return tuple(_telling(one) for one in whole if one is not None)[:_MOST]


def _count(counts: dict[str, float], names: Iterable[str], weight: float) -> None:
    """The first that a record names counts most."""
    for place, name in enumerate(names):
        counts[name] += weight / (1 + place)


def stored(name: str) -> Shown | None:
    """A stored result with all its numbers; None if there is none."""
    found = results().get(name)
    return None if found is None else Shown.model_validate(found)


def _telling(whole: Shown) -> Shown:
    """A result with its most telling numbers: those with something published first."""
    numbers = whole.numbers
    ranks = sorted(
        range(len(numbers)),
        key=lambda place: (
            numbers[place].met is None,
            numbers[place].published is None,
            place,
        ),
    )
    kept = sorted(ranks[:_MOST_NUMBERS])
    return whole.model_copy(update={"numbers": tuple(numbers[i] for i in kept)})
