"""What is computed from the ratings, and the rules it follows."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Count, Element, Issue, Number, refuse
from kapsim.trial.protocol.terms import EndpointKind, Measure
from kapsim.trial.protocol.texts import Moment
from kapsim.units import parse_time

Percent = Annotated[Number, Field(gt=0, le=100)]
Score = Annotated[Count, Field(ge=0, le=100)]


class Rule(Element):
    """When a score counts as response or remission."""

    response_percent: Percent | None = Field(
        default=None, description="Least fall from baseline for response [percent]."
    )
    remission_at_most: Score | None = Field(
        default=None, description="Highest score for remission [point]."
    )


class Endpoint(Element):
    """One result that the trial reports for each arm."""

    measure: Measure = Field(description="Scale.")
    kind: EndpointKind = Field(description="What is computed.")
    at: Moment = Field(description="At which visit.")
    percent: Percent | None = Field(
        default=None,
        description="Least fall from baseline for response [percent]; by the rules "
        "of the scale if absent.",
    )
    at_most: Score | None = Field(
        default=None,
        description="Highest score for remission [point]; by the rules of the scale "
        "if absent.",
    )

    @model_validator(mode="after")
    def _limits_fit(self) -> "Endpoint":
        issues = list(self._issues())
        if issues:
            refuse("endpoint", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        owners = {"percent": EndpointKind.RESPONSE, "at_most": EndpointKind.REMISSION}
        for field, owner in owners.items():
            value = getattr(self, field)
            if value is not None and self.kind is not owner:
                do = f"Remove {field}, or say kind: {owner.value}."
                yield Issue((field,), value, f"nothing, for {self.kind.value}", do)

    @property
    def time_h(self) -> float:
        """Time since the first dose [h]."""
        return parse_time(self.at)
