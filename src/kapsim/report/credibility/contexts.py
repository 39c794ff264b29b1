"""Contexts of use, and what the evidence supports in each.

Influence of the model and consequence of a wrong decision are judged by hand. Their
risk is the mean of the two on three steps, rounded up. The rating is not judged: a
context is

- supported, if everything named for it is met;
- supported in part, if all that is decisive is met, and something further is not;
- not supported, if something decisive is not met, or not available.

What is met on few figures only does not count as met.
"""

import enum
import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import yaml

from kapsim.report.credibility.goals import Goal, Verdict


class Level(enum.StrEnum):
    """Influence, consequence or risk."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Rating(enum.StrEnum):
    """What the evidence supports."""

    SUPPORTED = "supported"
    PARTLY = "supported in part"
    UNSUPPORTED = "not supported"


class Context(NamedTuple):
    """One context of use.

    Attributes
    ----------
    name
        Short name.
    question, use
        Question of interest, and what the model is used for.
    influence, consequence
        Of the model on a decision, and of a wrong decision.
    decisive, further
        Ids of the evidence that it rests on.
    supported, partly, unsupported
        What may be done, by rating.
    """

    name: str
    question: str
    use: str
    influence: Level
    consequence: Level
    decisive: tuple[str, ...]
    further: tuple[str, ...]
    supported: str
    partly: str
    unsupported: str

    @property
    def risk(self) -> Level:
        """Risk of the model in this use."""
        levels = list(Level)
        both = levels.index(self.influence) + levels.index(self.consequence)
        return levels[(both + 1) // 2]

    def says(self, rating: Rating) -> str:
        """What may be done."""
        return {
            Rating.SUPPORTED: self.supported,
            Rating.PARTLY: self.partly,
            Rating.UNSUPPORTED: self.unsupported,
        }[rating]


@cache
def contexts() -> tuple[Context, ...]:
    """All contexts, in the order of the report."""
    text = (
        importlib.resources.files("kapsim.report.credibility")
        .joinpath("contexts.yaml")
        .read_text()
    )
    return tuple(_context(one) for one in yaml.safe_load(text))


def _context(read: dict) -> Context:
    read["influence"] = Level(read["influence"])
    read["consequence"] = Level(read["consequence"])
    read["decisive"] = tuple(read["decisive"])
    read["further"] = tuple(read["further"])
    return Context(**read)


def rating(context: Context, evidence: Mapping[str, Goal]) -> Rating:
    """What the evidence supports.

    Parameters
    ----------
    context
        Context of use.
    evidence
        Everything that contexts rest on, by id.

    Raises
    ------
    KeyError
        If something that the context rests on is not among the evidence.
    """

    def met(names: tuple[str, ...]) -> bool:
        return all([evidence[name].verdict is Verdict.MET for name in names])

    decisive, further = met(context.decisive), met(context.further)
    if not decisive:
        return Rating.UNSUPPORTED
    return Rating.SUPPORTED if further else Rating.PARTLY
