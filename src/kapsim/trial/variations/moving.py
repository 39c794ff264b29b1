"""Moving the therapy of an arm: how long after the last dose it starts.

Sessions up to the start of the first dose, such as preparation, stay where they are.
All later ones move as one block, those between doses too: what lies between them stays,
and the first of them begins the given time after the start of the last dose. With no
delay it begins together with that dose. Contact in a comparison arm moves in the same
way, so that hours and days stay matched.
"""

from typing import Any

from pydantic import ValidationError

from kapsim.trial.arms.factorial import has_therapy
from kapsim.trial.protocol import Arm, Meeting, Protocol, Session, moment_text
from kapsim.trial.request import RequestError
from kapsim.units import DAY_H

WITHOUT = "without sessions"
"""How an arm is called from which the sessions are taken away."""


def moved_sessions(arm: Arm) -> tuple[Meeting, ...]:
    """Sessions of an arm that move: those that begin after the first dose has begun."""
    if not arm.dose_times_h:
        return ()
    first = arm.dose_times_h[0]
    return tuple(meeting for meeting in arm.meetings if meeting.time_h > first)


def moved(arm: Arm, delay_h: float) -> Arm:
    """The arm with its therapy this long after its last dose [h].

    Raises
    ------
    RequestError
        If a session would overlap one that stays.
    """
    block = moved_sessions(arm)
    if not block:
        return arm
    shift = arm.dose_times_h[-1] + delay_h - block[0].time_h
    late = set(block)
    sessions = [
        _at(
            item,
            [
                meeting.time_h + (shift if meeting in late else 0.0)
                for meeting in arm.meetings
                if meeting.number == number
            ],
        )
        for number, item in enumerate(arm.sessions)
    ]
    changed = arm.model_dump(mode="json") | {"sessions": sessions}
    try:
        return Arm.model_validate(changed)
    except ValidationError as error:
        raise RequestError(
            f"arm {arm.name!r}: with {delay_h / DAY_H:g} d after the last dose a "
            "session would overlap one that stays, at or before the first dose."
        ) from error


def _at(item: Session, times_h: list[float]) -> dict[str, Any]:
    """A session at these times [h], as plain data."""
    plain = item.model_dump(mode="json", exclude={"days", "clock", "at"})
    return plain | {"at": [moment_text(time) for time in sorted(times_h)]}


def pairs(protocol: Protocol) -> dict[str, str | None]:
    """Arms with doses and therapy, each with the arm that it is compared with.

    That is the first arm without therapy that is given the same; None if there is none,
    where the arm itself without its sessions takes its place.
    """
    plain = [arm for arm in protocol.arms if not has_therapy(arm)]
    return {
        arm.name: next(
            (other.name for other in plain if other.treatments == arm.treatments), None
        )
        for arm in protocol.arms
        if has_therapy(arm) and moved_sessions(arm)
    }


def pair_at(protocol: Protocol, name: str, delay_h: float) -> tuple[Arm, Arm]:
    """An arm with its therapy moved, and what it is compared with, moved likewise."""
    arm, other = protocol.arm(name), pairs(protocol)[name]
    if other is not None:
        return moved(arm, delay_h), moved(protocol.arm(other), delay_h)
    bare = arm.model_copy(update={"name": f"{name[:40]} {WITHOUT}", "sessions": ()})
    return moved(arm, delay_h), bare


def moving_said(arm: Arm) -> str:
    """What of an arm is moved and what stays, in words."""
    block = moved_sessions(arm)
    stay = len(arm.meetings) - len(block)
    span = (block[-1].time_h - block[0].time_h) / DAY_H
    since = (block[0].time_h - arm.dose_times_h[-1]) / DAY_H
    place = f"{since:.3g} d after" if since >= 0 else f"{-since:.3g} d before"
    said = (
        f"{len(block)} sessions over {span:.3g} d move as one block, whose first one "
        f"lies {place} the start of the last dose in the protocol"
    )
    return said + (f"; {stay} stay, up to the first dose" if stay else "")


def last_session_h(arm: Arm) -> float:
    """Start of the last session of an arm [h since the first dose]."""
    return arm.session_times_h[-1]
