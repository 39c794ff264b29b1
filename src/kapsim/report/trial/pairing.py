"""What it saves that the same people are simulated in every arm."""

from collections.abc import Sequence

from kapsim.report.trial.record import Row
from kapsim.report.trial.words import NONE, Number, number


def pairing_rows(paired: Sequence[Row]) -> list[tuple[str, ...]]:
    """Endpoint, comparison, effect, its two errors, and variance saved."""
    return [
        (
            row["endpoint"],
            row["comparison"],
            number(row.get("effect"), 3),
            number(row.get("se_paired"), 4),
            number(row.get("se_unpaired"), 4),
            _factor(row.get("variance_saved")),
        )
        for row in paired
    ]


def _factor(value: Number) -> str:
    said = number(value, 1)
    return said if said == NONE else f"× {said}"
