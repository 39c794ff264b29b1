"""A visit at which scales are rated."""

from collections.abc import Iterator

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Element, Issue, Switch, refuse
from kapsim.trial.protocol.terms import Measure, Rater
from kapsim.trial.protocol.texts import Moment
from kapsim.units import parse_time


class Visit(Element):
    """What is rated, when and by whom. At the time of a dose: before it."""

    at: Moment = Field(description="When, counted from the first dose (day 1).")
    baseline: Switch = Field(
        default=False, description="Whether changes are counted from this visit."
    )
    scales: tuple[Measure, ...] = Field(
        min_length=1,
        description="What is rated.",
        examples=[["MADRS"], ["MADRS", "QIDS-SR"]],
    )
    rater: Rater = Field(
        default=Rater.BLINDED,
        description="Who rates the clinician's scales; questionnaires are always "
        "filled in by the patient.",
    )

    @model_validator(mode="after")
    def _ratable(self) -> "Visit":
        issues = list(self._issues())
        if issues:
            refuse("visit", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        for index, scale in enumerate(self.scales):
            if scale in self.scales[:index]:
                do = "Remove the second one."
                yield Issue(("scales", index), scale.value, "each scale once", do)
            if self.rater is Rater.SELF and not scale.self_rated:
                known = ", ".join(m.value for m in Measure if m.self_rated)
                do = f"{scale.value} is rated by a clinician: name who rates it."
                yield Issue(("rater",), self.rater.value, f"self only for {known}", do)

    @property
    def name(self) -> str:
        """What the visit is called in results: its time as written."""
        return self.at

    @property
    def time_h(self) -> float:
        """Time since the first dose [h]."""
        return parse_time(self.at)
