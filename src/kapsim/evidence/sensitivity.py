"""Rankings of what the results of a protocol hang on most, as shipped with kapsim.

``kapsim sensitivity PROTOCOL`` writes sensitivity.json; a copy of it under the name of
the protocol in ``evidence/sensitivity/`` ships, and the reports read it here.
"""

import functools
import importlib.resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from kapsim.evidence.shipped import load_result, read_result

NAMED = 10
"""Assumptions that every report names."""

_TEXTS = "measured_by.yaml"


class RankedFactor(BaseModel):
    """One uncertain number.

    Attributes
    ----------
    id, meaning, unit
        Its record.
    origin
        calibrated, published or assumed.
    value
        As recorded, in words.
    low, high
        Middle 95 % of what was drawn [unit]; None for a table.
    share
        Share of the variance, averaged over the outcomes that vary.
    shares
        The same of each outcome.
    slopes
        Change of each outcome with one SD of the number, the others held [its unit].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    meaning: str
    unit: str
    origin: str
    value: str
    low: float | None
    high: float | None
    share: float = Field(ge=0, le=1)
    shares: list[float]
    slopes: list[float]


class ClassShare(BaseModel):
    """What one class of numbers explains of one outcome.

    Attributes
    ----------
    share
        Shapley effect; the classes add up to one.
    alone, total
        First and total index of Sobol.
    alone_error, total_error
        Half widths of their 95 % intervals.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: float
    alone: float
    alone_error: float
    total: float
    total_error: float


class RankedOutcome(BaseModel):
    """One key outcome.

    Attributes
    ----------
    name, unit
        Which.
    mean, sd
        Over the joint distribution of all numbers [unit].
    explained
        Share of the variance that the emulator explains at points held out.
    classes
        By class; empty where the outcome does not vary.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    unit: str
    mean: float
    sd: float
    explained: float
    classes: dict[str, ClassShare]


class Ranking(BaseModel):
    """A sensitivity analysis, as its file holds it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    protocol: str
    kapsim: str
    posterior: str | None
    runs: int
    persons: int
    outcomes: list[RankedOutcome]
    factors: list[RankedFactor]

    def of_origin(self, origin: str) -> list[RankedFactor]:
        """Numbers of one class, those that matter most first."""
        return [one for one in self.factors if one.origin == origin]


@functools.lru_cache
def ranking(protocol: str) -> Ranking | None:
    """The shipped ranking of a protocol; None if none is shipped.

    Raises
    ------
    EvidenceError
        If its file is malformed.
    """
    return load_ranking(_folder(), protocol)


def load_ranking(folder: Traversable, protocol: str) -> Ranking | None:
    """As `ranking`, of a folder with files ``<protocol>.json``."""
    return load_result(Ranking, folder, protocol)


def read_ranking(data: dict[str, Any], name: str) -> Ranking:
    """A ranking from the content of a file; `name` is told in an error."""
    return read_result(Ranking, data, name)


@functools.cache
def _texts() -> dict[str, str]:
    return yaml.safe_load((_folder() / _TEXTS).read_text("utf-8"))


def measured_by(record_id: str) -> str:
    """What would have to be measured to replace a number; empty if nothing is said."""
    texts = _texts()
    fitting = [
        part
        for part in texts
        if record_id == part or record_id.startswith((f"{part}.", f"{part}_"))
    ]
    return texts[max(fitting, key=len)] if fitting else ""


def _folder() -> Traversable:
    return importlib.resources.files("kapsim.evidence") / "sensitivity"
