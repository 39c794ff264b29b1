"""The design of a trial: who is randomised when, to what, and with which aim."""

import math
from collections.abc import Iterator
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from kapsim.evidence.posterior import Spreads
from kapsim.trial.protocol.element import Count, Element, Issue, Number, refuse
from kapsim.trial.protocol.endpoint import Score
from kapsim.trial.protocol.terms import Measure
from kapsim.trial.protocol.texts import Moment, Span, hours
from kapsim.trial.protocol.trial_terms import (
    Covariate,
    DesignKind,
    Objective,
    Standing,
)
from kapsim.units import parse_time


class Admission(Element):
    """What a rated score must be for a person to be randomised."""

    model_config = ConfigDict(serialize_by_alias=True)

    at: Moment = Field(description="At which visit, not after the randomisation.")
    measure: Measure = Field(description="Scale.")
    standing: Standing | None = Field(
        default=None,
        alias="is",
        description="How the person stands by the rules of the scale.",
    )
    at_least: Score | None = Field(default=None, description="Lowest score [point].")
    at_most: Score | None = Field(default=None, description="Highest score [point].")

    @model_validator(mode="after")
    def _says_something(self) -> "Admission":
        bounds = (self.at_least, self.at_most)
        if (self.standing is None) == (bounds == (None, None)):
            given = "neither" if self.standing is None else "both"
            allowed = "either is, or at_least and at_most"
            do = "Say who is randomised, as in is: response, or at_least: 20."
            refuse("admission", [Issue((), given, allowed, do)])
        low, high = bounds
        if low is not None and high is not None and low > high:
            do = "No score is both: correct at_least or at_most."
            refuse("admission", [Issue(("at_least",), low, f"at most {high}", do)])
        return self

    @property
    def time_h(self) -> float:
        """Time since the first dose [h]."""
        return parse_time(self.at)


class Design(Element):
    """How people come into the arms of a trial, and what it wants to show."""

    kind: DesignKind | None = Field(
        default=None,
        description="How the arms stand to each other; parallel if absent, or single "
        "arm where there is one. In a crossover each arm is a sequence.",
    )
    randomised: Moment | None = Field(
        default=None,
        description="When the arms part; before it they must be alike. The baseline "
        "visit if absent.",
    )
    admitted: tuple[Admission, ...] = Field(
        default=(),
        description="Who is randomised after a run-in, by rated scores; all of these "
        "must hold.",
    )
    blocks: tuple[Annotated[Count, Field(ge=2, le=1000)], ...] = Field(
        default=(),
        description="Sizes of the permuted blocks, mixed at random; without any, the "
        "whole trial is one block.",
        examples=[[4, 6]],
    )
    strata: tuple[Covariate, ...] = Field(
        default=(),
        description="What the randomisation is stratified by; numbers are split at "
        "the mean of the population.",
        examples=[["severity", "site"]],
    )
    sites: Annotated[Count, Field(ge=1, le=1000)] = Field(
        default=1, description="Number of sites."
    )
    trials: Annotated[Count, Field(ge=1, le=1000)] = Field(
        default=1,
        description="From how many trials the published figures were pooled; what sets "
        "one trial apart averages out over them.",
    )
    washout: Span | None = Field(
        default=None,
        description="Crossover only: least time from the last dose of a period to the "
        "begin of the next [unit of time].",
    )
    periods: tuple[Moment, ...] = Field(
        default=(),
        description="Crossover only: when each of the two periods begins.",
        examples=[["day 1", "day 15"]],
    )
    objective: Objective = Field(
        default=Objective.SUPERIORITY, description="What the trial wants to show."
    )
    margin: Annotated[Number, Field(gt=0, le=100)] | None = Field(
        default=None,
        description="Largest difference that counts as none, for non-inferiority and "
        "equivalence [point, or percent points for shares].",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Design":
        issues = [
            *self._crossover_issues(),
            *self._margin_issues(),
            *self._strata_issues(),
        ]
        if issues:
            refuse("design", issues)
        return self

    def _crossover_issues(self) -> Iterator[Issue]:
        if self.kind is not DesignKind.CROSSOVER:
            for field in ("washout", "periods"):
                if getattr(self, field):
                    do = f"Remove {field}, or say kind: crossover."
                    given, allowed = getattr(self, field), "nothing, but in a crossover"
                    yield Issue((field,), given, allowed, do)
            return
        if self.washout is None:
            do = "Say how long the first treatment must have worn off: washout: 14 d."
            yield Issue(("washout",), None, "a duration, for a crossover", do)
        if len(self.periods) != 2:
            do = "Say when both periods begin: periods: [day 1, day 15]."
            given = list(self.periods) or None
            yield Issue(("periods",), given, "two moments, for a crossover", do)
        elif self.period_starts_h[0] >= self.period_starts_h[1]:
            given, do = list(self.periods), "Put them into the order of time."
            yield Issue(("periods",), given, "the first before the second", do)

    def _margin_issues(self) -> Iterator[Issue]:
        aim = self.objective
        if aim.needs_margin and self.margin is None:
            do = "Say which difference would not matter: margin: 2.5."
            yield Issue(("margin",), None, f"a margin, for {aim.value}", do)
        if not aim.needs_margin and self.margin is not None:
            do = "Remove margin, or say objective: non-inferiority."
            yield Issue(("margin",), self.margin, f"nothing, for {aim.value}", do)

    def _strata_issues(self) -> Iterator[Issue]:
        for index, item in enumerate(self.strata):
            if item in self.strata[:index]:
                do = "Remove the second one."
                yield Issue(("strata", index), item.value, "each stratum once", do)
            if item is Covariate.SITE and self.sites < 2:
                do = "Say how many sites there are: sites: 10."
                yield Issue(("strata", index), item.value, "site from two sites on", do)

    def averaged(self, study_sd: float) -> float:
        """SD of the mean of as many study effects as trials were pooled [its unit]."""
        return study_sd / math.sqrt(self.trials)

    def pooled(self, spreads: Spreads) -> Spreads:
        """Spreads of effects, where those of studies are means of pooled trials'."""
        return spreads._replace(
            study_sd=self.averaged(spreads.study_sd),
            share_sd=self.averaged(spreads.share_sd),
        )

    @property
    def period_starts_h(self) -> tuple[float, ...]:
        """When each period begins [h since the first dose]."""
        return tuple(parse_time(text) for text in self.periods)

    @property
    def washout_h(self) -> float:
        """Least time without a dose before the next period [h]; 0 if none is given."""
        return 0.0 if self.washout is None else hours(self.washout)
