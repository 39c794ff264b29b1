"""The protocol of a run as what happens when: doses, sessions and visits per arm."""

import dataclasses
from collections import Counter

from kapsim.report.axes import HOURS_A_DAY
from kapsim.trial.protocol import Arm, Protocol, Session, Treatment


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
        """Kinds of session in the order in which the protocol first names them."""
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
    parts.append(item.pace)
    return " ".join(part for part in parts if part)


def session_words(item: Session) -> str:
    """A therapy session in words: modality and length."""
    return f"{item.modality.value.replace('_', ' ')}, {item.minutes:g} min"


def _arm(protocol: Protocol, arm: Arm) -> ArmPlan:
    count = Counter[str]()
    for item in arm.treatments:
        count[treatment_words(item)] += len(item.times_h)
    for item in arm.sessions:
        count[session_words(item)] += len(item.times_h)
    said = [f"{words}, {_times(number)}" for words, number in count.items()]
    background = protocol.antidepressant_of(arm)
    if background.use.value != "none":
        since = f" {background.since}" if background.since else ""
        said.append(f"antidepressant {background.use.value}{since}")
    said += [f"{medicine.value} throughout" for medicine in arm.medicines]
    doses = [
        Event(time, treatment_words(item))
        for item in arm.treatments
        for time in item.times_h
    ]
    sessions = [
        Event(time, item.modality.value.replace("_", " "))
        for item in arm.sessions
        for time in item.times_h
    ]
    return ArmPlan(arm.name, tuple(said), tuple(doses), tuple(sessions))


def read_plan(protocol: Protocol) -> Plan:
    """Lay a protocol out in time."""
    return Plan(
        arms=tuple(_arm(protocol, arm) for arm in protocol.arms),
        visits=tuple(Event(visit.time_h, visit.name) for visit in protocol.visits),
    )
