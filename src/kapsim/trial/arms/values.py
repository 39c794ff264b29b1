"""Values of parameters as a protocol has them: its switches and overrides applied."""

import enum
from typing import Any

from kapsim.evidence import library
from kapsim.patient import parameter_values
from kapsim.trial.protocol import Protocol


class Setting(enum.StrEnum):
    """Records that shape an arm and belong to no mechanism of its patients."""

    DEVICE = "drug.nasal.device"
    CLEARING = "patient.drug.clearing"
    CARRY = "patient.rating.carry"
    FLUCTUATION = "measures.entry.fluctuation_sd"
    REMOTE_BOND = "therapy.format.remote_bond"
    GROUP_BOND = "therapy.format.group_bond"
    GROUP_SHARE = "therapy.format.group_share"


def protocol_values(protocol: Protocol) -> dict[str, Any]:
    """Parameters that differ from their records, in internal units."""
    switches = {name.value: on for name, on in protocol.hypotheses.items()}
    return parameter_values(switches, protocol.parameters)


def number(protocol: Protocol, record_id: str) -> float:
    """One parameter of a protocol, in internal units."""
    recorded = library().parameter(record_id).internal_value
    return float(protocol_values(protocol).get(record_id, recorded))
