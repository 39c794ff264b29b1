"""What is asked of a virtual trial: sizes, replicates, the cohort to draw from."""

import dataclasses
from typing import Any

import kapsim
from kapsim.engine.scan import WIDTH
from kapsim.trial.parameters.draws_from import DrawsFrom, usual_draws
from kapsim.trial.protocol import Arm, Protocol
from kapsim.trial.request import RequestError

SCHEMA = 1

COHORT = 4 * WIDTH
"""Persons of the cohort that replicates are drawn from, unless asked otherwise."""

DRAWN = WIDTH
"""Persons of the cohort of one draw of the parameters."""

REPLICATES = 1000

OF_A_DRAW = 100
"""Trials of one draw of the parameters, at most."""

_PLANNED = 50
"""Patients of an arm where neither the protocol nor the request says how many."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrialRequest:
    """Virtual trials of a protocol.

    Attributes
    ----------
    protocol
        The trial.
    per_arm
        Sizes: patients of an arm of ratio 1; as in the protocol if empty.
    replicates
        Trials of each size.
    seed
        Seed of the people, of randomisation and of all that goes wrong.
    cohort
        Persons that the replicates draw from.
    draws
        Draws of the parameters for assurance; 0 for none.
    draws_from
        What they are drawn from.
    """

    protocol: Protocol
    per_arm: tuple[int, ...] = ()
    replicates: int = REPLICATES
    seed: int = 1
    cohort: int = COHORT
    draws: int = 0
    draws_from: DrawsFrom = dataclasses.field(default_factory=usual_draws)

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        if sorted(set(self.per_arm)) != list(self.per_arm):
            given = ", ".join(map(str, self.per_arm))
            raise RequestError(
                f"the sizes per arm must be given once each, ascending; got {given}."
            )
        if self.per_arm and self.per_arm[0] < 2:
            raise RequestError(
                f"an arm needs 2 patients or more; got {self.per_arm[0]} per arm."
            )
        if self.replicates < 1:
            raise RequestError(f"replicates must be 1 or more; got {self.replicates}.")
        if self.draws < 0:
            raise RequestError(f"draws must be 0 or more; got {self.draws}.")
        if not 0 <= self.seed < 2**64:
            raise RequestError(f"the seed must lie in [0, 2**64); got {self.seed}.")
        for size in self.sizes:
            _check_cohort(size, self.cohort)
            if self.draws:
                _check_draws(size)

    @property
    def sizes(self) -> tuple[dict[str, int], ...]:
        """Patients of each arm, for each size."""
        arms = self.protocol.arms
        if not self.per_arm:
            return ({arm.name: _planned(arm) for arm in arms},)
        return tuple({arm.name: n * arm.ratio for arm in arms} for n in self.per_arm)

    def of_world(self, name: str) -> int:
        """Trials of each size in a world: fewer in that of one draw."""
        drawn = name.startswith("draw ")
        return min(self.replicates, OF_A_DRAW) if drawn else self.replicates

    @property
    def trials(self) -> int:
        """Trials that are conducted in all, for the progress report."""
        pairs = {pair[1] for pair in self.protocol.comparisons}
        whole = self.replicates * (4 + len(pairs))
        return len(self.sizes) * (whole + self.draws * self.of_world("draw 1"))

    @property
    def shown(self) -> int:
        """Index of the size whose single trial is shown: the middle one."""
        return len(self.sizes) // 2

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "schema": SCHEMA,
            "verb": "trial",
            "kapsim": kapsim.__version__,
            "protocol": self.protocol.model_dump(mode="json"),
            "per_arm": list(self.per_arm),
            "replicates": self.replicates,
            "seed": self.seed,
            "cohort": self.cohort,
            "draws": self.draws,
            **self.draws_from.as_data(),
        }


def _planned(arm: Arm) -> int:
    return arm.patients or _PLANNED * arm.ratio


def _check_cohort(size: dict[str, int], cohort: int) -> None:
    total = sum(size.values())
    if total > cohort:
        raise RequestError(
            f"a trial of {total:,} patients cannot be drawn from a cohort of "
            f"{cohort:,}: raise --cohort."
        )


def _check_draws(size: dict[str, int]) -> None:
    total = sum(size.values())
    if total > DRAWN:
        raise RequestError(
            f"a trial of {total:,} patients cannot be drawn from the {DRAWN:,} persons "
            "of one draw of the parameters: ask for smaller trials, or for no draws."
        )
