"""The posterior of the calibrated parameters: draws that ship as data, by version.

A calibration leaves one file, ``posteriors/<version>.json``: draws of all calibrated
parameters together, in the units of their records, and with each draw how far the
scores of a study, and of an arm of it, lie from what the model says. A draw is used as
a whole: the parameters of one draw belong together.
"""

import dataclasses
import functools
import hashlib
import importlib.resources
import json
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kapsim.evidence.errors import EvidenceError
from kapsim.evidence.library import library
from kapsim.evidence.schema import Identifier

Finite = Field(allow_inf_nan=False)


class Spreads(NamedTuple):
    """How far trials lie off the model: standard deviations of three effects.

    Attributes
    ----------
    study_sd, arm_sd
        Of all scores of a study, and of those of one of its arms [MADRS point].
    share_sd
        Of the logits of all shares of a study that respond or remit, beside what its
        scores do to them [1].
    """

    study_sd: float
    arm_sd: float
    share_sd: float


ON_THE_MODEL = Spreads(0.0, 0.0, 0.0)
"""Trials that lie on the model."""


class Calibrated(BaseModel):
    """One calibrated parameter.

    Attributes
    ----------
    id, unit
        Its record, and the unit of the record.
    scale
        Scale on which its prior is normal.
    low, high
        Bounds [unit].
    prior_mean, prior_sd
        Prior on that scale.
    mean
        Posterior mean, taken to the unit: the value of the record [unit].
    sd
        Posterior standard deviation on that scale.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    unit: str
    scale: Literal["identity", "log", "logit"]
    low: float
    high: float
    prior_mean: float = Finite
    prior_sd: float = Field(gt=0, allow_inf_nan=False)
    mean: float = Finite
    sd: float = Field(ge=0, allow_inf_nan=False)


class _Draws(BaseModel):
    model_config = ConfigDict(extra="forbid")

    values: list[list[float]] = Field(min_length=1)
    study_sd: list[float]
    arm_sd: list[float]
    share_sd: list[float] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: str
    provenance: dict[str, Any]
    studies: list[str]
    parameters: list[Calibrated] = Field(min_length=1)
    study_sd: float = Field(ge=0, allow_inf_nan=False)
    arm_sd: float = Field(ge=0, allow_inf_nan=False)
    share_sd: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    draws: _Draws


@dataclasses.dataclass(frozen=True, eq=False)
class Posterior:
    """Joint draws of the calibrated parameters.

    Attributes
    ----------
    version
        Name of the calibration; records that it set name it too.
    parameters
        The parameters, in the order of the columns of `values`.
    values
        Draws, in the unit of each record.
    spreads
        Of each draw: how far trials lie off the model, in the order of `Spreads`; of a
        calibration without an effect on shares that is zero.
    studies
        Published studies that were used.
    provenance
        What made it.
    digest
        SHA-256 of the file.
    """

    version: str
    parameters: tuple[Calibrated, ...]
    values: Float[np.ndarray, "draws parameters"]
    spreads: Float[np.ndarray, "draws 3"]
    studies: tuple[str, ...]
    provenance: dict[str, Any]
    digest: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Records of the parameters, in the order of the columns of `values`."""
        return tuple(one.id for one in self.parameters)


@functools.lru_cache
def posterior(version: str | None = None) -> Posterior | None:
    """The posterior that ships with kapsim.

    Parameters
    ----------
    version
        Which one; the latest if None.

    Returns
    -------
    Posterior or None
        None if none is shipped.

    Raises
    ------
    EvidenceError
        If there is none of that version, or its file is malformed.
    """
    return load_posterior(
        importlib.resources.files("kapsim.evidence") / "posteriors", version
    )


def load_posterior(folder: Traversable, version: str | None = None) -> Posterior | None:
    """As `posterior`, of a folder with files ``<version>.json``."""
    files = [one for one in folder.iterdir()] if folder.is_dir() else []
    known = {
        one.name.removesuffix(".json"): one
        for one in files
        if one.name.endswith(".json")
    }
    if version is None and not known:
        return None
    chosen = max(known, key=_order) if version is None else version
    if chosen not in known:
        said = ", ".join(sorted(known, key=_order)) or "none"
        raise EvidenceError(f"no posterior of version {chosen!r}; shipped: {said}.")
    return _read(known[chosen])


def _order(version: str) -> tuple[int, ...]:
    """Place of a version: its numbers."""
    parts = version.split(".")
    if not all(part.isdecimal() for part in parts):
        raise EvidenceError(
            f"posteriors/{version}.json: a version is numbers with points between; "
            f"got {version!r}"
        )
    return tuple(int(part) for part in parts)


def _read(file: Traversable) -> Posterior:
    name, text = f"posteriors/{file.name}", file.read_text(encoding="utf-8")
    try:
        found = _File.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise EvidenceError(f"{name}: not readable as JSON ({error})") from error
    except ValidationError as error:
        raise EvidenceError(f"{name}, {_told(error)}") from error
    problems = [*_shapes(found, file.name.removesuffix(".json"))]
    problems = problems or [*_against_records(found)]
    if problems:
        raise EvidenceError("; ".join(f"{name}, {problem}" for problem in problems))
    return Posterior(
        version=found.version,
        parameters=tuple(found.parameters),
        values=_kept(found.draws.values),
        spreads=_kept(np.stack(list(_spreads(found.draws).values()), axis=1)),
        studies=tuple(found.studies),
        provenance=found.provenance,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _told(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
        for problem in problems
    )


def _spreads(draws: _Draws) -> dict[str, list[float]]:
    """Spreads of all draws, by the names of `Spreads`."""
    found = {name: getattr(draws, name) for name in Spreads._fields}
    nothing = [0.0] * len(draws.values)
    return {name: nothing if held is None else held for name, held in found.items()}


def _kept(values: Any) -> np.ndarray:
    """Numbers that nobody can change."""
    held = np.asarray(values, float)
    held.flags.writeable = False
    return held


def _shapes(found: _File, version: str) -> Iterator[str]:
    """What is wrong within the file."""
    draws, ids = found.draws, [one.id for one in found.parameters]
    if found.version != version:
        yield f"version: {found.version!r} in a file that is named {version!r}"
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"parameters: {name} is there more than once"
    for k, row in enumerate(draws.values):
        if len(row) != len(ids):
            yield (
                f"draws.values.{k}: {len(row)} numbers for {len(ids)} parameters; "
                "every draw has one for each"
            )
        elif not np.isfinite(row).all():
            yield f"draws.values.{k}: a number is missing or infinite"
    for name, spread in _spreads(draws).items():
        if len(spread) != len(draws.values):
            yield (
                f"draws.{name}: {len(spread)} numbers for {len(draws.values)} draws; "
                "every draw has one"
            )
        elif not (np.isfinite(spread).all() and min(spread) >= 0):
            yield f"draws.{name}: a spread is missing, infinite or below zero"


def _against_records(found: _File) -> Iterator[str]:
    """What does not fit the records of the library."""
    values = np.asarray(found.draws.values, float)
    for one, column in zip(found.parameters, values.T, strict=True):
        record = library().parameters.get(one.id)
        if record is None:
            yield f"parameters: {one.id} has no record"
            continue
        if isinstance(record.value, list):
            yield f"parameters: {one.id} is a table of numbers"
        if record.unit != one.unit:
            yield f"parameters: {one.id} is in {one.unit}, its record in {record.unit}"
        low, high = record.bounds
        outside = np.flatnonzero((column < low) | (column > high))
        if len(outside):
            yield (
                f"draws.values.{outside[0]}: {one.id} is {column[outside[0]]:g}, "
                f"outside the bounds of its record [{low:g}, {high:g}]; "
                f"{len(outside)} draw(s) in all"
            )
