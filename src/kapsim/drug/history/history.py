"""What happened to one person, in order: doses, resets and samples.

The order of events at the same time counts: a sample before a dose sees what earlier
doses left, one after it sees a bolus as well.
"""

import dataclasses
import enum
import itertools
import math

from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.units import KapsimError

Compartment = tuple[Molecule, RouteName]
"""What the number in CMT stands for when a dose enters it."""


class EventTableError(KapsimError, ValueError):
    """An event table, or a history, that cannot be taken as it is."""


class SteadyKind(enum.IntEnum):
    """The column SS."""

    NONE = 0
    REPLACES = 1
    ADDS = 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class Person:
    """Who it is; what kinetics may depend on.

    Attributes
    ----------
    weight_kg
        Body weight [kg].
    age_years
        Age [years].
    female
        1 if so, 0 if not, one half where unknown.
    asian, japanese
        1 if so, else 0; a Japanese person has both.
    """

    weight_kg: float
    age_years: float
    female: float = 0.5
    asian: float = 0.0
    japanese: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no person has."""
        if not 0 < self.weight_kg < math.inf or not 0 <= self.age_years < math.inf:
            raise EventTableError(
                "Person: weight_kg [kg] must be positive and age_years [years] not "
                f"negative, both finite; got {self.weight_kg:g} and "
                f"{self.age_years:g}."
            )
        shares = {"female": self.female, "asian": self.asian, "japanese": self.japanese}
        for name, value in shares.items():
            if not 0 <= value <= 1:
                raise EventTableError(
                    f"Person: {name} must lie between 0 (no) and 1 (yes); got "
                    f"{value:g}."
                )
        if self.japanese > self.asian:
            raise EventTableError(
                f"Person: japanese is {self.japanese:g} and asian {self.asian:g}; a "
                "Japanese person is Asian too: set asian to 1."
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Given:
    """A dose.

    Attributes
    ----------
    dose
        What is given.
    steady
        Whether it has been given every `every_h` hours for ever: `REPLACES` all that
        went before, running infusions included, or `ADDS` to it.
    every_h
        Time between two doses of that series [h]; 0 without one.
    """

    dose: Dose
    steady: SteadyKind = SteadyKind.NONE
    every_h: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a steady state without an interval, and an interval without one."""
        wanted = self.steady is not SteadyKind.NONE
        if wanted and not 0 < self.every_h < math.inf:
            raise EventTableError(
                "Given: a steady state needs every_h (time between doses), positive "
                f"and finite [h]; got {self.every_h:g}."
            )
        if not wanted and self.every_h:
            raise EventTableError(
                f"Given: every_h is {self.every_h:g} h, but the dose is not at steady "
                "state. Give each dose of a series of known length on its own."
            )

    @property
    def time_h(self) -> float:
        """Start [h]."""
        return self.dose.time_h


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample:
    """A time at which a prediction is wanted, with what was measured if anything was.

    Attributes
    ----------
    time_h
        When [h].
    dv
        Measured value; `None` if there is none.
    cmt
        Compartment that it is of, as numbered in the table; `None` if not stated.
    other
        Whether it is a record of another kind (EVID 2), not an observation.
    """

    time_h: float
    dv: float | None = None
    cmt: int | None = None
    other: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no number, and a measurement that is no observation."""
        if self.dv is not None and (self.other or not math.isfinite(self.dv)):
            raise EventTableError(
                "Sample: dv must be finite, and `None` on a record that is no "
                f"observation; got {self.dv:g}, other={self.other}."
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reset:
    """All drug is gone at once, and nothing flows any more.

    Attributes
    ----------
    time_h
        When [h].
    """

    time_h: float


Event = Given | Sample | Reset


def clears(event: Event) -> bool:
    """Whether an event takes away all that went before it."""
    replaced = isinstance(event, Given) and event.steady is SteadyKind.REPLACES
    return replaced or isinstance(event, Reset)


@dataclasses.dataclass(frozen=True, kw_only=True)
class History:
    """One person and what happened, in order.

    Attributes
    ----------
    id
        Name or number of the person.
    covariates
        Constant in time.
    events
        In order of time; at the same time, in the order in which they happen.
    """

    id: str
    covariates: Person
    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        """Refuse events that go back in time."""
        times = [event.time_h for event in self.events]
        if not all(map(math.isfinite, times)):
            raise EventTableError(f"History {self.id}: a time [h] is not finite.")
        for earlier, later in itertools.pairwise(times):
            if later < earlier:
                raise EventTableError(
                    f"History {self.id}: an event at {later:g} h comes after one at "
                    f"{earlier:g} h. Put the events in order of time."
                )

    @property
    def doses(self) -> tuple[Dose, ...]:
        """All doses, those at steady state included."""
        return tuple(event.dose for event in self.events if isinstance(event, Given))

    @property
    def steady_doses(self) -> tuple[Given, ...]:
        """Doses that meet a steady state."""
        given = (event for event in self.events if isinstance(event, Given))
        return tuple(event for event in given if event.steady)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Observations and other records for which a prediction is made."""
        return tuple(event for event in self.events if isinstance(event, Sample))

    @property
    def observations(self) -> tuple[Sample, ...]:
        """Observations (EVID 0)."""
        return tuple(sample for sample in self.samples if not sample.other)

    @property
    def resets(self) -> tuple[Reset, ...]:
        """Times at which all drug is taken away."""
        return tuple(event for event in self.events if isinstance(event, Reset))
