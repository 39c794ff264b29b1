"""Arms whose doses depend on how people fare, for tests."""

from typing import Any

from kapsim.trial.protocol import Protocol
from tests.unit.trial.builders import data

KETAMINE: dict[str, Any] = {
    "drug": "ketamine",
    "enantiomer": "racemate",
    "form": "base",
    "amount": "0.5 mg/kg",
    "route": "intravenous",
    "over": "40 min",
    "days": [1, 4, 8, 11, 15, 22],
    "levels": [1, 1.5],
    "intervals": ["2 d", "7 d"],
}
DAYS = (4, 8, 11, 15, 22, 23, 29)
VISITS: list[dict[str, Any]] = [
    {"at": "day 1", "baseline": True, "scales": ["MADRS"]},
    {"at": "day 1 + 40 min", "scales": ["CADSS"]},
    *({"at": f"day {day}", "scales": ["MADRS"]} for day in DAYS),
]
SEEN = [visit["at"] for visit in VISITS]


def rule(at: str, then: str, **condition: Any) -> dict[str, Any]:
    """One rule on the MADRS at one visit; for everybody, if nothing else is said."""
    own = condition or {"at_least": 0}
    return {"at": [at], "measure": "MADRS", "then": then, **own}


NEVER = rule("day 8", "stop", at_least=100)
CALM = {"at": ["day 1 + 40 min"], "measure": "CADSS", "at_least": 92, "then": "lower"}


def arm(name: str, *rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An arm of ketamine with two rules on the MADRS and one on the CADSS."""
    own = [one for one in rules if one["measure"] == "MADRS"]
    felt = [one for one in rules if one["measure"] == "CADSS"] or [CALM]
    treatment = {**KETAMINE, **fields.pop("treatment", {})}
    return {
        "name": name,
        "treatments": [treatment],
        "adjustments": [*own, *[NEVER] * (2 - len(own)), *felt],
        **fields,
    }


def trial(*arms: dict[str, Any], **changes: Any) -> Protocol:
    """A trial of these arms."""
    fields = {"arms": list(arms), "visits": VISITS, "endpoints": [], "published": []}
    return Protocol.model_validate({**data(), **fields, **changes})
