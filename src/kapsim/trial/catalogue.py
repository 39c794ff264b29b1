"""What the bundled protocols are, at a glance."""

from collections.abc import Iterator
from typing import Any

from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Arm, Meeting, Protocol, Treatment

_SHOWN = 8


def catalogue() -> list[dict[str, Any]]:
    """One entry per bundled protocol: name, title, arms, visits, role, published."""
    return [_entry(load_protocol(name)) for name in bundled_names()]


def _entry(protocol: Protocol) -> dict[str, Any]:
    return {
        "name": protocol.name,
        "title": protocol.title,
        "summary": protocol.summary,
        "arms": [
            {"name": arm.name, "receives": contents(arm)} for arm in protocol.arms
        ],
        "visits": [visit.name for visit in protocol.visits],
        "measures": [measure.value for measure in protocol.measures],
        "role": protocol.role.value if protocol.role else None,
        "published_figures": len(protocol.published),
        "sources": list(protocol.sources),
    }


def contents(arm: Arm) -> str:
    """What an arm receives, in words: doses and sessions with their numbers."""
    parts = []
    for item in arm.treatments:
        dose = " ".join(filter(None, (item.drug.value, item.amount, item.route.value)))
        pace = f" {item.pace}" if item.pace and item.active else ""
        company = ", accompanied" if item.accompanied else ""
        most = "up to " if arm.depends else ""
        own = f"{most}{len(item.times_h)} x {dose}{pace}{company}"
        parts.append(", ".join([own, *_chosen(item)]))
    parts += [rule.words for rule in arm.adjustments]
    parts += [f"with {medicine.value}" for medicine in arm.medicines]
    count = len(arm.session_times_h)
    if count:
        kinds = dict.fromkeys(item.kind for item in arm.sessions)
        ends = " that end when well" if arm.ends_when_well else ""
        parts.append(f"{count} sessions ({', '.join(kinds)}){ends}")
    return "; ".join(parts) or "nothing"


def _chosen(item: Treatment) -> Iterator[str]:
    """What of a treatment depends on how a person fares."""
    if item.levels:
        yield "at " + " or ".join(f"{level:g}" for level in item.levels) + " times that"
    if item.intervals:
        yield "at least " + " or ".join(item.intervals) + " apart"
    if item.as_needed:
        yield "as needed"


def calendar(arm: Arm) -> list[dict[str, Any]]:
    """When the sessions of an arm take place, a row for each entry of `sessions`."""
    held: list[list[Meeting]] = [[] for _ in arm.sessions]
    for meeting in arm.meetings:
        held[meeting.number].append(meeting)
    return [
        {
            "arm": arm.name,
            "session": item.words,
            "times": len(own),
            "at": ", ".join(_shortened([meeting.words for meeting in own])),
        }
        for item, own in zip(arm.sessions, held, strict=True)
    ]


def _shortened(words: list[str]) -> list[str]:
    """The first few and the last of many."""
    return words if len(words) <= _SHOWN else [*words[: _SHOWN - 1], "...", words[-1]]
