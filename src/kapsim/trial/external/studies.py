"""Protocol files from anywhere, with what was published of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Protocol, ProtocolRole
from kapsim.units import KapsimError


class Study(NamedTuple):
    """A protocol with published figures, and its name in the results."""

    name: str
    protocol: Protocol


class Failure(NamedTuple):
    """A protocol that was not validated, and why."""

    name: str
    error: str


class Studies(NamedTuple):
    """What was found.

    Attributes
    ----------
    studies
        To be validated, in the order given.
    failures
        Files that could not be read.
    skipped
        Protocols without published figures, or of another role.
    """

    studies: tuple[Study, ...]
    failures: tuple[Failure, ...]
    skipped: tuple[Failure, ...]


def read_studies(given: Sequence[str], role: ProtocolRole | None = None) -> Studies:
    """Studies from files, folders and names of bundled protocols.

    Parameters
    ----------
    given
        A folder stands for all its files ``*.yaml``, not for those of folders in it.
    role
        Only studies of this role; all if None.
    """
    studies: dict[str, Study] = {}
    failures: list[Failure] = []
    skipped: list[Failure] = []
    for origin in dict.fromkeys(_origins(given)):
        try:
            protocol = load_protocol(origin)
        except (KapsimError, OSError) as error:
            failures.append(Failure(origin, str(error)))
            continue
        name = protocol.name if protocol.name not in studies else origin
        why = _skips(protocol, role)
        if why:
            skipped.append(Failure(name, why))
        else:
            studies[name] = Study(name, protocol)
    return Studies(tuple(studies.values()), tuple(failures), tuple(skipped))


def may_be_learnt_from() -> list[Protocol]:
    """Bundled protocols whose published figures may be tuned to."""
    bundled = (load_protocol(name) for name in bundled_names())
    return [one for one in bundled if one.role is ProtocolRole.CALIBRATION]


def _origins(given: Sequence[str]) -> Iterator[str]:
    for one in given:
        path = Path(one)
        if one not in bundled_names() and path.is_dir():
            inside = sorted(str(file) for file in path.glob("*.yaml"))
            yield from inside or [str(path / "*.yaml")]
        else:
            yield one


def _skips(protocol: Protocol, role: ProtocolRole | None) -> str:
    """Why a protocol is left out; empty if it is not."""
    if not protocol.published:
        return "it has no published figures."
    if role is not None and protocol.role is not role:
        own = "none" if protocol.role is None else protocol.role.value
        return f"its role is {own}, not {role.value}."
    return ""
