"""When the rules of an arm are applied, and how long they can still change anything."""

import math
from typing import TYPE_CHECKING

from kapsim.trial.protocol.adjustment import Action, Adjustment
from kapsim.trial.protocol.arm import Arm
from kapsim.trial.protocol.treatment import Treatment

if TYPE_CHECKING:
    from kapsim.trial.protocol.protocol import Protocol


def decisions_h(protocol: "Protocol", arm: Arm, rule: Adjustment) -> list[float]:
    """Times at which a rule of an arm is applied, ascending [h since first dose]."""
    until = last_chance_h(protocol, arm, rule.then)
    limit = math.inf if until is None else until
    found = (rule.visits_h(i, protocol, limit) for i in range(len(rule.at)))
    return sorted({time for times in found for time in times})


def last_chance_h(protocol: "Protocol", arm: Arm, action: Action) -> float | None:
    """Last time at which an action changes anything [h since the first dose].

    None where the arm has nothing that it could change.
    """
    if action is Action.RESCUE:
        visits = [visit.time_h for visit in protocol.visits]
        return visits[-2] if len(visits) > 1 else None
    times = [
        time
        for item in arm.treatments
        if _concerned(arm, item, action)
        for time in item.times_h
        if time < protocol.horizon_h
    ]
    return max(times, default=None)


def _concerned(arm: Arm, item: Treatment, action: Action) -> bool:
    """Whether an action can change when or how much of a treatment is given."""
    if action in (Action.RAISE, Action.LOWER):
        return len(item.levels) > 1
    if action in (Action.SPACE_OUT, Action.BRING_CLOSER):
        return len(item.intervals) > 1
    if action is Action.RESUME:
        stops = any(rule.then is Action.STOP for rule in arm.adjustments)
        return item.as_needed or stops
    return True
