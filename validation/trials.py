"""MADRS totals of small trials, in memory, for validations.

Every arm has the same people with the same noise, so differences between arms are
differences of what they receive.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kapsim.engine import platform
from kapsim.engine.scan import WIDTH
from kapsim.trial.arms.simulation import prepare, ratings
from kapsim.trial.loading import load_protocol
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.terms import Measure

platform.configure()

SEED = 20

KETAMINE = {
    "drug": "ketamine",
    "enantiomer": "racemate",
    "form": "base",
    "amount": "0.5 mg/kg",
    "route": "intravenous",
    "over": "40 min",
}
MIDAZOLAM = {
    "drug": "midazolam",
    "form": "base",
    "amount": "0.045 mg/kg",
    "route": "intravenous",
    "over": "40 min",
}
SALINE = {"drug": "placebo", "route": "intravenous", "over": "40 min"}
CONTROLS = {"midazolam": "midazolam", "placebo": "saline"}

ONCE = (1,)
COURSE = (1, 3, 5, 8, 10, 12)
VISITS = (1, "day 1 + 2 h", "day 1 + 4 h", 2, 4, 8, 15, 22, 26, 29, 57, 85)

Totals = dict[str, np.ndarray]
"""Totals of the patients, by the name of the visit."""


def arm(name: str, what: Mapping[str, Any], days: Sequence[int], **more: Any) -> dict:
    """An arm that receives one treatment on some days."""
    given = {"name": name, "treatments": [{**what, "days": list(days)}], **more}
    if what["drug"] in CONTROLS:
        given["control"] = CONTROLS[what["drug"]]
    return given


def trial(*arms: Mapping[str, Any], **changes: Any) -> Protocol:
    """A trial of these arms in the population of kap-2x2, MADRS only."""
    model = load_protocol("kap-2x2").model_dump(mode="json", exclude_unset=True)
    days = [day if isinstance(day, str) else f"day {day}" for day in VISITS]
    visits = [
        {"at": at, "baseline": k == 0, "scales": ["MADRS"], "rater": "blinded"}
        for k, at in enumerate(days)
    ]
    data = {
        **{key: model[key] for key in ("kapsim", "name", "title", "summary")},
        "population": model["population"],
        "arms": list(arms),
        "visits": visits,
        **changes,
    }
    return Protocol.model_validate(data)


def totals(
    protocol: Protocol,
    name: str,
    *,
    refine: int = 1,
    precision: str = "float32",
    seed: int = SEED,
) -> Totals:
    """MADRS totals of the first patients of an arm, by visit."""
    return _totals(text(protocol), name, refine, precision, seed)


def fresh(protocol: Protocol, name: str) -> Totals:
    """As `totals`, worked out anew: for planted faults in the code."""
    return _totals.__wrapped__(text(protocol), name, 1, "float32", SEED)


def text(protocol: Protocol) -> str:
    """A protocol as `prepare` takes it."""
    return json.dumps(protocol.model_dump(mode="json"), sort_keys=True)


@functools.cache
def _totals(source: str, name: str, refine: int, precision: str, seed: int) -> Totals:
    prepared = prepare(source, name, seed, precision, refine)
    rated = ratings(prepared, 0, WIDTH)
    if rated.outcome.any():
        raise AssertionError(f"{int((rated.outcome > 0).sum())} results are failures")
    protocol = prepared.protocol
    row = protocol.measures.index(Measure.MADRS)
    return {
        visit.name: np.asarray(rated.totals[index, row], float)
        for index, visit in enumerate(protocol.visits)
        if Measure.MADRS in visit.scales
    }


def apart(one: Totals, other: Totals, visit: str) -> tuple[float, float]:
    """Mean paired difference of two arms at a visit, and its standard error."""
    difference = one[visit] - other[visit]
    return float(difference.mean()), float(difference.std() / len(difference) ** 0.5)
