"""Table of the flow of people: one trial beside the mean of all."""

from collections.abc import Iterator

from kapsim.report.trial.record import Row
from kapsim.report.trial.words import NONE, count

_STEPS = (
    ("allocated", "Allocated"),
    ("stopped", "Stopped treatment, still seen"),
    ("rescued", "Rescued"),
    ("deviated", "Deviated from the protocol"),
    ("completed", "Completed"),
    ("analysed", "Analysed"),
)


def flow_rows(flow: Row, mean: Row | None) -> list[tuple[str, str, str, str]]:
    """Arm (empty for all), step, people in one trial, mean over trials."""
    means = {row["arm"]: row for row in (mean or {}).get("arms", ())}
    rows = [
        ("", name.capitalize(), count(flow.get(name)), count((mean or {}).get(name)))
        for name in ("assessed", "excluded", "randomised")
    ]
    for arm in flow["arms"]:
        rows += _arm(arm, means.get(arm["arm"], {}))
    return rows


def _arm(arm: Row, mean: Row) -> Iterator[tuple[str, str, str, str]]:
    name = arm["arm"]
    for key, said in _STEPS:
        cells = count(arm.get(key)), count(mean.get(key))
        if set(cells) != {NONE}:
            yield name, said, *cells
        if key == "allocated":
            yield from _left(name, arm.get("left") or {}, mean.get("left") or {})


def _left(name: str, one: Row, mean: Row) -> Iterator[tuple[str, str, str, str]]:
    for reason in dict.fromkeys([*one, *mean]):
        cells = count(one.get(reason, 0)), count(mean.get(reason))
        yield name, f"Left: {reason}", *cells
