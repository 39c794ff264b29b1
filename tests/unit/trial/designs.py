"""Designs of small trials for tests."""

from typing import Any

from kapsim.trial.protocol import Protocol
from tests.unit.trial.builders import data

VISITS = [
    {"at": f"day {day}", "baseline": day == 1, "scales": ["MADRS", "CADSS"]}
    for day in (1, 8, 15, 22, 29)
]
DOSE = {
    "drug": "ketamine",
    "enantiomer": "racemate",
    "form": "base",
    "amount": "0.5 mg/kg",
    "route": "intravenous",
    "over": "40 min",
}
PLACEBO = {"drug": "placebo", "route": "intravenous", "over": "40 min"}
RELAPSE = {"measure": "MADRS", "kind": "relapse", "at": "day 15", "among": "response"}


def given(*doses: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Fields of an arm with these treatments."""
    return {"treatments": list(doses), **fields}


def trial(*arms: dict[str, Any], **changes: Any) -> Protocol:
    """Arms by the names a, b and so on, over four weeks."""
    arms = arms or (given({**DOSE, "days": [1]}), given({**PLACEBO, "days": [1]}))
    named = [{"name": name, **arm} for name, arm in zip("abcd", arms, strict=False)]
    usual = {"arms": named, "visits": VISITS, "endpoints": [], "published": []}
    return Protocol.model_validate({**data(), **usual, **changes})


def sequences(second: int) -> tuple[dict[str, Any], ...]:
    """Both sequences of a crossover, the second dose on this day."""
    first, last = {"days": [1]}, {"days": [second]}
    return (
        given({**DOSE, **first}, {**PLACEBO, **last}),
        given({**PLACEBO, **first}, {**DOSE, **last}),
    )


def crossover(**changes: Any) -> dict[str, Any]:
    """Design of a crossover of two weeks each."""
    usual = {"kind": "crossover", "periods": ["day 1", "day 15"], "washout": "14 d"}
    return {**usual, **changes}


def withdrawal(**changes: Any) -> dict[str, Any]:
    """Design of a withdrawal after a fortnight."""
    responders = {"at": "day 15", "measure": "MADRS", "is": "response"}
    usual = {"kind": "withdrawal", "randomised": "day 15", "admitted": [responders]}
    return {**usual, **changes}


STAY = given({**DOSE, "days": [1, 8, 15, 22]})
STOP = given({**DOSE, "days": [1, 8]}, {**PLACEBO, "days": [15, 22]})
EARLY = given({**DOSE, "days": [1]}, {**PLACEBO, "days": [8, 15, 22]})
SUPPORT = {"sessions": [{"modality": "support", "minutes": 50, "days": [2]}]}
CROSSED = (
    given({**DOSE, "days": [1]}, **SUPPORT),
    given({**DOSE, "days": [1]}),
    given({**PLACEBO, "days": [1]}, **SUPPORT),
    given({**PLACEBO, "days": [1]}),
)
