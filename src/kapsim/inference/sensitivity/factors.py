"""Uncertain numbers that a protocol reads, and their joint distribution.

Every factor has a coordinate x of mean 0 and variance 1:

- calibrated: x is normal, jointly with the other calibrated ones as the shipped
  posterior says, and the value lies at ``mean + sd x`` on the scale of the record;
- published or derived: x is uniform over the range of the record, or, where it has
  none, over `WITHIN` of the value on either side, as no uncertainty is recorded;
- assumed: x is uniform over the range, or normal where there is a prior, as
  `trial.parameters.uncertainty` draws it; a table of numbers is one factor, which
  multiplies it.

The correlation of the posterior is told from few draws, and is shrunk towards none by
as much as its own sampling error asks for.

Sources: Schäfer and Strimmer (2005), shrinkage of a correlation matrix; Kessy, Lewin
and Strimmer (2018), Optimal whitening and decorrelation.
"""

import enum
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import special

from kapsim.evidence import Kind, Parameter, library
from kapsim.evidence.posterior import Posterior
from kapsim.inference.sensitivity.posterior import Margin, correlation, margins
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.parameters.uncertainty import KEPT, Values, values_at
from kapsim.trial.parameters.used import used_records
from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.intervals import ENDS

WITHIN = 0.1
"""Half width of the range of a published number without one, as a share of it."""

FOURTH = {"normal": 3.0, "uniform": 1.8}
"""Fourth moment of a coordinate, by its law."""

SAID = (
    "Calibrated numbers are drawn together from the posterior of the calibration; "
    "assumed ones from their prior or evenly over their range, a table as a whole by "
    "a factor of 0.5 to 1.5; published and derived ones evenly over their range, or "
    "10 % to either side where the record has no range, which is our choice and no "
    "published uncertainty."
)
"""What is drawn, in words."""

_ITEMS = "items of a scale, whose numbers must fit together"

LEFT_OUT = {
    "drug.molar_mass": "a constant of nature",
    "drug.allometry.reference_weight": "a definition",
    "drug.dissociation.maximum": "the end of a scale",
    "mind.severity.top": "the end of a scale",
    "measures.hdrs17": _ITEMS,
    "measures.madrs": _ITEMS,
    "measures.phq9": _ITEMS,
    "measures.qids_sr": _ITEMS,
} | KEPT
"""Records, or beginnings of their ids, that are not varied, and why."""


class Origin(enum.StrEnum):
    """Where a number is from."""

    CALIBRATED = "calibrated"
    PUBLISHED = "published"
    ASSUMED = "assumed"


class Factor(NamedTuple):
    """An uncertain number.

    Attributes
    ----------
    record
        With the range that it is drawn over.
    origin
        Class; derived numbers count as published.
    law
        Of its coordinate: normal or uniform.
    margin
        Of the posterior; None if it was not calibrated.
    """

    record: Parameter
    origin: Origin
    law: str
    margin: Margin | None = None

    def values(self, x: Float[np.ndarray, " n"]) -> list[Any]:
        """Values at coordinates [unit of the record]."""
        if self.margin is not None:
            return self.margin.values(x).tolist()
        return values_at(self.record, self.shares(x))

    def shares(self, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Shares of the distribution below coordinates."""
        if self.law == "normal":
            return special.ndtr(x)
        return np.clip(0.5 + x / np.sqrt(12.0), 0.0, 1.0)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Ends of the middle 95 % [unit of the record]; None for a table."""
        if isinstance(self.record.value, list):
            return None
        ends = self.values(np.asarray([self.coordinate(share) for share in ENDS]))
        return float(ends[0]), float(ends[1])

    def coordinate(self, share: float) -> float:
        """Coordinate below which this share of the distribution lies."""
        if self.law == "normal":
            return float(special.ndtri(share))
        return float(np.sqrt(12.0) * (share - 0.5))


class Factors(NamedTuple):
    """Factors with their joint distribution.

    Attributes
    ----------
    each
        Factors, in the order of their ids.
    correlation
        Of the coordinates.
    version
        Of the posterior; None where nothing is calibrated.
    """

    each: tuple[Factor, ...]
    correlation: Float[np.ndarray, "P P"]
    version: str | None

    @property
    def origins(self) -> list[Origin]:
        """Class of each factor."""
        return [one.origin for one in self.each]

    @property
    def fourth(self) -> Float[np.ndarray, " P"]:
        """Fourth moment of each coordinate."""
        return np.array([FOURTH[one.law] for one in self.each])

    def coordinates(self, cube: Float[np.ndarray, "n P"]) -> Float[np.ndarray, "n P"]:
        """Coordinates at points of the unit cube, jointly distributed.

        Each axis of the cube goes with the factor of its place as closely as any way
        to decorrelate them allows: by the symmetric root of the correlation.
        """
        plain = np.empty_like(cube)
        for k, one in enumerate(self.each):
            column = cube[:, k]
            normal = one.law == "normal"
            plain[:, k] = (
                special.ndtri(column) if normal else np.sqrt(12.0) * (column - 0.5)
            )
        return plain @ symmetric_root(self.correlation)

    def values(self, x: Float[np.ndarray, "n P"]) -> list[Values]:
        """Values of the records at coordinates, one set for each row."""
        columns = {
            one.record.id: one.values(x[:, k]) for k, one in enumerate(self.each)
        }
        return [
            {name: column[row] for name, column in columns.items()}
            for row in range(len(x))
        ]


def symmetric_root(matrix: Float[np.ndarray, "P P"]) -> Float[np.ndarray, "P P"]:
    """The symmetric matrix whose square this positive definite one is."""
    sizes, axes = np.linalg.eigh(matrix)
    return (axes * np.sqrt(np.maximum(sizes, 0.0))) @ axes.T


def factors_of(protocol: Protocol, posterior: Posterior | None) -> Factors:
    """Factors of a protocol: what it reads and does not set itself.

    Parameters
    ----------
    protocol
        The trial.
    posterior
        Of the calibration; None if there is none.
    """
    fixed, shelf = protocol_values(protocol), library()
    records = [
        shelf.parameter(name)
        for name in used_records(protocol)
        if name not in fixed and not left_out(name)
    ]
    known_margins = {} if posterior is None else margins(posterior)
    each = tuple(factor(record, known_margins) for record in records)
    joint = np.eye(len(each))
    places = [k for k, one in enumerate(each) if one.margin is not None]
    if posterior is not None and len(places) > 1:
        names = [each[k].record.id for k in places]
        joint[np.ix_(places, places)] = correlation(posterior, names)
    version = posterior.version if posterior is not None and places else None
    return Factors(each, joint, version)


def left_out(name: str) -> str | None:
    """Why a record is not varied; None if it is."""
    found = (
        why
        for part, why in LEFT_OUT.items()
        if name == part or name.startswith(f"{part}.")
    )
    return next(found, None)


def factor(record: Parameter, known: Mapping[str, Margin]) -> Factor:
    """A record as a factor."""
    if record.id in known:
        return Factor(record, Origin.CALIBRATED, "normal", known[record.id])
    if record.kind is Kind.ASSUMED:
        law = "uniform" if record.prior is None else "normal"
        return Factor(record, Origin.ASSUMED, law)
    if record.range is None:
        record = record.model_copy(update={"range": _around(record)})
    calibrated = record.kind is Kind.CALIBRATED
    origin = Origin.CALIBRATED if calibrated else Origin.PUBLISHED
    return Factor(record, origin, "uniform")


def _around(record: Parameter) -> tuple[float, float] | None:
    """Range of `WITHIN` to either side of a number; None for a table."""
    if isinstance(record.value, list):
        return None
    ends: Sequence[float] = sorted(
        record.value * (1.0 + side * WITHIN) for side in (-1.0, 1.0)
    )
    low, high = record.bounds
    return max(ends[0], low), min(ends[1], high)
