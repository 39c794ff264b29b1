"""What is asked for: validated, recorded in the run directory, and repeated from it."""

import dataclasses
import json
import secrets
from pathlib import Path
from typing import Any

import kapsim
from kapsim.engine.platform import core_count
from kapsim.trial.parameters.draws_from import (
    DRAWS,
    DrawsFrom,
    read_draws_from,
    usual_draws,
)
from kapsim.trial.protocol import Protocol
from kapsim.units import KapsimError

SCHEMA = 1
CHUNK = 16_384
"""Patients of a chunk, unless asked otherwise: eight blocks of the kernel."""

_MOST_PATIENTS = 10_000_000

_WORTH_WORKERS = 100_000
"""Patients from which starting worker processes pays."""


class RequestError(KapsimError, ValueError):
    """A run that cannot be carried out as asked."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One run of a protocol.

    Attributes
    ----------
    protocol
        The trial.
    patients
        Virtual patients in each arm, by the name of the arm.
    seed
        Seed of the people and of all noise, in [0, 2**64).
    precision
        float32, or float64 for a check.
    refine
        Divides every step of the time grid into this many.
    draws
        Draws of the parameters, for the intervals of a new trial and for that of the
        interaction; 0 for none of these.
    draws_from
        What they are drawn from.
    """

    protocol: Protocol
    patients: dict[str, int]
    seed: int
    precision: str = "float32"
    refine: int = 1
    draws: int = DRAWS
    draws_from: DrawsFrom = dataclasses.field(default_factory=usual_draws)

    def __post_init__(self) -> None:
        """Refuse what no run can do."""
        arms = [arm.name for arm in self.protocol.arms]
        if sorted(arms) != sorted(self.patients):
            raise RequestError(
                f"patients must be given for the arms {', '.join(arms)}; got them for "
                f"{', '.join(self.patients) or 'none'}."
            )
        for arm, n in self.patients.items():
            if not 1 <= n <= _MOST_PATIENTS:
                raise RequestError(
                    f"arm {arm!r}: the number of patients must lie in [1, "
                    f"{_MOST_PATIENTS}]; got {n}."
                )
        if not 0 <= self.seed < 2**64:
            raise RequestError(f"the seed must lie in [0, 2**64); got {self.seed}.")
        if self.precision not in ("float32", "float64"):
            raise RequestError(
                f"precision must be float32 or float64; got {self.precision!r}."
            )
        if not 1 <= self.refine <= 16:
            raise RequestError(f"refine must lie in [1, 16]; got {self.refine}.")
        if self.draws < 0:
            raise RequestError(f"draws must be 0 or more; got {self.draws}.")

    @property
    def total(self) -> int:
        """Patient-courses of the run: one patient in one arm."""
        return sum(self.patients.values())

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, from which `from_data` makes an equal request."""
        return {
            "schema": SCHEMA,
            "verb": "run",
            "kapsim": kapsim.__version__,
            "protocol": self.protocol.model_dump(mode="json"),
            "patients_per_arm": dict(self.patients),
            "seed": self.seed,
            "precision": self.precision,
            "refine": self.refine,
            "draws": self.draws,
            **self.draws_from.as_data(),
        }


def from_data(data: dict[str, Any]) -> RunRequest:
    """Request from its JSON data.

    Raises
    ------
    RequestError
        If the data is not of this schema.
    """
    if data.get("schema") != SCHEMA or data.get("verb") != "run":
        raise RequestError(
            f"request.json has schema {data.get('schema')!r} and verb "
            f"{data.get('verb')!r}; this version repeats runs of schema {SCHEMA}."
        )
    return RunRequest(
        protocol=Protocol.model_validate(data["protocol"]),
        patients={str(arm): int(n) for arm, n in data["patients_per_arm"].items()},
        seed=int(data["seed"]),
        precision=data["precision"],
        refine=int(data["refine"]),
        draws=int(data.get("draws", DRAWS)),
        draws_from=read_draws_from(data.get("draws_from")),
    )


def read_request(directory: Path) -> RunRequest:
    """Request of a run directory.

    Raises
    ------
    RequestError
        If there is none, or it cannot be read.
    """
    path = directory / "request.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RequestError(
            f"{directory} holds no request.json: name the directory of a run."
        ) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RequestError(f"{path} is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise RequestError(f"{path} does not hold a request.")
    try:
        return from_data(data)
    except RequestError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        told = str(error).partition("\n")[0]
        raise RequestError(
            f"{path} does not hold a request of this version ({type(error).__name__}: "
            f"{told}). It was changed since it was written: run the protocol again."
        ) from error


def per_arm(protocol: Protocol, patients: int | None) -> dict[str, int]:
    """Patients of each arm: as asked, or as in the protocol, or 1,000."""
    default = 1000
    return {
        arm.name: patients if patients is not None else (arm.patients or default)
        for arm in protocol.arms
    }


def seed_for(directory: Path | None) -> int:
    """Seed of a run that names none: that of the run begun there, else a drawn one."""
    if directory is not None and (directory / "request.json").exists():
        return read_request(directory).seed
    return secrets.randbits(32)


def check_means(*, workers: int, chunk: int) -> None:
    """Refuse numbers of workers and sizes of chunks that cannot be.

    Raises
    ------
    RequestError
        If one of them is below 1.
    """
    for name, value in (("workers", workers), ("chunk", chunk)):
        if value < 1:
            raise RequestError(f"{name} must be 1 or more; got {value}.")


def workers_that_pay(request: RunRequest) -> int:
    """As many workers as cores, but one for runs that are over in seconds."""
    return core_count() if request.total > _WORTH_WORKERS else 1
