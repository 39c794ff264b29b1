"""Infusions as the experiments with ketamine give them, written as in a protocol."""

from collections.abc import Mapping, Sequence
from typing import Any

RESISTANT: Mapping[str, Any] = {
    "diagnosis": "treatment-resistant depression",
    "baseline": {"scale": "MADRS", "mean": 32.6, "sd": 6.1},
    "failures": {"mean": 3, "at_least": 2},
    "age": {"mean": "48 yr", "sd": "12 yr", "at_least": "21 yr", "at_most": "80 yr"},
    "female": "40 %",
}
"""Assumed: no baseline of these trials was read; as in `murrough-2013-six`."""

_OVER = {"route": "intravenous", "over": "40 min"}


def ketamine(days: Sequence[int]) -> dict[str, Any]:
    """Racemic ketamine, 0.5 mg/kg into a vein over 40 minutes on each of the days."""
    drug = {"drug": "ketamine", "enantiomer": "racemate", "form": "base"}
    return {**_OVER, **drug, "amount": "0.5 mg/kg", "days": list(days)}


def saline(days: Sequence[int]) -> dict[str, Any]:
    """Saline over 40 minutes on each of the days."""
    return {**_OVER, "drug": "placebo", "days": list(days)}
