"""When something of an arm takes place: days with a clock offset, or moments."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Count, Element, Issue, refuse
from kapsim.trial.protocol.texts import DoseMoment, Moment, Offset, hours, moment

Day = Annotated[Count, Field(ge=1, le=3660)]


class Scheduled(Element):
    """Base of treatments and sessions: times are given by `days` or by `at`."""

    days: tuple[Day, ...] | None = Field(
        default=None,
        min_length=1,
        description="Days on which it takes place, ascending; day 1 is the day of the "
        "first dose. Give either days or at.",
        examples=[[1, 4, 8]],
    )
    clock: Offset = Field(
        default="+ 0 h",
        description="Offset from the time of day of the first dose on each of the "
        "days [unit of time].",
    )
    at: tuple[Moment, ...] | None = Field(
        default=None,
        min_length=1,
        description="Moments at which it takes place, ascending, instead of days.",
        examples=[["day 1", "day 8 + 24 h"]],
    )

    @model_validator(mode="after")
    def _one_schedule(self) -> "Scheduled":
        allowed = "either days (with or without clock) or at"
        if self.days is None and self.at is None:
            do = "Add days: [1, 8] or at: ['day 1', 'day 8 + 2 h']."
            refuse("schedule", [Issue((), "no days and no at", allowed, do)])
        if self.days is not None and self.at is not None:
            do = "Remove one of the two."
            refuse("schedule", [Issue(("at",), "days and at", allowed, do)])
        if self.at is not None and "clock" in self.model_fields_set:
            if hours(self.clock) != 0.0:
                do = "Put the offset into each moment, as in 'day 1 + 2 h'."
                refuse("schedule", [Issue(("clock",), self.clock, allowed, do)])
        field = "days" if self.at is None else "at"
        given = list(getattr(self, field))
        for (_, one), (index, other) in itertools.pairwise(self.resolved()):
            if other <= one:
                do = "Sort them and remove what is there twice."
                allowed = "times in ascending order, each once"
                refuse("schedule", [Issue((field, index), given[index], allowed, do)])
        return self

    def resolved(self, doses_h: Sequence[float] = ()) -> Iterator[tuple[int, float]]:
        """Each time [h since the first dose] after the index of what it comes from.

        Parameters
        ----------
        doses_h
            Starts of the doses of the arm, ascending [h]; what is counted from a dose
            that is not among them has no time.
        """
        for index, day in enumerate(self.days or ()):
            yield index, (day - 1) * 24.0 + hours(self.clock)
        for index, text in enumerate(self.at or ()):
            found = moment(text)
            times = found.times_h(doses_h) if isinstance(found, DoseMoment) else [found]
            yield from ((index, time) for time in times)

    def place(self, index: int) -> tuple[str | int, ...]:
        """Path, below this element, of what gave the time with this index."""
        return ("days" if self.at is None else "at", index)
