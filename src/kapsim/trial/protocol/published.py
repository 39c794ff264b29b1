"""What was found when the trial was run in people."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Count, Element, Issue, Number, refuse
from kapsim.trial.protocol.terms import Grade, Measure, Metric
from kapsim.trial.protocol.texts import Moment
from kapsim.units import parse_time


class Published(Element):
    """One published figure of one arm at one visit."""

    arm: str = Field(description="Name of the arm in this protocol.")
    at: Moment = Field(description="At which visit of this protocol.")
    measure: Measure = Field(description="Scale.")
    metric: Metric = Field(description="What the figure is; changes fall below zero.")
    value: Number = Field(description="The figure as published.")
    n: Annotated[Count, Field(ge=1)] | None = Field(
        default=None, description="Number of patients behind it."
    )
    se: Annotated[Number, Field(gt=0)] | None = Field(
        default=None, description="Standard error."
    )
    sd: Annotated[Number, Field(ge=0)] | None = Field(
        default=None, description="Standard deviation between patients."
    )
    interval: tuple[Number, Number] | None = Field(
        default=None, description="95 % interval, lower then upper bound."
    )
    source: str = Field(description="Key of the source in the evidence library.")
    grade: Grade = Field(description="Whether the figure was read or is remembered.")
    note: str | None = Field(default=None, description="What else must be known.")

    @model_validator(mode="after")
    def _possible(self) -> "Published":
        issues = list(self._issues())
        if issues:
            refuse("published", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        if self.interval is not None and not self.interval[0] <= self.interval[1]:
            given, do = list(self.interval), "Write the lower bound first."
            yield Issue(("interval",), given, "lower bound, then upper bound", do)
        if self.metric.is_count:
            if self.n is None:
                do = "Add n, or give the percentage."
                yield Issue(("n",), None, "the number of patients, for a count", do)
            elif not 0 <= self.value <= self.n or self.value != int(self.value):
                allowed = f"a whole number from 0 to n = {self.n}"
                yield Issue(("value",), self.value, allowed, "Correct value or n.")
        elif self.metric.value.endswith("percent") and not 0 <= self.value <= 100:
            allowed = "a percentage from 0 to 100"
            yield Issue(("value",), self.value, allowed, "Correct the value.")

    @property
    def time_h(self) -> float:
        """Time since the first dose [h]."""
        return parse_time(self.at)

    @property
    def comparable_value(self) -> float:
        """The figure with counts turned into percentages [point or percent]."""
        if self.metric.is_count and self.n is not None:
            return 100.0 * self.value / self.n
        return self.value
