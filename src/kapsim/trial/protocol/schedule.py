"""When something of an arm takes place: days with a clock offset, or moments."""

import itertools
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Count, Element, Issue, refuse
from kapsim.trial.protocol.texts import Moment, Offset, hours
from kapsim.units import parse_time

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
        for index, (one, other) in enumerate(itertools.pairwise(self.times_h), start=1):
            if other <= one:
                do = "Sort them and remove what is there twice."
                allowed = "times in ascending order, each once"
                refuse("schedule", [Issue((field, index), given[index], allowed, do)])
        return self

    @property
    def times_h(self) -> tuple[float, ...]:
        """Times since the first dose [h]."""
        if self.at is not None:
            return tuple(parse_time(text) for text in self.at)
        return tuple((day - 1) * 24.0 + hours(self.clock) for day in self.days or ())

    def place(self, index: int) -> tuple[str | int, ...]:
        """Path, below this element, of what gave the time with this index."""
        return ("days" if self.at is None else "at", index)
