"""What a record must say before kapsim will load it.

A **source** is one citable work. A **parameter record** is one number (or a short
table of numbers) with unit, meaning, bounds and where it comes from. A
**discrepancy** says where a paper and its own equations, or two papers, disagree,
and what was chosen.
"""

import enum
import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from kapsim.units import internal_unit, to_internal

Number = float | list[float] | list[list[float]]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]


class Kind(enum.StrEnum):
    """How a value came to be in the model."""

    PUBLISHED = "published"
    DERIVED = "derived"
    CALIBRATED = "calibrated"
    ASSUMED = "assumed"

    @property
    def meaning(self) -> str:
        """The kind in words."""
        return {
            "published": "stated in a source",
            "derived": "computed from published numbers",
            "calibrated": "fitted to published results",
            "assumed": "without evidence: a choice with a range and a reason",
        }[self.value]


class Strength(enum.StrEnum):
    """How strong the evidence behind a value is."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"

    @property
    def meaning(self) -> str:
        """The grade in words."""
        return {
            "A": "randomised study in people",
            "B": "other study in people",
            "C": "study in animals",
            "D": "theory or analogy",
            "E": "assumption",
        }[self.value]


class Reading(enum.StrEnum):
    """Who has looked at the place that the number comes from."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"

    @property
    def meaning(self) -> str:
        """The reading in words."""
        return {
            "primary": "read in the paper itself",
            "secondary": "read in a transcription",
            "unverified": "not looked up",
        }[self.value]


class SourceKind(enum.StrEnum):
    """What sort of work a source is."""

    RANDOMISED_TRIAL = "randomised trial"
    OPEN_TRIAL = "open trial"
    OBSERVATIONAL_STUDY = "observational study"
    META_ANALYSIS = "meta-analysis"
    KINETIC_STUDY = "kinetic study"
    LABORATORY_STUDY = "laboratory study"
    PSYCHOMETRIC_STUDY = "psychometric study"
    ANIMAL = "animal"
    THEORY = "theory"
    REVIEW = "review"
    LABEL = "label"
    STANDARD = "standard"
    SOFTWARE = "software"


class Record(BaseModel):
    """Common rules: no unknown field, never changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Source(Record):
    """One citable work."""

    key: Identifier
    kind: SourceKind
    authors: list[str] = Field(min_length=1)
    year: int = Field(ge=1600, le=2100, strict=True)
    title: str
    container: str | None = None
    volume: str | None = None
    pages: str | None = None
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    pmid: str | None = None
    url: str | None = None
    doi_confirmed: bool = True
    note: str | None = None


class Spread(Record):
    """Between-person distribution of a parameter, on the transformed scale."""

    distribution: str = Field(pattern=r"^(normal|lognormal|logitnormal)$")
    sd: float = Field(ge=0)
    kind: Kind
    reason: str | None = None
    covariance: dict[Identifier, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _needs_reason(self) -> "Spread":
        if self.kind is Kind.ASSUMED and not self.reason:
            raise ValueError("an assumed spread needs a reason")
        return self


class Prior(Record):
    """What is thought of an assumed number: a distribution, cut off at its bounds.

    Attributes
    ----------
    distribution
        normal, lognormal or logitnormal (of a share between 0 and 1).
    mean
        Mean of a normal prior; median of the other two, on the natural scale. In the
        unit of the record.
    sd
        Standard deviation: of the number if normal, else of its log or logit.
    """

    distribution: str = Field(pattern=r"^(normal|lognormal|logitnormal)$")
    mean: float = Field(allow_inf_nan=False)
    sd: float = Field(gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _possible(self) -> "Prior":
        if self.distribution == "lognormal" and self.mean <= 0:
            raise ValueError("the median of a lognormal prior must be above 0")
        if self.distribution == "logitnormal" and not 0 < self.mean < 1:
            raise ValueError("the median of a logitnormal prior must lie in (0, 1)")
        return self

    @property
    def words(self) -> str:
        """The distribution in words."""
        middle, of = {
            "normal": ("mean", ""),
            "lognormal": ("median", " of the log"),
            "logitnormal": ("median", " of the logit"),
        }[self.distribution]
        return f"{self.distribution}, {middle} {self.mean:g}, SD {self.sd:g}{of}"


class Parameter(Record):
    """One number of the model with everything that must travel with it."""

    id: Identifier
    symbol: str
    meaning: str
    value: Number
    unit: str
    bounds: tuple[float, float]
    kind: Kind
    strength: Strength
    reading: Reading
    sources: list[Identifier] = Field(default_factory=list)
    locator: str | None = None
    population: str | None = None
    formula: str | None = None
    calibration: str | None = None
    range: tuple[float, float] | None = None
    reason: str | None = None
    prior: Prior | None = None
    between: Spread | None = None
    note: str | None = None

    @field_validator("unit")
    @classmethod
    def _unit_parses(cls, unit: str) -> str:
        internal_unit(unit)
        return unit

    @model_validator(mode="after")
    def _grounded(self) -> "Parameter":
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        low, high = self.bounds
        for number in flatten(self.value):
            if not low <= number <= high:
                yield f"value {number:g} is outside its bounds [{low:g}, {high:g}]"
        if self.range is not None and not self.range[0] <= self.range[1]:
            yield "range runs backwards"
        if self.kind is Kind.ASSUMED:
            yield from self._assumption_problems()
        else:
            yield from self._evidence_problems()
        if self.prior is not None:
            yield from self._prior_problems(self.prior)

    def _prior_problems(self, prior: Prior) -> Iterator[str]:
        if self.kind not in (Kind.ASSUMED, Kind.CALIBRATED):
            yield "only an assumed or a calibrated number has a prior"
        if isinstance(self.value, list):
            yield "a table of numbers has no prior"
        if not self.bounds[0] <= prior.mean <= self.bounds[1]:
            yield f"the prior is centred outside the bounds, at {prior.mean:g}"

    def _assumption_problems(self) -> Iterator[str]:
        if self.range is None or not self.reason:
            yield "an assumed number needs a range and a reason"
        if self.strength is not Strength.E and not self.sources:
            yield "a graded assumption needs the source that it leans on"

    def _evidence_problems(self) -> Iterator[str]:
        if self.kind is Kind.CALIBRATED:
            yield from self._calibration_problems()
        elif not self.sources:
            yield f"a {self.kind.value} number needs a source"
        if self.kind is Kind.PUBLISHED and not self.locator:
            yield "a published number needs a locator (table, figure, page)"
        if self.kind is Kind.PUBLISHED and self.reading is Reading.UNVERIFIED:
            yield "an unverified number is an assumption: say kind: assumed"
        if self.kind is Kind.DERIVED and not self.formula:
            yield "a derived number needs its formula"

    def _calibration_problems(self) -> Iterator[str]:
        if not self.calibration:
            yield "a calibrated number names its calibration, which has its sources"
        if self.prior is None or not self.reason:
            yield "a calibrated number needs the prior that it began with, and a reason"

    @property
    def internal_value(self) -> Any:
        """Value in internal units: a float, or nested lists of floats."""
        return _convert(self.value, self.unit)

    @property
    def basis(self) -> str:
        """Kind, strength and reading in short, such as ``published B secondary``."""
        return f"{self.kind.value} {self.strength.value} {self.reading.value}"

    @property
    def quantity_text(self) -> str:
        """Value with its unit, as published; a pure number has none."""
        return self.value_text + ("" if self.unit == "1" else f" {self.unit}")

    @property
    def value_text(self) -> str:
        """Value as published, in short: a number, a list, or the size of a table."""
        if not isinstance(self.value, list):
            return f"{self.value:g}"
        numbers = [part for part in self.value if not isinstance(part, list)]
        if len(numbers) == len(self.value) <= 6:
            return ", ".join(f"{number:g}" for number in numbers)
        return f"table of {len(self.value)} rows"


class Discrepancy(Record):
    """Where the literature disagrees with itself, or with what its numbers give."""

    id: Identifier
    about: str
    sources: list[Identifier] = Field(min_length=1)
    published: str
    obtained: str
    ratio: float | list[float] | None = None
    reason: str
    choice: str


def flatten(value: Number) -> list[float]:
    """All numbers of a scalar, list or table."""
    if isinstance(value, list):
        return [number for part in value for number in flatten(part)]
    if math.isnan(value):
        raise ValueError("a value is not a number")
    return [float(value)]


def _convert(value: Number, unit: str) -> Any:
    if isinstance(value, list):
        return [_convert(part, unit) for part in value]
    return to_internal(value, unit)
