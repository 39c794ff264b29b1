"""What a sensitivity analysis is asked for."""

import dataclasses
from typing import Any

import kapsim
from kapsim.engine.scan import WIDTH
from kapsim.inference.sensitivity.outcomes import outcomes
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RequestError

SCHEMA = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class SensitivityRequest:
    """What is analysed.

    Attributes
    ----------
    protocol
        With at least one visit after the baseline at which its scale is rated.
    persons
        Virtual persons, the same in each arm and run.
    trajectories
        Of the screening; each costs a run per factor and one more.
    base
        Base points of the design for classes and the emulator, a power of two; each
        costs a run per class and two more.
    retained
        Factors that the emulator has.
    seed
        Of the persons and of the designs, in [0, 2**32).
    """

    protocol: Protocol
    persons: int = WIDTH
    trajectories: int = 4
    base: int = 256
    retained: int = 30
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be analysed."""
        for name in ("persons", "trajectories", "retained"):
            if getattr(self, name) < 1:
                raise RequestError(
                    f"{name} must be 1 or more; got {getattr(self, name)}."
                )
        if self.trajectories < 2:
            raise RequestError("trajectories must be 2 or more, for a spread.")
        if self.base < 8 or self.base & (self.base - 1):
            raise RequestError(
                f"base must be a power of two, of 8 or more; got {self.base}."
            )
        if not 0 <= self.seed < 2**32:
            raise RequestError(f"the seed must lie in [0, 2**32); got {self.seed}.")
        if not outcomes(self.protocol):
            raise RequestError(
                f"{self.protocol.name} rates its scale at no visit after the baseline."
            )

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "schema": SCHEMA,
            "verb": "sensitivity",
            "kapsim": kapsim.__version__,
            "protocol": self.protocol.model_dump(mode="json"),
            "persons": self.persons,
            "trajectories": self.trajectories,
            "base": self.base,
            "retained": self.retained,
            "seed": self.seed,
        }
