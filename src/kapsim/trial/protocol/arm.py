"""An arm: what its patients receive, and what they may notice of it."""

import itertools
import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from kapsim.trial.protocol.adjustment import Adjustment
from kapsim.trial.protocol.element import (
    Count,
    Element,
    Issue,
    Name,
    Switch,
    issue_error,
    refuse,
)
from kapsim.trial.protocol.population import Antidepressant
from kapsim.trial.protocol.session import Meeting, Session
from kapsim.trial.protocol.terms import (
    Control,
    Drug,
    Medicine,
    Modality,
    Route,
    TherapyEnds,
)
from kapsim.trial.protocol.texts import Moment, moment_text
from kapsim.trial.protocol.treatment import Treatment
from kapsim.units import parse_time

_NEEDS: dict[Control, tuple[Drug, Route]] = {
    Control.SALINE: (Drug.PLACEBO, Route.INTRAVENOUS),
    Control.MIDAZOLAM: (Drug.MIDAZOLAM, Route.INTRAVENOUS),
    Control.NASAL_PLACEBO: (Drug.PLACEBO, Route.NASAL),
}
_Span = tuple[float, float, tuple[str | int, ...]]


def _false_is_none(value: Any) -> Any:
    return None if value is False else value


def _somebody(value: Any) -> Any:
    if value == 0 and not isinstance(value, bool):
        do = "Nobody would be in this arm: raise ratio, or remove the arm."
        raise issue_error("a whole number of 1 or more", do)
    return value


class Arm(Element):
    """What the patients of one arm receive."""

    name: Name = Field(description="Name of the arm, unique in the protocol.")
    patients: Annotated[Count, Field(ge=1, le=1_000_000)] | None = Field(
        default=None,
        description="Number of patients, as published or planned; the command line "
        "can ask for another number.",
    )
    ratio: Annotated[Count, BeforeValidator(_somebody), Field(ge=1, le=100)] = Field(
        default=1, description="How many are allocated to this arm for one elsewhere."
    )
    control: Annotated[Control | None, BeforeValidator(_false_is_none)] = Field(
        default=None, description="What kind of control this arm is, if it is one."
    )
    masked: Switch = Field(
        default=False,
        description="Whether patients cannot feel what was given (as under "
        "anaesthesia).",
    )
    open_label: Switch = Field(
        default=False, description="Whether patients know what they are given."
    )
    open_label_from: Moment | None = Field(
        default=None, description="From when on patients know what they are given."
    )
    open_label_until: Moment | None = Field(
        default=None, description="Until when patients know what they are given."
    )
    antidepressant: Antidepressant | None = Field(
        default=None,
        description="Antidepressant medicine in this arm; as in population if absent.",
    )
    medicines: tuple[Medicine, ...] = Field(
        default=(),
        description="Other medicines that all patients of this arm take throughout: "
        "they change the kinetics of ketamine, or take away part of the response.",
    )
    treatments: tuple[Treatment, ...] = Field(
        default=(), description="What is given in this arm."
    )
    sessions: tuple[Session, ...] = Field(
        default=(), description="Therapy sessions of this arm."
    )
    therapy_ends: TherapyEnds = Field(
        default=TherapyEnds.AS_PLANNED,
        description="Whether all sessions are offered as planned, or a person who is "
        "well enough stops coming for good (when well).",
    )
    adjustments: tuple[Adjustment, ...] = Field(
        default=(),
        description="Rules by which the doses of a person follow rated scores, in "
        "the order in which they are applied at a visit.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Arm":
        issues = [
            *self._medicine_issues(),
            *self._control_issues(),
            *self._infusion_issues(),
            *self._session_issues(),
            *self._open_issues(),
        ]
        if issues:
            refuse("arm", issues)
        return self

    def _medicine_issues(self) -> Iterator[Issue]:
        for index, item in enumerate(self.medicines):
            if item in self.medicines[:index]:
                where, do = ("medicines", index), "Remove one of the two."
                yield Issue(where, item.value, "each medicine once", do)

    def _control_issues(self) -> Iterator[Issue]:
        if self.control is None:
            return
        given = {(item.drug, item.route) for item in self.treatments}
        if self.control in _NEEDS and given != {_NEEDS[self.control]}:
            drug, route = _NEEDS[self.control]
            allowed = (
                f"{self.control.value} only in an arm given {drug.value} {route.value}"
            )
            do = "Correct control, or the treatments of this arm."
            yield Issue(("control",), self.control.value, allowed, do)
        kinds = {item.modality for item in self.sessions}
        if self.control is Control.SUPPORTIVE_CONTACT and kinds != {Modality.SUPPORT}:
            allowed = "supportive contact only in an arm whose sessions are all support"
            do = "Correct control, or the sessions of this arm."
            yield Issue(("control",), self.control.value, allowed, do)
        if self.control is Control.NO_TREATMENT and (self.treatments or kinds):
            allowed = "no treatment only in an arm without treatments and sessions"
            do = "Correct control, or empty this arm."
            yield Issue(("control",), self.control.value, allowed, do)

    def _infusion_issues(self) -> Iterator[Issue]:
        spans: dict[tuple[Drug, Route], list[_Span]] = {}
        for index, item in enumerate(self.treatments):
            own = spans.setdefault((item.molecule, item.route), [])
            for i, start in enumerate(item.times_h):
                where = ("treatments", index, *item.place(i))
                own.append((start, start + item.over_h, where))
        for (drug, route), own in spans.items():
            for earlier, later in itertools.pairwise(sorted(own)):
                if later[0] < earlier[1] or later[0] == earlier[0]:
                    what = f"{route.value} {drug.value}"
                    yield _overlap(what, earlier[1], *later)

    def _session_issues(self) -> Iterator[Issue]:
        for index, item in enumerate(self.sessions):
            for issue in item.dose_issues(self.dose_times_h):
                yield issue._replace(where=("sessions", index, *issue.where))
        for earlier, later in itertools.pairwise(self.meetings):
            if later.time_h < earlier.end_h:
                given = f"session at {later.words}"
                allowed = f"no session before {moment_text(earlier.end_h)}"
                do = "Sessions of an arm must not overlap: move or shorten one."
                yield Issue(later.place, given, allowed, do)

    def _open_issues(self) -> Iterator[Issue]:
        for field in ("open_label_from", "open_label_until"):
            given = getattr(self, field)
            if given is not None and self.open_label:
                do = f"Remove open_label, or remove {field}."
                yield Issue((field,), given, "nothing, with open_label: true", do)
        start, end = self.open_label_from, self.open_label_until
        if (
            start is not None
            and end is not None
            and parse_time(start) == parse_time(end)
        ):
            do = "Write open_label: true, or correct one of the two."
            yield Issue(("open_label_until",), end, f"another time than {start}", do)

    def known(self, time_h: float) -> bool:
        """Whether patients know what they are given at a time [h since first dose]."""
        if self.open_label_from is None and self.open_label_until is None:
            return self.open_label
        start, end = self.open_changes_h
        begun, over = time_h >= start, time_h >= end
        return begun and not over if start < end else begun or not over

    @property
    def open_changes_h(self) -> tuple[float, float]:
        """From when and until when patients know what they are given [h].

        Where the second is the earlier one they know at first, not in between, and
        again at the end; a time that is not given is infinitely early or late.
        """
        start, end = self.open_label_from, self.open_label_until
        return (
            -math.inf if start is None else parse_time(start),
            math.inf if end is None else parse_time(end),
        )

    @property
    def depends(self) -> bool:
        """Whether what is given to a person depends on how the person fares."""
        return bool(self.adjustments) or any(
            item.intervals or item.as_needed for item in self.treatments
        )

    @property
    def dose_times_h(self) -> tuple[float, ...]:
        """Start of every dose, placebo included, ascending [h since the first dose]."""
        return tuple(sorted({t for item in self.treatments for t in item.times_h}))

    @property
    def session_times_h(self) -> tuple[float, ...]:
        """Start of every session, ascending [h since the first dose]."""
        return tuple(meeting.time_h for meeting in self.meetings)

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """Every session at its time, ascending; what counts from doses is resolved."""
        doses_h = self.dose_times_h
        found = [
            Meeting(time, item, number, entry)
            for number, item in enumerate(self.sessions)
            for entry, time in item.resolved(doses_h)
        ]
        return tuple(sorted(found, key=lambda meeting: meeting.time_h))

    @property
    def ends_when_well(self) -> bool:
        """Whether a person who is well enough stops coming to sessions for good."""
        return self.therapy_ends is TherapyEnds.WHEN_WELL


def _overlap(
    what: str, until: float, start: float, end: float, where: tuple[str | int, ...]
) -> Issue:
    """Issue of a dose that starts while another one of its kind is being given."""
    given = f"{what} at {moment_text(start)}"
    allowed = f"none before {moment_text(until)}"
    if start == end:
        allowed = f"one dose of {what} at a time"
    do = "Doses of one drug by one route must not overlap: move one of them."
    return Issue(where, given, allowed, do)
