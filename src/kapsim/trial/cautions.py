"""What must be seen before a protocol is run.

Doses beyond a limit, overrides without effect, comparisons written the wrong way round,
and groups, whose likeness the model leaves out.

Nothing is refused here. The same cautions are printed before a run, kept with it, and
repeated by its report.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

from kapsim.drug.regimen.limits import breaches
from kapsim.engine import platform
from kapsim.evidence import library
from kapsim.trial.arms.doses import most_doses
from kapsim.trial.parameters.used import unused_overrides
from kapsim.trial.plausible import implausible
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol_file.outline import Path, field_text

OVERRIDE = "override"
"""Kind of a caution about a parameter that no arm reads."""

COMPARISON = "comparison"
"""Kind of a caution about a pair of arms."""

GROUP = "group"
"""Kind of a caution about sessions in a group."""

_GROUP = (
    "sessions in a group: patients are simulated and analysed as if treated alone. "
    "There is no variance between groups or between therapists (ICC 0), so standard "
    "errors are too small and power too high: the variance of this arm's mean falls "
    "short by the design effect 1 + (m - 1) ICC, for m people in a group (1.35 for 8 "
    "and an ICC of 0.05)."
)

PLAUSIBILITY = "plausibility"
"""Kind of a caution about one dose that is larger than any bundled trial gives."""

_MOST = " This counts every planned dose, as high as it can be by then."


class ProtocolWarning(UserWarning):
    """A protocol that runs, and about which something must be said."""


@dataclasses.dataclass(frozen=True)
class Caution:
    """One thing to be seen.

    Attributes
    ----------
    arm
        Name of the arm, or None for the whole protocol.
    kind
        Whose rule a dose breaks (label, practice, concern), or `PLAUSIBILITY`,
        `OVERRIDE`, `COMPARISON` or `GROUP`.
    said
        One sentence with the numbers.
    sources
        Keys of the sources of the limit.
    where
        Path of the part of the protocol that it is about, for its line; empty if it is
        about no single one.
    """

    arm: str | None
    kind: str
    said: str
    sources: tuple[str, ...] = ()
    where: Path = ()

    @property
    def text(self) -> str:
        """The sentence with the arm and the kind."""
        where = "" if self.arm is None else f"arm {self.arm!r}, "
        return f"{where}{self.said} [{self.kind}]"

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, from which `read_caution` makes an equal one."""
        lists = {"sources": list(self.sources), "where": list(self.where)}
        return {**dataclasses.asdict(self), **lists}


def read_caution(data: dict[str, Any]) -> Caution:
    """Caution from its JSON data."""
    lists = {name: tuple(data.get(name, ())) for name in ("sources", "where")}
    return Caution(**{**data, **lists})


def cautions(protocol: Protocol) -> tuple[Caution, ...]:
    """All cautions of a protocol, arm by arm, at the mean body weight."""
    platform.configure()
    return tuple(_cautions(protocol))


def _cautions(protocol: Protocol) -> Iterator[Caution]:
    weight_kg = protocol.population.weight.mean_kg
    for one in implausible(protocol):
        yield Caution(one.arm, PLAUSIBILITY, one.said, one.sources, one.where)
    for arm in protocol.arms:
        for breach in breaches(most_doses(protocol, arm), weight_kg):
            said = breach.said + (_MOST if arm.depends else "")
            yield Caution(arm.name, breach.kind.value, said, breach.sources)
    for name in unused_overrides(protocol):
        record = library().parameter(name)
        said = f"parameters.{name} ({record.meaning}): no arm reads it, so it changes "
        yield Caution(None, OVERRIDE, f"{said}nothing.")
    yield from _of_pairs(protocol)
    yield from _of_groups(protocol)


def _of_pairs(protocol: Protocol) -> Iterator[Caution]:
    """Comparisons of a control with an arm that is none, the control first."""
    for index, (first, second) in enumerate(protocol.plan.comparisons):
        control = protocol.arm(first).control
        if control is None or protocol.arm(second).control is not None:
            continue
        where = ("plan", "comparisons", index)
        said = (
            f"{field_text(where)} puts {first!r} (control: {control.value}) before "
            f"{second!r}, which is no control. The treatment comes first: as it is "
            f"written, a trial succeeds where {first!r} does better, the world without "
            f"the drug gives everybody {second!r}, and nothing is told of the blind. "
            f"Write [{second}, {first}]."
        )
        yield Caution(None, COMPARISON, said, where=where)


def _of_groups(protocol: Protocol) -> Iterator[Caution]:
    """Arms with sessions in a group."""
    for number, arm in enumerate(protocol.arms):
        first = next((k for k, one in enumerate(arm.sessions) if one.group), None)
        if first is None:
            continue
        where = ("arms", number, "sessions", first)
        yield Caution(arm.name, GROUP, _GROUP, where=where)
