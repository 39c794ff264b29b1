"""What is computed from the ratings, and the rules it follows."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Count, Element, Issue, Number, refuse
from kapsim.trial.protocol.terms import Among, EndpointKind, Measure
from kapsim.trial.protocol.texts import Moment
from kapsim.trial.protocol.trial_terms import EndpointRole, Method, Strategy
from kapsim.units import parse_time

Percent = Annotated[Number, Field(gt=0, le=100)]
Score = Annotated[Count, Field(ge=0, le=100)]

_OWNERS = {
    "percent": (EndpointKind.RESPONSE,),
    "at_most": (EndpointKind.REMISSION,),
    "at_least": (EndpointKind.RELAPSE,),
    "among": (EndpointKind.RELAPSE,),
    "method": (EndpointKind.CHANGE, EndpointKind.MEAN),
}


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
    at: Moment = Field(
        description="At which visit; for relapse, from which visit on it is counted."
    )
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
    at_least: Score | None = Field(
        default=None,
        description="For relapse: least score that counts as one [point]; by the rule "
        "of the scale if absent.",
    )
    among: Among | None = Field(
        default=None,
        description="For relapse: who is followed, by how they stand at that visit.",
    )
    method: Method | None = Field(
        default=None,
        description="For mean and change: how arms are compared; mmrm if absent.",
    )
    estimand: Strategy = Field(
        default=Strategy.TREATMENT_POLICY,
        description="What becomes of scores after treatment stopped or rescue.",
    )
    role: EndpointRole | None = Field(
        default=None,
        description="Whether it is primary; if no endpoint says so, the first is.",
    )

    @model_validator(mode="after")
    def _limits_fit(self) -> "Endpoint":
        issues = list(self._issues())
        if issues:
            refuse("endpoint", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        for field, owners in _OWNERS.items():
            value = getattr(self, field)
            if value is not None and self.kind not in owners:
                do = f"Remove {field}, or say kind: {owners[0].value}."
                yield Issue((field,), value, f"nothing, for {self.kind.value}", do)
        if self.kind is EndpointKind.RELAPSE and self.among is None:
            do = "Say who can relapse: among: response, or among: remission."
            yield Issue(("among",), None, "who is followed, for relapse", do)

    @property
    def time_h(self) -> float:
        """Time since the first dose [h]."""
        return parse_time(self.at)
