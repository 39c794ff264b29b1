"""Which arms have the drug and which have therapy: the cells of a two-by-two design."""

from typing import NamedTuple

from kapsim.drug import KETAMINES
from kapsim.trial.arms.doses import doses
from kapsim.trial.protocol import Arm, Modality, Protocol

_NO_THERAPY = (Modality.SUPPORT, Modality.PREPARATION)


class Cell(NamedTuple):
    """One of the four: with or without drug, with or without therapy."""

    drug: bool
    therapy: bool


CELLS = (Cell(True, True), Cell(True, False), Cell(False, True), Cell(False, False))


def has_therapy(arm: Arm) -> bool:
    """Whether an arm has sessions that are more than contact or preparation."""
    return any(item.modality not in _NO_THERAPY for item in arm.sessions)


def has_drug(protocol: Protocol, arm: Arm) -> bool:
    """Whether ketamine, esketamine or arketamine is given in an arm."""
    return any(dose.molecule in KETAMINES for dose in doses(protocol, arm))


def cells(protocol: Protocol) -> dict[Cell, tuple[str, ...]]:
    """Names of the arms in each of the four cells; empty if one of them has none."""
    kind = {
        arm.name: Cell(has_drug(protocol, arm), has_therapy(arm))
        for arm in protocol.arms
    }
    found = {
        cell: tuple(name for name, own in kind.items() if own == cell) for cell in CELLS
    }
    return found if all(found.values()) else {}


def shows_interaction(protocol: Protocol) -> bool:
    """Whether the arms of a protocol tell the interaction."""
    return bool(cells(protocol))
