"""What a calibration is asked for."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import kapsim
from kapsim.evidence import library
from kapsim.trial.request import RequestError
from kapsim.units import KapsimError

SCHEMA = 1

PERSONS = 2048
"""Persons of each study."""

POINTS = (90, 60, 60, 60, 60, 60, 60)
"""Points of each round of the full calibration."""

QUICK_POINTS, QUICK_FRESH = 96, 4
"""Points of the one round of a quick calibration, and draws simulated anew."""

DRAWS, FRESH = 1000, 24
"""Draws of the posterior, and those of them that are simulated anew."""

SHIPPED = 200
"""Draws that are shipped."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CalibrationRequest:
    """A calibration to the studies whose role it is.

    Attributes
    ----------
    version
        Name of the posterior.
    persons
        Persons of each study, 1,024 or more.
    points
        Points of each round.
    draws, fresh
        Draws of the posterior, and those of them that are simulated anew with persons
        that no fit has seen.
    quick
        Whether it begins near the shipped posterior, to see whether that is found
        again, and not in the priors.
    seed
        Seed of persons, points and draws.
    processes
        Processes that simulate; change no result.
    fixed
        Parameters held fixed in all simulations, by record [its unit]: a rival
        explanation.
    """

    version: str = "draft"
    persons: int = PERSONS
    points: tuple[int, ...] = POINTS
    draws: int = DRAWS
    fresh: int = FRESH
    quick: bool = False
    seed: int = 1
    processes: int = 2
    fixed: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be carried out."""
        if self.persons < 1024:
            raise RequestError(
                f"persons must be 1,024 or more; got {self.persons}: with fewer the "
                "fit follows their luck."
            )
        if not self.points or min(self.points) < 4:
            raise RequestError("every round needs 4 points or more.")
        if self.draws < 100:
            raise RequestError(f"draws must be 100 or more; got {self.draws}.")
        if not 1 <= self.fresh <= self.draws:
            raise RequestError(f"fresh must lie in 1 to draws; got {self.fresh}.")
        if self.processes < 1:
            raise RequestError(f"processes must be 1 or more; got {self.processes}.")
        if not 0 <= self.seed < 2**31:
            raise RequestError(f"the seed must lie in [0, 2**31); got {self.seed}.")

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data; what changes no result is left out."""
        return {
            "schema": SCHEMA,
            "verb": "calibrate",
            "kapsim": kapsim.__version__,
            "version": self.version,
            "persons": self.persons,
            "points": list(self.points),
            "draws": self.draws,
            "fresh": self.fresh,
            "quick": self.quick,
            "seed": self.seed,
            "fixed": dict(self.fixed),
        }


def read_points(text: str) -> tuple[int, ...]:
    """Points of each round from a list such as ``90,70,70``.

    Raises
    ------
    RequestError
        If it is not a list of whole numbers.
    """
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise RequestError(
            f"--points {text!r}: give whole numbers with commas, as in 90,70,70."
        ) from None


def read_fixed(given: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Parameters held fixed from texts such as ``mind.mood.b_p=0``.

    Raises
    ------
    RequestError
        If a text is not a record and a number.
    EvidenceError
        If there is no such record.
    """
    found = []
    for text in given:
        name, _, value = text.partition("=")
        try:
            found.append((library().parameter(name).id, float(value)))
        except ValueError as error:
            if isinstance(error, KapsimError):
                raise
            raise RequestError(
                f"--fix {text!r}: give a record and a number, as in mind.mood.b_p=0."
            ) from None
    return tuple(found)
