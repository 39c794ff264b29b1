"""A therapy session: what is done in it, how long, and when."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from kapsim.trial.protocol.element import Issue, Number, Switch
from kapsim.trial.protocol.schedule import Scheduled
from kapsim.trial.protocol.terms import Modality, SessionFormat
from kapsim.trial.protocol.texts import DoseMoment, SessionMoment, moment, moment_text


class Session(Scheduled):
    """Sessions of one kind, held once or repeatedly."""

    at: tuple[SessionMoment, ...] | None = Field(
        default=None,
        min_length=1,
        description="Moments at which it takes place, ascending, instead of days. They "
        "may count from the doses of the arm in order of time, placebo included: "
        "'dose 3 + 24 h', 'dose 1 - 2 h', 'last dose + 7 d', or 'each dose + 24 h' for "
        "one session after each dose.",
        examples=[["day 8 + 2 h"], ["each dose + 24 h", "last dose + 7 d"]],
    )
    modality: Modality = Field(description="What is done in the session.")
    minutes: Annotated[Number, Field(gt=0, lt=1440)] = Field(
        description="Length of one session [min]; shorter than a day.", examples=[50]
    )
    homework: Switch = Field(
        default=False, description="Whether it is continued between sessions."
    )
    remote: Switch = Field(
        default=False, description="Whether it is held by telephone or video."
    )
    format: SessionFormat = Field(
        default=SessionFormat.INDIVIDUAL,
        description="Whether it is held alone with the therapist or in a group.",
    )

    def dose_issues(self, doses_h: Sequence[float]) -> Iterator[Issue]:
        """Moments counted from a dose that is not among `doses_h` [h]."""
        for index, text in enumerate(self.at or ()):
            found = moment(text)
            if not isinstance(found, DoseMoment) or found.times_h(doses_h):
                continue
            allowed = f"dose 1 to dose {len(doses_h)}, as many as this arm has"
            do = "Name one of these, or add the dose under treatments."
            if not doses_h:
                allowed = "a day, such as 'day 2', as this arm has no doses"
                do = "Write the day, or add treatments; placebo doses count."
            yield Issue(("at", index), text, allowed, do)

    @property
    def duration_h(self) -> float:
        """Length of one session [h]."""
        return self.minutes / 60.0

    @property
    def group(self) -> bool:
        """Whether it is held in a group."""
        return self.format is SessionFormat.GROUP

    @property
    def kind(self) -> str:
        """What is done, in words: the modality, and whether in a group."""
        name = self.modality.value.replace("_", " ")
        return f"{name} in a group" if self.group else name

    @property
    def words(self) -> str:
        """Its kind, its length, and whether it is remote."""
        words = f"{self.kind}, {self.minutes:g} min"
        return f"{words}, remote" if self.remote else words


class Meeting(NamedTuple):
    """One session of an arm at its time.

    Attributes
    ----------
    time_h
        When it begins [h since the first dose].
    session
        What kind of session it is.
    number
        Which of the `sessions` of its arm that is.
    entry
        Which entry of its `days` or `at` gave the time.
    """

    time_h: float
    session: Session
    number: int
    entry: int

    @property
    def end_h(self) -> float:
        """When it is over [h since the first dose]."""
        return self.time_h + self.session.duration_h

    @property
    def place(self) -> tuple[str | int, ...]:
        """Path, below the arm, of what gave its time."""
        return ("sessions", self.number, *self.session.place(self.entry))

    @property
    def dose_text(self) -> str:
        """From which dose it was counted, as written; empty if from none."""
        text = self.session.at[self.entry] if self.session.at else ""
        return text if text and isinstance(moment(text), DoseMoment) else ""

    @property
    def words(self) -> str:
        """When it begins, in words."""
        when = moment_text(self.time_h)
        return f"{self.dose_text} ({when})" if self.dose_text else when
