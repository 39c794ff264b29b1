"""Who is enrolled."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from kapsim.trial.protocol.element import (
    Count,
    Element,
    Issue,
    Name,
    Number,
    refuse,
)
from kapsim.trial.protocol.rules import highest_madrs
from kapsim.trial.protocol.terms import Background, CareSetting, Measure
from kapsim.trial.protocol.texts import Age, Moment, Share, Weight
from kapsim.units import QuantityKind, parse_quantity, parse_time


class Entry(Element):
    """Lowest score with which a patient is let in."""

    scale: Measure = Field(default=Measure.MADRS, description="Scale of the threshold.")
    at_least: Annotated[Count, Field(ge=0, le=100)] = Field(
        description="Lowest score let in [point]."
    )


class Baseline(Element):
    """Rated baseline score of those enrolled."""

    scale: Measure = Field(default=Measure.MADRS, description="Scale of the scores.")
    mean: Number = Field(
        description="Mean of those enrolled, inside the range of the scale [point]."
    )
    sd: Annotated[Number, Field(gt=0, le=50)] = Field(
        description="Standard deviation of those enrolled [point]."
    )

    @model_validator(mode="after")
    def _on_the_scale(self) -> "Baseline":
        most = highest_madrs()
        if self.scale is Measure.MADRS and not 0 < self.mean < most:
            allowed = f"a number between 0 and {most}, both excluded"
            do = "Correct mean: it is the mean total of the MADRS of those enrolled."
            refuse("baseline", [Issue(("mean",), self.mean, allowed, do)])
        return self


class Failures(Element):
    """Antidepressants tried without enough benefit before."""

    mean: Annotated[Number, Field(ge=0, le=20)] = Field(
        description="Mean number per patient [1]."
    )
    at_least: Annotated[Count, Field(ge=0, le=20)] = Field(
        default=0, description="Lowest number let in [1]."
    )

    @model_validator(mode="after")
    def _mean_above_lowest(self) -> "Failures":
        if self.mean < self.at_least:
            allowed = f"a mean of {self.at_least} or more, since fewer are not let in"
            issue = Issue(
                ("mean",), self.mean, allowed, "Raise mean or lower at_least."
            )
            refuse("failures", [issue])
        return self


class Ages(Element):
    """Ages of those enrolled."""

    mean: Age = Field(description="Mean [unit of age].")
    sd: Age = Field(description="Standard deviation [unit of age].")
    at_least: Age = Field(default="18 yr", description="Youngest let in [unit of age].")
    at_most: Age = Field(default="75 yr", description="Oldest let in [unit of age].")

    @model_validator(mode="after")
    def _ordered(self) -> "Ages":
        if not self.lowest_yr < self.mean_yr < self.highest_yr:
            allowed = f"an age between {self.at_least} and {self.at_most}"
            do = "Correct the mean, or the limits at_least and at_most."
            refuse("age", [Issue(("mean",), self.mean, allowed, do)])
        return self

    @property
    def mean_yr(self) -> float:
        """Mean [yr]."""
        return parse_quantity(self.mean, QuantityKind.AGE).value

    @property
    def sd_yr(self) -> float:
        """Standard deviation [yr]."""
        return parse_quantity(self.sd, QuantityKind.AGE).value

    @property
    def lowest_yr(self) -> float:
        """Youngest let in [yr]."""
        return parse_quantity(self.at_least, QuantityKind.AGE).value

    @property
    def highest_yr(self) -> float:
        """Oldest let in [yr]."""
        return parse_quantity(self.at_most, QuantityKind.AGE).value


class Weights(Element):
    """Body weights of those enrolled."""

    mean: Weight = Field(description="Mean [unit of mass].")
    sd: Weight = Field(description="Standard deviation [unit of mass].")

    @property
    def mean_kg(self) -> float:
        """Mean [kg]."""
        return parse_quantity(self.mean, QuantityKind.WEIGHT).value

    @property
    def sd_kg(self) -> float:
        """Standard deviation [kg]."""
        return parse_quantity(self.sd, QuantityKind.WEIGHT).value


class Antidepressant(Element):
    """Antidepressant medicine beside the trial; a bare word is short for `use`."""

    use: Background = Field(description="Whether none is taken, or which way.")
    since: Moment | None = Field(
        default=None, description="When it is started; needed where use is started."
    )
    switches: tuple[Moment, ...] = Field(
        default=(),
        description="When another antidepressant takes its place, ascending; only "
        "where use is started.",
        examples=[["day 57"]],
    )
    until: Moment | None = Field(
        default=None,
        description="When it is withdrawn; only where use is started. Absent: never.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, data: Any) -> Any:
        return {"use": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _started_when(self) -> "Antidepressant":
        issues = list(self._issues())
        if issues:
            refuse("antidepressant", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        started = self.use is Background.STARTED
        if started and self.since is None:
            do = "Write antidepressant: {use: started, since: day 1}."
            yield Issue(("since",), None, "the day on which it is started", do)
        for field in ("since", "switches", "until"):
            value = getattr(self, field)
            if value and not started:
                do = f"Remove {field}, or say use: started."
                yield Issue((field,), value, "nothing, unless it is started", do)
        if started and self.since is not None:
            yield from self._order_issues(self.since)

    def _order_issues(self, since: str) -> Iterator[Issue]:
        """What is not in the order start, switches, end."""
        written = [
            (("since",), since),
            *((("switches", index), text) for index, text in enumerate(self.switches)),
            *([] if self.until is None else [(("until",), self.until)]),
        ]
        for (_, earlier), (where, text) in itertools.pairwise(written):
            if parse_time(text) <= parse_time(earlier):
                do = "Put since, switches and until into the order of time."
                yield Issue(where, text, f"a time after {earlier}", do)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Both ways of writing it: the object, or one word."""
        whole = handler.resolve_ref_schema(handler(core_schema))
        words = [word.value for word in Background if word is not Background.STARTED]
        return {
            "anyOf": [{"enum": words, "type": "string"}, dict(whole)],
            "description": whole.get("description", ""),
        }

    @property
    def starts_h(self) -> tuple[float, ...]:
        """When each new antidepressant is begun, ascending [h since the first dose]."""
        begun = [] if self.since is None else [self.since, *self.switches]
        return tuple(parse_time(text) for text in begun)

    @property
    def until_h(self) -> float | None:
        """When the last of them is withdrawn [h since the first dose]."""
        return None if self.until is None else parse_time(self.until)

    @property
    def changes_h(self) -> tuple[float, ...]:
        """When anything changes: starts, switches, end [h since the first dose]."""
        return (*self.starts_h, *([] if self.until_h is None else [self.until_h]))


def _cannot_be_met(baseline: Baseline, entry: Entry) -> str | None:
    """Why no rating of those who come can give these patients; None where one can."""
    # Measures bring JAX, which a protocol without a threshold need not wait for.
    from kapsim.measures.entry import EntryError, parent_normal

    try:
        parent_normal(baseline.mean, baseline.sd, entry.at_least - 0.5)
    except EntryError as error:
        return str(error)
    return None


class Population(Element):
    """The patients, as they are when they are enrolled."""

    diagnosis: Name = Field(
        default="treatment-resistant depression", description="Diagnosis in words."
    )
    entry: Entry | None = Field(
        default=None, description="Threshold of the entry rating, if there was one."
    )
    baseline: Baseline = Field(description="Their rated baseline score.")
    failures: Failures = Field(description="Their failed antidepressants.")
    age: Ages = Field(description="Their ages.")
    weight: Weights = Field(description="Their body weights.")
    female: Share = Field(description="Share of women [percent].")
    asian: Share = Field(
        default="0 %",
        description="Share of people of Asian origin, Japanese among them [percent]; "
        "kinetics were published for them for nasal and oral esketamine.",
    )
    japanese: Share = Field(default="0 %", description="Share of Japanese [percent].")
    setting: CareSetting = Field(
        default=CareSetting.OUTPATIENT,
        description="Whether they are in hospital: inpatients have a poorer life at "
        "the same score.",
    )
    antidepressant: Antidepressant = Field(
        default=Antidepressant(use=Background.NONE),
        description="Antidepressant medicine beside the trial, unless an arm says "
        "otherwise.",
    )

    @model_validator(mode="after")
    def _entry_can_be_met(self) -> "Population":
        issues = list(self._issues())
        if issues:
            refuse("population", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        entry, baseline = self.entry, self.baseline
        for field, part in (("entry", entry), ("baseline", baseline)):
            if part is not None and part.scale is not Measure.MADRS:
                do = "Convert it: severity is counted in points of the MADRS."
                allowed = "MADRS, in this version"
                yield Issue((field, "scale"), part.scale.value, allowed, do)
        if self.share_japanese > self.share_asian:
            allowed = f"at most the share of people of Asian origin, {self.asian}"
            do = "Raise asian: Japanese people are counted in it."
            yield Issue(("japanese",), self.japanese, allowed, do)
        why = None if entry is None else _cannot_be_met(baseline, entry)
        if entry is not None and why is not None:
            mean, sd = baseline.mean, baseline.sd
            given = f"mean {mean:g}, SD {sd:g}, entry {entry.at_least}"
            allowed = "mean and SD that patients let in from the threshold can have"
            yield Issue(("baseline",), given, allowed, why)

    @property
    def inpatient(self) -> bool:
        """Whether they are in hospital."""
        return self.setting is CareSetting.INPATIENT

    @property
    def share_female(self) -> float:
        """Share of women [1]."""
        return parse_quantity(self.female, QuantityKind.SHARE).value

    @property
    def share_asian(self) -> float:
        """Share of people of Asian origin [1]."""
        return parse_quantity(self.asian, QuantityKind.SHARE).value

    @property
    def share_japanese(self) -> float:
        """Share of Japanese [1]."""
        return parse_quantity(self.japanese, QuantityKind.SHARE).value
