"""A trial with one piece of the model taken out at a time.

Every variant treats the same virtual patients with the same noise as the intact model,
so that each patient is his own control: a paired difference is known far better than
the difference of two independent samples, and by how much is reported.
"""

import dataclasses
import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kapsim.drug.kinetics.schedule import KETAMINES
from kapsim.engine.progress import OnProgress, silent
from kapsim.patient.ablations import ABLATIONS, Ablation, Direction, Part
from kapsim.trial.doses import doses
from kapsim.trial.protocol import Arm, Protocol
from kapsim.trial.request import RequestError, RunRequest
from kapsim.trial.simulation import prepare, ratings

_CERTAIN = 1.96
"""Standard errors beyond which a paired difference is taken as one."""

_NEGLIGIBLE = 0.1
"""Points below which a score counts as unchanged, as in the check of the time grid."""


@dataclasses.dataclass(frozen=True)
class Ablated:
    """An ablation table.

    Attributes
    ----------
    visits
        One row per piece, arm and visit: ablation, arm, visit, intact, ablated,
        difference, se [point], saved (variance of the difference of two independent
        samples over that of the paired one).
    verdicts
        One row per piece and arm: ablation, meaning, arm, expected, why, seen, verdict,
        and visit, difference and se [point] where the difference is largest.
    measure
        Scale that is compared.
    """

    visits: pd.DataFrame
    verdicts: pd.DataFrame
    measure: str


def ablate(request: RunRequest, on_progress: OnProgress = silent) -> Ablated:
    """Run a trial whole, and with each piece taken out.

    The scale is that of the protocol's first endpoint, or the first that is rated.

    Parameters
    ----------
    request
        Protocol, patients, seed, precision and refinement, as for a run.
    on_progress
        Called with a label and how many more patients are done.

    Raises
    ------
    RequestError
        If the protocol has cuts already.
    """
    protocol = request.protocol
    if protocol.cut:
        raise RequestError(
            f"{protocol.name} cuts {', '.join(protocol.cut)} already. Remove 'cut': "
            "every ablation is compared with the intact model."
        )
    endpoints = protocol.endpoints
    measure = endpoints[0].measure if endpoints else protocol.measures[0]
    scale = list(protocol.measures).index(measure)
    intact = _scores(request, protocol, scale)
    on_progress("intact", request.total)
    tables = []
    for ablation in ABLATIONS:
        scores = _scores(request, _without(protocol, ablation), scale)
        tables.append(pd.DataFrame(_rows(protocol, ablation, intact, scores)))
        on_progress(ablation.name, request.total)
    visits = pd.concat(tables, ignore_index=True)
    verdicts = pd.DataFrame(_verdicts(protocol, visits))
    return Ablated(visits, verdicts, measure.value)


def variants() -> int:
    """How many trials an ablation table takes, the intact one included."""
    return 1 + len(ABLATIONS)


def _without(protocol: Protocol, ablation: Ablation) -> Protocol:
    """The protocol with one piece taken out; its own settings stay."""
    data = protocol.model_dump(mode="json")
    data["hypotheses"] = data["hypotheses"] | dict(ablation.switches)
    data["parameters"] = data["parameters"] | dict(ablation.parameters)
    data["cut"] = list(ablation.cut)
    return Protocol.model_validate(data)


def _scores(
    request: RunRequest, protocol: Protocol, scale: int
) -> dict[str, np.ndarray]:
    """Scores by arm [visits, patients]."""
    text = json.dumps(protocol.model_dump(mode="json"), sort_keys=True)
    scores = {}
    for arm, count in request.patients.items():
        ready = prepare(text, arm, request.seed, request.precision, request.refine)
        scores[arm] = ratings(ready, 0, count).totals[:, scale].astype(float)
    return scores


def _rows(
    protocol: Protocol,
    ablation: Ablation,
    intact: dict[str, np.ndarray],
    scores: dict[str, np.ndarray],
) -> Iterator[dict[str, Any]]:
    for arm in protocol.arms:
        for k, visit in enumerate(protocol.visits):
            whole, part = intact[arm.name][k], scores[arm.name][k]
            yield {
                "ablation": ablation.name,
                "arm": arm.name,
                "visit": visit.name,
                "intact": float(whole.mean()),
                "ablated": float(part.mean()),
                **_paired(whole, part),
            }


def _paired(whole: np.ndarray, part: np.ndarray) -> dict[str, float]:
    """Difference of the same patients, its error, and what pairing saves."""
    difference = part - whole
    if len(difference) < 2:
        return {"difference": float(difference.mean()), "se": math.nan, "saved": 1.0}
    paired = float(np.var(difference, ddof=1))
    apart = float(np.var(whole, ddof=1) + np.var(part, ddof=1))
    return {
        "difference": float(difference.mean()),
        "se": math.sqrt(paired / len(difference)),
        "saved": apart / paired if paired > 0 else math.inf,
    }


def _verdicts(protocol: Protocol, visits: pd.DataFrame) -> Iterator[dict[str, Any]]:
    has = {arm.name: _parts(protocol, arm) for arm in protocol.arms}
    for ablation in ABLATIONS:
        own = visits[visits["ablation"] == ablation.name]
        for arm, rows in own.groupby("arm", sort=False):
            largest = rows.iloc[int(np.argmax(np.abs(rows["difference"])))]
            there = ablation.part in has[str(arm)]
            expected = ablation.expected if there else Direction.UNCHANGED
            found = seen(float(largest["difference"]), float(largest["se"]))
            yield {
                "ablation": ablation.name,
                "meaning": ablation.meaning,
                "arm": arm,
                "expected": expected.value,
                "why": ablation.why if there else f"the arm has no {ablation.part}",
                "seen": found.value,
                "verdict": verdict(expected, found),
                "visit": largest["visit"],
                "difference": float(largest["difference"]),
                "se": float(largest["se"]),
            }


def _parts(protocol: Protocol, arm: Arm) -> set[Part]:
    """What the treatment of an arm is made of."""
    found = {Part.PERSON}
    if any(dose.molecule in KETAMINES for dose in doses(protocol, arm)):
        found.add(Part.DRUG)
    if arm.sessions:
        found.add(Part.THERAPY)
    return found


def seen(difference: float, error: float) -> Direction:
    """Direction of a paired difference [point] with its standard error."""
    margin = _CERTAIN * error
    if abs(difference) > max(margin, _NEGLIGIBLE):
        return Direction.HIGHER if difference > 0 else Direction.LOWER
    return Direction.UNCHANGED if abs(difference) <= _NEGLIGIBLE else Direction.OPEN


def verdict(expected: Direction, found: Direction) -> str:
    """What was seen beside what theory expects, in words."""
    if expected is Direction.OPEN:
        return "no expectation"
    if found is expected:
        return "as expected"
    if found in (Direction.OPEN, Direction.UNCHANGED):
        return "not seen"
    return "against expectation"
