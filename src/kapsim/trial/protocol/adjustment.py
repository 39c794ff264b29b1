"""What is done about the doses of an arm when a rated score says so."""

import enum
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from kapsim.trial.protocol.element import Element, Issue, issue_error, refuse
from kapsim.trial.protocol.endpoint import Percent, Score
from kapsim.trial.protocol.terms import Measure
from kapsim.trial.protocol.texts import clean
from kapsim.trial.protocol.trial_terms import Standing
from kapsim.units import UnitError, parse_time

if TYPE_CHECKING:
    from kapsim.trial.protocol.protocol import Protocol

_EACH = re.compile(r"each\s+visit(?:\s+from\s+(?P<start>\S.*))?", re.IGNORECASE)


class Action(enum.StrEnum):
    """What is done."""

    RAISE = "raise"
    LOWER = "lower"
    SPACE_OUT = "space out"
    BRING_CLOSER = "bring closer"
    STOP = "stop"
    RESUME = "resume"
    RESCUE = "rescue"


def _visit_text(text: str) -> str:
    """The text with its spaces set right, if it names visits."""
    each = _EACH.fullmatch(text.strip())
    start = text if each is None else each["start"]
    try:
        if start is not None:
            parse_time(start)
    except UnitError as error:
        allowed = "a visit by its day, 'each visit', or 'each visit from day 8'"
        raise issue_error(allowed, str(error)) from error
    return clean(text)


Visits = Annotated[
    str,
    Field(examples=["day 8", "each visit from day 8"]),
    AfterValidator(_visit_text),
]


class Adjustment(Element):
    """One rule: where a score is such, something is done about the doses.

    The score is the one that the visit shows. A visit at the time of a dose is rated
    before it, so the rule acts on that dose already.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    at: tuple[Visits, ...] = Field(
        min_length=1,
        description="At which visits: days, or each visit from a day on that rates "
        "the scale.",
        examples=[["day 8", "day 11"], ["each visit from day 8"]],
    )
    measure: Measure = Field(description="Scale that decides.")
    standing: Standing | None = Field(
        default=None,
        alias="if",
        description="How the person must stand by the rules of the scale; response "
        "counts from the baseline.",
    )
    percent: Percent | None = Field(
        default=None,
        description="Least fall from baseline for response [percent]; by the rules "
        "of the scale if absent.",
    )
    at_least: Score | None = Field(
        default=None, description="Lowest score with which it is done [point]."
    )
    at_most: Score | None = Field(
        default=None, description="Highest score with which it is done [point]."
    )
    then: Action = Field(
        description="What is done: the next higher or lower of the levels of the "
        "treatments (raise, lower), the next longer or shorter of their intervals "
        "(space out, bring closer), no further doses (stop), doses from now on after "
        "a stop and of what is given as needed (resume), or a new antidepressant "
        "beside them (rescue)."
    )

    @model_validator(mode="after")
    def _complete(self) -> "Adjustment":
        issues = list(self._issues())
        if issues:
            refuse("adjustment", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        bounds = (self.at_least, self.at_most)
        if (self.standing is None) == (bounds == (None, None)):
            given = "neither" if self.standing is None else "both"
            allowed = "either if, or at_least and at_most"
            do = "Say when it is done, as in if: no response, or at_least: 22."
            yield Issue((), given, allowed, do)
        low, high = bounds
        if low is not None and high is not None and low > high:
            do = "No score is both: correct at_least or at_most."
            yield Issue(("at_least",), low, f"at most {high}", do)
        of_response = self.standing is not None and self.standing.of_response
        if self.percent is not None and not of_response:
            do = "Remove percent, or say if: response or if: no response."
            yield Issue(("percent",), self.percent, "nothing, without response", do)
        for index, text in enumerate(self.at):
            if text in self.at[:index]:
                do = "Remove the second one."
                yield Issue(("at", index), text, "each visit once", do)

    def visits_h(self, index: int, protocol: "Protocol", until_h: float) -> list[float]:
        """Times of the visits that an entry of `at` names [h since the first dose].

        Parameters
        ----------
        index
            Which entry.
        protocol
            Whose visits. A day is a time whether it is a visit or not; each visit is
            one after the baseline that rates the scale.
        until_h
            Last time at which something can still be done [h].
        """
        each = _EACH.fullmatch(self.at[index])
        if each is None:
            return [parse_time(self.at[index])]
        first = None if each["start"] is None else parse_time(each["start"])
        return [
            visit.time_h
            for visit in protocol.visits
            if self.measure in visit.scales
            and not visit.baseline
            and visit.time_h <= until_h
            and (first is None or visit.time_h >= first)
        ]

    @property
    def words(self) -> str:
        """The rule in words."""
        if self.standing is not None:
            when = self.standing.value
            if self.percent is not None:
                when += f" ({self.percent:g} %)"
        else:
            limits = {"at least": self.at_least, "at most": self.at_most}
            when = " and ".join(f"{k} {v}" for k, v in limits.items() if v is not None)
        return f"{self.measure.value} {when}: {self.then.value}"
