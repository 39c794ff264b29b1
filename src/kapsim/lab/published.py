"""Published designs and results of the laboratory's experiments, as data.

A file of this folder's `published/` holds one experiment: its design, and each result
with the limits that its number must lie in.
"""

import enum
import functools
import importlib.resources
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kapsim.evidence import library
from kapsim.lab.errors import LabError
from kapsim.units import internal_unit


class Basis(enum.StrEnum):
    """What a limit rests on."""

    COMPUTED = "computed"
    PUBLISHED = "published"
    DIRECTION = "direction"
    REMEMBERED = "remembered"

    @property
    def meaning(self) -> str:
        """The basis in words."""
        return {
            "computed": "the published equations, run with the published parameters",
            "published": "a number in the publication",
            "direction": "the publication gives a direction, no comparable number",
            "remembered": "a number not yet confirmed in the publication",
        }[self.value]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Result(_Record):
    """One published result, and where the experiment's number must lie."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    meaning: str
    unit: str
    basis: Basis
    source: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    missed: str = ""
    not_comparable: str = ""

    @model_validator(mode="after")
    def _judged(self) -> "Result":
        internal_unit(self.unit)
        if not self.not_comparable and self.low is None and self.high is None:
            raise ValueError(f"{self.id} needs limits, or says why it has none")
        if self.missed and self.not_comparable:
            raise ValueError(f"{self.id} cannot be missed and not comparable")
        if self.source not in library().sources:
            raise ValueError(f"{self.id}: no source has the key {self.source!r}")
        return self


class Published(_Record):
    """A published experiment: what was asked, what was done, what was seen."""

    name: str
    title: str
    topic: str
    question: str
    design: str
    model: str
    sources: list[str] = Field(min_length=1)
    results: list[Result] = Field(min_length=1)
    reference_event: str = ""

    @property
    def takes_drug(self) -> bool:
        """Whether a drug can be added: the experiment says what its time 0 is."""
        return bool(self.reference_event)

    def result(self, name: str) -> Result:
        """A result by its id.

        Raises
        ------
        LabError
            If there is no such result.
        """
        for one in self.results:
            if one.id == name:
                return one
        raise LabError(f"published/{self.name}.yaml has no result {name!r}.")

    def value(self, name: str) -> float:
        """The number that was published of a result, in its unit.

        Raises
        ------
        LabError
            If there is no such result, or no number of it.
        """
        found = self.result(name).value
        if found is None:
            raise LabError(f"published/{self.name}.yaml has no value of {name!r}.")
        return found

    @model_validator(mode="after")
    def _sound(self) -> "Published":
        ids = [result.id for result in self.results]
        if len(set(ids)) < len(ids):
            raise ValueError("two results share an id")
        unknown = [key for key in self.sources if key not in library().sources]
        if unknown:
            raise ValueError(f"no source has the key {', '.join(unknown)}")
        return self


_FOLDER = "published"


def names() -> tuple[str, ...]:
    """Names of all experiments, in alphabetical order."""
    files = importlib.resources.files("kapsim.lab").joinpath(_FOLDER).iterdir()
    return tuple(
        sorted(
            file.name.removesuffix(".yaml")
            for file in files
            if file.name.endswith(".yaml")
        )
    )


@functools.cache
def published(name: str) -> Published:
    """Published design and results of an experiment.

    Raises
    ------
    LabError
        If there is no such experiment, or its file is unsound.
    """
    file = importlib.resources.files("kapsim.lab").joinpath(_FOLDER, f"{name}.yaml")
    if name not in names():
        raise LabError(
            f"There is no experiment {name!r}. There are: {', '.join(names())}."
        )
    try:
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        return Published(name=name, **content)
    except yaml.YAMLError as error:
        told = " ".join(str(error).split())
        raise LabError(f"published/{name}.yaml is not readable: {told}") from error
    except ValidationError as error:
        raise LabError(f"published/{name}.yaml: {_complaints(error)}") from error


def _complaints(error: ValidationError) -> str:
    def each() -> Iterator[str]:
        for one in error.errors():
            place = ".".join(str(part) for part in one["loc"])
            yield f"{place}: {one['msg']}" if place else one["msg"]

    return "; ".join(each())
