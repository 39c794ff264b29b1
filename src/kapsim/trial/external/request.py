"""What a validation is asked for."""

import dataclasses
from typing import Any

import kapsim
from kapsim.engine.scan import WIDTH
from kapsim.trial.parameters.draws_from import DRAWS, DrawsFrom, said_short, usual_draws
from kapsim.trial.protocol import ProtocolRole
from kapsim.trial.request import RequestError

SCHEMA = 1

PERSONS = 2 * WIDTH
"""Persons that the patients of a trial are drawn from, unless asked otherwise."""

REPLICATES = 1000
"""Trials of the published size."""


def read_role(text: str) -> ProtocolRole:
    """Role by its name.

    Raises
    ------
    RequestError
        If there is none of that name.
    """
    known = {role.value: role for role in ProtocolRole}
    if text not in known:
        raise RequestError(f"there is no role {text!r}; there are {', '.join(known)}.")
    return known[text]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ValidationRequest:
    """Published figures to be held against predictions.

    Attributes
    ----------
    given
        Protocol files, folders, or names of bundled protocols.
    role
        Only studies of this role; all if None.
    persons
        Persons that the patients of each replicate are drawn from, at least.
    replicates
        Trials of the published size.
    draws
        Draws of the parameters; 0 for the recorded ones alone.
    draws_from
        What they are drawn from. With draws of the posterior, every replicate has a
        study and arms of its own besides.
    seed
        Seed of the persons, of the trials and of the draws, in [0, 2**64).
    """

    given: tuple[str, ...]
    role: ProtocolRole | None = None
    persons: int = PERSONS
    replicates: int = REPLICATES
    draws: int = DRAWS
    draws_from: DrawsFrom = dataclasses.field(default_factory=usual_draws)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be carried out."""
        if not self.given:
            raise RequestError("name a protocol file, a folder or a bundled protocol.")
        if self.persons < 1:
            raise RequestError(f"persons must be 1 or more; got {self.persons}.")
        if self.replicates < 2:
            raise RequestError(
                f"a spread needs 2 replicates or more; got {self.replicates}."
            )
        if not 0 <= self.draws <= self.replicates:
            raise RequestError(
                f"draws must lie in 0 to the number of replicates "
                f"({self.replicates}); got {self.draws}."
            )
        if not 0 <= self.seed < 2**64:
            raise RequestError(f"the seed must lie in [0, 2**64); got {self.seed}.")

    @property
    def holds(self) -> str:
        """What the predictive interval holds, in words."""
        if not self.draws:
            return (
                "The interval holds the chance of who is enrolled in a trial of this "
                "size and of what goes wrong in it, not what is unknown of the model "
                "(--draws adds it)."
            )
        drawn = said_short(self.draws_from, self.draws_from.version)
        studies = (
            ", and by how much studies, their arms and their shares lie off the model"
            if self.shifts
            else ""
        )
        return (
            "The interval holds the chance of who is enrolled in a trial of this size "
            f"and of what goes wrong in it, and {self.draws} draws {drawn}{studies}; "
            "nothing of what every draw has in common, the equations."
        )

    @property
    def shifts(self) -> bool:
        """Whether every replicate has a study and arms that lie off the model."""
        return self.draws > 0 and self.draws_from is DrawsFrom.POSTERIOR

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "schema": SCHEMA,
            "verb": "validate",
            "kapsim": kapsim.__version__,
            "given": list(self.given),
            "role": None if self.role is None else self.role.value,
            "persons": self.persons,
            "replicates": self.replicates,
            "draws": self.draws,
            **self.draws_from.as_data(),
            "seed": self.seed,
        }
