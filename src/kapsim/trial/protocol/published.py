"""What was found when the trial was run in people.

Signs: changes and differences of changes fall below zero where patients got better, or
better than in the arm that they are held against. So does Cohen's d (difference of the
mean changes over their pooled standard deviation); many papers print it the other way
round. Differences of shares are above zero where more patients respond. Ratios are of
`arm` over `versus`.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Count, Element, Issue, Number, refuse
from kapsim.trial.protocol.endpoint import Score
from kapsim.trial.protocol.terms import Among, Grade, Measure, Metric, Missing
from kapsim.trial.protocol.texts import Moment
from kapsim.units import parse_time


class Published(Element):
    """One published figure of an arm, or of one arm against another, at a visit."""

    arm: str = Field(description="Name of the arm in this protocol.")
    versus: str | None = Field(
        default=None, description="For contrasts: the arm it is held against."
    )
    at: Moment = Field(description="At which visit of this protocol.")
    since: Moment | None = Field(
        default=None, description="For relapse: the visit from which it is counted."
    )
    among: Among | None = Field(
        default=None,
        description="For relapse: who is followed, by the visit `since`; those in "
        "response if absent.",
    )
    relapse_at_least: Score | None = Field(
        default=None,
        description="For relapse: least score that counts as one [point]; by the rule "
        "of the scale if absent, or the loss of response where it has none.",
    )
    missing: Missing = Field(
        default=Missing.COMPLETERS,
        description="For shares: whether patients who were not seen are left out, or "
        "counted as failures.",
    )
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
        elif self.metric.is_ratio and self.interval and self.interval[0] <= 0:
            given, do = list(self.interval), "Correct the lower bound."
            yield Issue(("interval",), given, "bounds above zero, for a ratio", do)
        yield from self._value_issues()
        yield from self._contrast_issues()
        yield from self._relapse_issues()
        if self.missing is Missing.FAILURE and not self.metric.may_count_missing:
            given, do = self.missing.value, "Remove missing."
            yield Issue(("missing",), given, "completers, for this metric", do)

    def _value_issues(self) -> Iterator[Issue]:
        if self.metric.is_count and self.n is None:
            do = "Add n, or give the percentage."
            yield Issue(("n",), None, "the number of patients, for a count", do)
            return
        allowed = _allowed(self)
        if allowed is not None:
            yield Issue(("value",), self.value, allowed, "Correct the value, or n.")

    def _contrast_issues(self) -> Iterator[Issue]:
        given, contrast = self.versus, self.metric.is_contrast
        if contrast and given in (None, self.arm):
            allowed = "another arm of this protocol"
            yield Issue(("versus",), given, allowed, "Name the arm it is held against.")
        elif given is not None and not contrast:
            do = "Remove versus, or correct metric."
            yield Issue(("versus",), given, "nothing, for a figure of one arm", do)

    def _relapse_issues(self) -> Iterator[Issue]:
        if not self.metric.is_relapse:
            for name in ("since", "among", "relapse_at_least"):
                if getattr(self, name) is not None:
                    do = "Remove it, or correct metric."
                    given, allowed = getattr(self, name), "nothing, but for relapse"
                    yield Issue((name,), given, allowed, do)
        elif self.since is None or parse_time(self.since) >= self.time_h:
            do = "Name the visit at which patients were well."
            yield Issue(("since",), self.since, f"a visit before {self.at}", do)

    @property
    def since_h(self) -> float | None:
        """Time from which relapse is counted [h since the first dose]."""
        return None if self.since is None else parse_time(self.since)

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


def _allowed(figure: Published) -> str | None:
    """What a value of this kind can be, where it cannot be what it is."""
    value, metric, n = figure.value, figure.metric, figure.n
    if metric.is_count:
        whole = n is not None and 0 <= value <= n and value == int(value)
        return None if whole else f"a whole number from 0 to n = {n}"
    if metric.is_share:
        return None if 0 <= value <= 100 else "a percentage from 0 to 100"
    if metric.value.endswith("difference_percent"):
        return None if abs(value) <= 100 else "percent points from -100 to 100"
    if metric.is_ratio or metric is Metric.MEDIAN_DAYS_TO_RELAPSE:
        return None if value > 0 else "a number above zero"
    return None
