"""The protocol of a run as what happens when: doses, sessions and visits per arm."""

import dataclasses
from collections import Counter

from kapsim.report.axes import HOURS_A_DAY
from kapsim.trial.protocol import Antidepressant, Arm, Protocol, Treatment


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that happens at `time` [h since the first dose]."""

    time: float
    label: str


@dataclasses.dataclass(frozen=True)
class ArmPlan:
    """What an arm receives, in words and on the time axis."""

    name: str
    words: tuple[str, ...]
    doses: tuple[Event, ...]
    sessions: tuple[Event, ...]


@dataclasses.dataclass(frozen=True)
class Plan:
    """A protocol laid out in time."""

    arms: tuple[ArmPlan, ...]
    visits: tuple[Event, ...]

    @property
    def span(self) -> tuple[float, float]:
        """First and last time [h] at which anything happens; a day at least."""
        events = [*self.visits]
        for arm in self.arms:
            events += [*arm.doses, *arm.sessions]
        times = [event.time for event in events]
        return min([0.0, *times]), max([HOURS_A_DAY, *times])

    @property
    def modalities(self) -> list[str]:
        """Kinds of session, arm by arm in the order in which they are first held."""
        seen = [event.label for arm in self.arms for event in arm.sessions]
        return list(dict.fromkeys(seen))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def treatment_words(item: Treatment) -> str:
    """A dose in words: drug, mirror form, amount, salt or base, route, length."""
    drug = item.drug.value
    if item.enantiomer is not None and drug == "ketamine":
        form = item.enantiomer.value
        drug = "racemic ketamine" if form == "racemate" else f"{form}-ketamine"
    parts = [drug, item.amount, item.form and f"({item.form.value})", item.route.value]
    parts += [item.pace, item.accompanied and "accompanied"]
    return " ".join(part for part in parts if part)


def antidepressant_words(item: Antidepressant) -> str:
    """An antidepressant in words: how it is taken, and when that changes."""
    words = " ".join(filter(None, ("antidepressant", item.use.value, item.since)))
    if item.switches:
        words += f", another one from {', '.join(item.switches)}"
    return words if item.until is None else f"{words}, until {item.until}"


def _arm(protocol: Protocol, arm: Arm) -> ArmPlan:
    count = Counter[str]()
    for item in arm.treatments:
        count[treatment_words(item)] += len(item.times_h)
    count.update(meeting.session.words for meeting in arm.meetings)
    said = [f"{words}, {_times(number)}" for words, number in count.items()]
    said += ["therapy ends when well"] if arm.ends_when_well else []
    background = protocol.antidepressant_of(arm)
    if background.use.value != "none":
        said.append(antidepressant_words(background))
    said += [f"{medicine.value} throughout" for medicine in arm.medicines]
    doses = [
        Event(time, treatment_words(item))
        for item in arm.treatments
        for time in item.times_h
    ]
    sessions = [Event(meeting.time_h, meeting.session.kind) for meeting in arm.meetings]
    return ArmPlan(arm.name, tuple(said), tuple(doses), tuple(sessions))


def read_plan(protocol: Protocol) -> Plan:
    """Lay a protocol out in time."""
    return Plan(
        arms=tuple(_arm(protocol, arm) for arm in protocol.arms),
        visits=tuple(Event(visit.time_h, visit.name) for visit in protocol.visits),
    )
