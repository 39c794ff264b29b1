"""What must be seen before a protocol is run: broken limits, overrides without effect.

Nothing is refused here. The same cautions are printed before a run, kept with it, and
repeated by its report.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

from kapsim.drug.regimen.limits import breaches
from kapsim.engine import platform
from kapsim.evidence import library
from kapsim.trial.doses import most_doses
from kapsim.trial.protocol import Protocol
from kapsim.trial.used import unused_overrides

OVERRIDE = "override"
"""Kind of a caution that is not about a dose."""

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
        Whose rule a dose breaks (label, practice, concern), or `OVERRIDE`.
    said
        One sentence with the numbers.
    sources
        Keys of the sources of the limit.
    """

    arm: str | None
    kind: str
    said: str
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence with the arm and the kind."""
        where = "" if self.arm is None else f"arm {self.arm!r}, "
        return f"{where}{self.said} [{self.kind}]"

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, from which `read_caution` makes an equal one."""
        return {**dataclasses.asdict(self), "sources": list(self.sources)}


def read_caution(data: dict[str, Any]) -> Caution:
    """Caution from its JSON data."""
    return Caution(**{**data, "sources": tuple(data["sources"])})


def cautions(protocol: Protocol) -> tuple[Caution, ...]:
    """All cautions of a protocol, arm by arm, at the mean body weight."""
    platform.configure()
    return tuple(_cautions(protocol))


def _cautions(protocol: Protocol) -> Iterator[Caution]:
    weight_kg = protocol.population.weight.mean_kg
    for arm in protocol.arms:
        for breach in breaches(most_doses(protocol, arm), weight_kg):
            said = breach.said + (_MOST if arm.depends else "")
            yield Caution(arm.name, breach.kind.value, said, breach.sources)
    for name in unused_overrides(protocol):
        record = library().parameter(name)
        said = f"parameters.{name} ({record.meaning}): no arm reads it, so it changes "
        yield Caution(None, OVERRIDE, f"{said}nothing.")
