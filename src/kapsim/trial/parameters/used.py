"""Evidence records that the arms of a protocol read, and overrides that none reads."""

from collections.abc import Iterator

from kapsim.drug.regimen.interactions import record_ids
from kapsim.engine import records
from kapsim.measures import Raters
from kapsim.trial.arms.cohorts import cohort, taken
from kapsim.trial.arms.doses import uses_devices
from kapsim.trial.arms.values import Setting
from kapsim.trial.conduct.usual import RECORDS
from kapsim.trial.protocol import Arm, Protocol


def used_records(protocol: Protocol) -> list[str]:
    """Ids of the records that decide what happens in the arms, sorted."""
    return sorted({name for arm in protocol.arms for name in _used(protocol, arm)})


def unused_overrides(protocol: Protocol) -> list[str]:
    """Ids of overridden records that no arm and no trial reads, as written."""
    if not protocol.parameters:
        return []
    read = {*used_records(protocol), *RECORDS}
    return [name for name in protocol.parameters if name not in read]


def _used(protocol: Protocol, arm: Arm) -> Iterator[str]:
    yield from cohort(protocol, arm, seed=0).record_ids()
    yield from record_ids(taken(arm))
    yield from (record.id for record in records(Raters).values())
    yield from set(Setting) - set(_idle(arm))


def _idle(arm: Arm) -> Iterator[Setting]:
    """Settings of what the arm does not have."""
    if not any(uses_devices(item) for item in arm.treatments):
        yield Setting.DEVICE
    if not any(item.remote for item in arm.sessions):
        yield Setting.REMOTE_BOND
    if not any(item.group for item in arm.sessions):
        yield from (Setting.GROUP_BOND, Setting.GROUP_SHARE)
